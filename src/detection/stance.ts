/**
 * What the author does with the claim: assert it, reject it, ask, report it. In: the text, its words, where the claim stands. Out: a Stance.
 * A linear model over cues; its weights are learned on the tuning half by src/tools/train-stance.ts. Rejection is given the benefit of the
 * doubt: a wrong answer to somebody who refutes the claim costs more than a missed repetition.
 */
import type { Stance } from './match.ts'
import { type Focus, type StanceFeatures, stanceFeatureNames, stanceFeatures } from './stance-features.ts'
import { stanceWeights } from './stance-weights.ts'
import type { Token } from './tokens.ts'

/** From this chance on a message counts as a rejection, whatever else it may be. */
const denyFrom = 0.28

export const stanceNames: readonly Stance[] = ['support', 'deny', 'query', 'comment']

/** The general reading, for packs that bring no weights of their own. */
export function stanceOf(text: string, tokens: readonly Token[], focus: Focus): Stance {
  const chances = stanceChances(stanceFeatures(text, tokens, focus))
  if (chances.deny >= denyFrom) return 'deny'
  return stanceNames.reduce((best, name) => (chances[name] > chances[best] ? name : best))
}

/**
 * A stance from the chances of a pack's own weights, and how sure it is: the chance that the message is of a kind that is answered
 * alike (asserting and asking), or of the stance itself.
 */
export function judgeStance([support = 0, deny = 0, query = 0, comment = 0]: ArrayLike<number> & Iterable<number>): {
  stance: Stance
  sure: number
} {
  const answerable = support + query
  if (answerable >= leastAnswerable) return { stance: support >= query ? 'support' : 'query', sure: answerable }
  return deny >= comment ? { stance: 'deny', sure: deny } : { stance: 'comment', sure: comment }
}

/** Below this chance of asserting or asking, the message is read as rejection or report. */
const leastAnswerable = 0.5

/** Softmax over the four linear scores. */
export function stanceChances(features: StanceFeatures): Record<Stance, number> {
  const scores = stanceNames.map((stance) => {
    const weights = stanceWeights[stance]
    return Math.exp(stanceFeatureNames.reduce((sum, name) => sum + (weights[name] ?? 0) * features[name], weights.bias ?? 0))
  })
  const total = scores.reduce((sum, score) => sum + score, 0)
  return Object.fromEntries(stanceNames.map((stance, index) => [stance, (scores[index] ?? 0) / total])) as Record<Stance, number>
}
