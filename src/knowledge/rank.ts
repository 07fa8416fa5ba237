/**
 * The light linear re-rank, and the honest "no answer". In: a candidate's features. Out: a rank score that only orders candidates of one
 * query, and the chance that the first of them is an answer at all.
 */
import { type FeatureName, featureNames, type Row } from './features.ts'
import { answerWeights, rankWeights } from './rank-weights.ts'

const weigh = (row: Row, weights: Readonly<Record<FeatureName, number>>): number => {
  let sum = 0
  for (const name of featureNames) sum += weights[name] * row[name]
  return sum
}

export const rankScore = (row: Row): number => weigh(row, rankWeights)

/** A lead beyond this says no more. */
const mostLead = 5
/** How far the first of some ranks, best first, is ahead of the second: the feature `lead`. */
export const leadOf = ([first = 0, second = Number.NEGATIVE_INFINITY]: readonly number[]): number => Math.min(mostLead, first - second)

export const answerChance = (row: Row): number => 1 / (1 + Math.exp(-answerWeights.bias - weigh(row, answerWeights)))
