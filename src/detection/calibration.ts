/**
 * From features to one score between 0 and 1. In: the features of a candidate. Out: the chance that the message names this claim.
 * The weights are learned on the tuning half by src/tools/train.ts; a linear model, so that "why" can be read off it.
 * They serve packs that bring no weights of their own (pack-model.ts).
 */

export type Features = {
  /** Different topics of the pack that the message names, at most 2. */
  topics: number
  /** 1 when it names none. */
  noTopic: number
  /** Strength of the best pattern met, 0 to 1. */
  pattern: number
  /** Logarithm of the summed strengths of all patterns met. */
  patterns: number
  /** Coverage of the best phrasing, 0 to 1. */
  saying: number
  /** Weight of shared rare words, in tens. */
  mass: number
  /** Share of the message's weight that the rebuttal covers. */
  share: number
  /** Lead over the next rebuttal, -1 to 1. */
  margin: number
  /** Logarithm of the number of rare words that belong to no rebuttal. */
  strange: number
  /** Logarithm of the number of words. */
  length: number
}

export const weights: Features & { bias: number } = {
  bias: -4.32,
  topics: -0.46,
  noTopic: -1.6,
  pattern: 2.015,
  patterns: 1.517,
  saying: 1.972,
  mass: 1.561,
  share: 1.027,
  margin: 2.232,
  strange: -0.385,
  length: -0.01,
}

/** The logistic function over the weighted features. */
export function calibrate(features: Features): number {
  let sum = weights.bias
  for (const name of Object.keys(features) as (keyof Features)[]) sum += weights[name] * features[name]
  return 1 / (1 + Math.exp(-sum))
}
