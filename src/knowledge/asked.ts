/**
 * Which card a look-up asks for, by its words alone: "sisson documents" asks for the card whose details speak of them, "trotsky's house" for
 * none. In: what a pack has learned of this from look-ups (look-ups.tsv) and the words of a query. Out: a chance for each card
 * and for none of them.
 */
import type { CardWeights } from './look-ups.ts'
import { writtenWords } from './query.ts'
import { lineFeed, numbersIn, rowFinder } from './rows.ts'
import { fold, stemOf, textLimit } from './text.ts'

/** What speaks for a card in the words of a query. All nothing for a card that was not learned. */
export type Asked = {
  /** That this card is asked for, 0 to 1. */
  asked: number
  /** Logarithm of the chance against that of no card at all, and against that of the next card. */
  askedOdds: number
  askedLead: number
}
export const askedNames = ['asked', 'askedOdds', 'askedLead'] as const satisfies readonly (keyof Asked)[]
export const notAsked: Asked = { asked: 0, askedOdds: 0, askedLead: 0 }
/** Odds beyond this say no more. */
const mostOdds = 6
/** e to this power, some thousand times over, is still a number. */
const mostPower = 600
const clipped = (value: number): number => Math.max(-mostOdds, Math.min(mostOdds, value))

/**
 * The words of a query as the weights know them: each stem, each pair of neighbours, the first word and the first two. `meant`: the stem for
 * which a misspelt one stands.
 */
export function wordsAsked(query: string, meant: ReadonlyMap<string, string>): string[] {
  const words = writtenWords(query.slice(0, textLimit)).map(({ word }) => fold(word))
  const stems = words.map(stemOf).map((stem) => meant.get(stem) ?? stem)
  const pairs = stems.slice(1).map((stem, place) => `${stems[place]}+${stem}`)
  const openings = words.length ? [`^${words[0]}`, `^${words[0]}+${words[1] ?? ''}`] : []
  return [...new Set([...stems, ...pairs, ...openings])]
}

/** For each card that was learned what the words say of it. */
export type CardReader = (words: readonly string[]) => ReadonlyMap<string, Asked>

export function createCardReader({ ids, bias, words }: CardWeights): CardReader {
  const { rows, at: find } = rowFinder(words)
  const pairs = new Int32Array(2 * bias.length)
  return (names) => {
    const scores = Float64Array.from(bias)
    for (const name of names) {
      const from = find(name)
      const count = from < 0 ? 0 : numbersIn(rows, from, rows.indexOf(lineFeed, from), pairs, true)
      for (let at = 0; at < count; at += 2) {
        const number = pairs[at] as number
        scores[number] = (scores[number] as number) + (pairs[at + 1] as number) / 100
      }
    }
    const cards = scores.subarray(0, ids.length)
    const [best = 0, second = best] = cards.slice().sort().reverse()
    // Beyond it a power is no number any more; below it nothing is changed.
    const above = Math.max(0, best - mostPower)
    const total = scores.reduce((sum, score) => sum + Math.exp(score - above), 0)
    return new Map(
      ids.map((id, number) => {
        const own = cards[number] as number
        const askedOdds = clipped(own - (scores[ids.length] as number))
        const askedLead = clipped(own - (own === best ? second : best))
        return [id, { asked: Math.exp(own - above) / total, askedOdds, askedLead }]
      }),
    )
  }
}
