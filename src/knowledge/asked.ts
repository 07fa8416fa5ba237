/**
 * Which card a look-up asks for, by its words alone: "sisson documents" asks for the card whose details speak of them, "trotsky's house" for
 * none. In: what a pack has learned of this from look-ups (`cards` in look-ups.json) and the words of a query. Out: a chance for each card
 * and for none of them.
 */
import * as z from 'zod'
import { writtenWords } from './query.ts'
import { fold, stemOf, textLimit } from './text.ts'

/** "ice+axe 12 250 40 -130": a word, number of a card in `ids`, its weight in hundredths, number, weight, …; the last number is none of them. */
const line = /^\S+(?: \d{1,3} -?\d{1,4})+$/
const isNumbered = ({ ids, bias, words }: { ids: string[]; bias: number[]; words: string }): boolean =>
  bias.length === ids.length + 1 &&
  linesOf(words).every((text) => line.test(text) && text.split(' ').every((part, index) => index % 2 === 0 || Number(part) <= ids.length))
const linesOf = (words: string): string[] => (words ? words.split('\n') : [])

export const CardWords = z
  .strictObject({
    /** Ids of the cards, in the order of the numbers. */
    ids: z.array(z.string()),
    /** One for each card, and the last for none of them. */
    bias: z.array(z.number()),
    /** Lines, one for each word: as one text they take a tenth of the memory of lists. */
    words: z.string(),
  })
  .refine(isNumbered, 'is not as the trainer writes it; make it anew with src/tools/train-look-ups.ts')
export type CardWords = z.infer<typeof CardWords>

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

/** The table is made for the first look-up: most processes have none for long. */
export function createCardReader({ ids, bias, words }: CardWords): CardReader {
  let table: ReturnType<typeof tableOf> | undefined
  return (names) => {
    table ??= tableOf(words)
    const scores = Float64Array.from(bias)
    for (const name of names) addRow(table, name, scores)
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0)
    const cards = scores.subarray(0, ids.length)
    const [best = 0, second = best] = cards.slice().sort().reverse()
    return new Map(
      ids.map((id, number) => {
        const own = cards[number] as number
        const askedOdds = clipped(own - (scores[ids.length] as number))
        const askedLead = clipped(own - (own === best ? second : best))
        return [id, { asked: Math.exp(own) / total, askedOdds, askedLead }]
      }),
    )
  }
}

/** All rows one after the other; a word has the place where its own begins and ends. */
function tableOf(words: string): { places: ReadonlyMap<string, number>; ends: Int32Array; pairs: Int16Array } {
  const lines = linesOf(words)
  const places = new Map<string, number>()
  const ends = new Int32Array(lines.length)
  const pairs: number[] = []
  for (const text of lines) {
    const [name = '', ...numbers] = text.split(' ')
    places.set(name, places.size)
    for (const number of numbers) pairs.push(Number(number))
    ends[places.size - 1] = pairs.length
  }
  return { places, ends, pairs: Int16Array.from(pairs) }
}

function addRow({ places, ends, pairs }: ReturnType<typeof tableOf>, name: string, scores: Float64Array): void {
  const row = places.get(name)
  if (row === undefined) return
  for (let at = row ? (ends[row - 1] as number) : 0; at < (ends[row] as number); at += 2) {
    const number = pairs[at] as number
    scores[number] = (scores[number] as number) + (pairs[at + 1] as number) / 100
  }
}
