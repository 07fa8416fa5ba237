/**
 * The light linear re-rank. In: candidates with their features, and what the words of the query ask for. Out: their order, by a score that only
 * orders the candidates of one query.
 */
import { type FeatureName, featureNames, type Row } from './features.ts'
import { rankWeights } from './rank-weights.ts'

/** Sum of the features, each by its weight. */
export const weigh = (row: Row, weights: Readonly<Record<FeatureName, number>>): number => {
  let sum = 0
  for (const name of featureNames) sum += weights[name] * row[name]
  return sum
}

/** What a card gains that the pack's own look-ups are sure is asked for (asked.ts). By five folds 3 to 5 are alike. */
const askedWeight = 4

/** Candidates in order, best first. `asked`: the chance that a card is asked for by the words alone, nothing where its pack has not learned it. */
export const inOrder = <T extends { rebuttal: string; features: Row }>(found: readonly T[], asked: (rebuttal: string) => number) =>
  found
    .map((one) => ({ ...one, rank: weigh(one.features, rankWeights) + askedWeight * asked(one.rebuttal) }))
    .sort((a, b) => b.rank - a.rank)

/** A lead beyond this says no more. */
const mostLead = 5
/** How far the first of some ranks, best first, is ahead of the second: the feature `lead`. */
export const leadOf = ([first = 0, second = Number.NEGATIVE_INFINITY]: readonly number[]): number => Math.min(mostLead, first - second)
