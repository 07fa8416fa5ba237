/**
 * Learns which card the words of a look-up ask for (`cards` in look-ups.json). In: look-ups with the card each must find, messages and cards of
 * a pack, all as words of src/knowledge/asked.ts. Out: that table. The learner is softmax.ts: same input, same table.
 */
import type { CardWords } from '../knowledge/asked.ts'
import { type Example, fitSoftmax } from './softmax.ts'

/** Words, and the cards that are right; no card: none of them is. */
export type CardLesson = { words: readonly string[]; cards: readonly string[]; weight: number }

/** Weights below this are left out: they move no card. */
const leastWeight = 0.12

export function learnCardWords(ids: readonly string[], lessons: readonly CardLesson[]): CardWords {
  const numbers = new Map(ids.map((id, number) => [id, number]))
  const examples: Example[] = lessons.map(({ words, cards, weight }) => ({
    names: words,
    right: cards.length ? cards.flatMap((id) => numbers.get(id) ?? []) : [ids.length],
    weight,
  }))
  const fitted = fitSoftmax(examples, { classes: ids.length + 1, rounds: 15, rate: 0.1, decay: 0.02, least: 2, dropout: 0.3 })
  const lines = [...fitted.rows].flatMap(([word, row]) => {
    const kept = row.flatMap((weight, number) => (Math.abs(weight) >= leastWeight ? [`${number} ${Math.round(weight * 100)}`] : []))
    return kept.length ? [`${word} ${kept.join(' ')}`] : []
  })
  return { ids: [...ids], bias: fitted.bias.map((weight) => Math.round(weight * 100) / 100), words: lines.sort().join('\n') }
}
