/**
 * look-ups.tsv of a pack: linear weights that src/tools/train-look-ups.ts draws from the pack's look-ups. In: the file's bytes. Out: LookUps.
 * Made by a tool, never by hand; a pack without it is judged by the general weights. Its sections, in hundredths (sections.ts):
 *   [answer]    "*", the bias, then features of the first card found, for a logistic model that it answers
 *   [present]   stems of the query that the card has; [missing]: that it has not; [openings]: the first word, the first two
 *   [cards]     ids and biases, in the order of their numbers below; the last, "*", is none of them
 *   [words]     by word of a query (asked.ts): number of a card:weight, and so on; the number after the last card is none of them
 */
import type { Rows } from './rows.ts'
import { pairsOf, sectionsOf, tableOf, unnamed, WeightsFault } from './sections.ts'

type Weights = ReadonlyMap<string, number>

/** When the first card found answers a query: positive weights speak for it. */
export type AnswerWeights = {
  bias: number
  /** By name of a feature; one that is missing weighs nothing, one of another version is passed over. */
  features: Weights
  present: Weights
  missing: Weights
  openings: Weights
}
/** Which card the words of a query ask for. */
export type CardWeights = {
  /** In the order of their numbers in the rows of words. */
  ids: readonly string[]
  /** One for each card, and the last for none of them. */
  bias: readonly number[]
  /** Pairs of a card's number and hundredths. */
  words: Rows
}
export type LookUps = { answer: AnswerWeights; cards: CardWeights }

/** Throws WeightsFault. */
export function readLookUps(file: Uint8Array): LookUps {
  const { take, others } = sectionsOf(file)
  const weights = (name: string) => new Map([...tableOf(name, take(name), 1)].map(([key, [weight = 0]]) => [key, weight] as const))
  const features = weights('answer')
  const bias = features.get(unnamed)
  if (bias === undefined) throw new WeightsFault('[answer]', `has no "${unnamed}", the bias`)
  features.delete(unnamed)
  const answer = { bias, features, present: weights('present'), missing: weights('missing'), openings: weights('openings') }
  const cards = [...weights('cards')]
  const none = cards.length - 1
  if (cards[none]?.[0] !== unnamed) throw new WeightsFault('[cards]', `must end with "${unnamed}", none of them`)
  const words = pairsOf('words', take('words'), none)
  for (const name of others().keys()) throw new WeightsFault(`[${name}]`, 'is known to nobody')
  return { answer, cards: { ids: cards.slice(0, -1).map(([id]) => id), bias: cards.map(([, weight]) => weight), words } }
}
