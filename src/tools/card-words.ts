/**
 * Learns which card the words of a look-up ask for (look-ups.tsv). In: look-ups with the card each must find, messages and cards of a pack, all
 * as words of src/knowledge/asked.ts. Out: that table. The learner is softmax.ts: same input, same table.
 */
import { type Example, fitSoftmax } from './softmax.ts'
import type { LookUpWeights } from './weights-text.ts'

/** Words, and the cards that are right; no card: none of them is. */
export type CardLesson = { words: readonly string[]; cards: readonly string[]; weight: number }

/** Weights below this are left out: they move no card. */
const leastWeight = 0.3

export function learnCardWords(ids: readonly string[], lessons: readonly CardLesson[]): LookUpWeights['cards'] {
  const numbers = new Map(ids.map((id, number) => [id, number]))
  const examples: Example[] = lessons.map(({ words, cards, weight }) => ({
    names: words,
    right: cards.length ? cards.flatMap((id) => numbers.get(id) ?? []) : [ids.length],
    weight,
  }))
  const fitted = fitSoftmax(examples, { classes: ids.length + 1, rounds: 15, rate: 0.1, decay: 0.02, least: 2, dropout: 0.3 })
  const words = [...fitted.rows].flatMap(([word, row]) => {
    const kept = row.flatMap((weight, number) => (Math.abs(weight) >= leastWeight ? [[number, weight] as const] : []))
    return kept.length ? [[word, kept] as const] : []
  })
  return { ids, bias: fitted.bias, words: Object.fromEntries(words.sort(([a], [b]) => (a < b ? -1 : 1))) }
}
