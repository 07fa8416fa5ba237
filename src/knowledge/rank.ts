/** The light linear re-rank. In: a candidate's features. Out: a score that only orders the candidates of one query. */
import { type FeatureName, featureNames, type Row } from './features.ts'
import { rankWeights } from './rank-weights.ts'

/** Sum of the features, each by its weight. */
export const weigh = (row: Row, weights: Readonly<Record<FeatureName, number>>): number => {
  let sum = 0
  for (const name of featureNames) sum += weights[name] * row[name]
  return sum
}

export const rankScore = (row: Row): number => weigh(row, rankWeights)

/** A lead beyond this says no more. */
const mostLead = 5
/** How far the first of some ranks, best first, is ahead of the second: the feature `lead`. */
export const leadOf = ([first = 0, second = Number.NEGATIVE_INFINITY]: readonly number[]): number => Math.min(mostLead, first - second)
