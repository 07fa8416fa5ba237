/**
 * A query laid over a collection. In: its terms. Out: for each stem of the collection which term it stands for and how well: the word
 * itself, one that begins with it, another name of the same thing, the right spelling.
 */
import { type Collection, gramsOf } from './collection.ts'
import type { Query } from './query.ts'
import type { Spelling } from './spelling.ts'
import { longestWord } from './text.ts'

export type Overlay = {
  /** By stem: number of the query's term plus one; 0: none. */
  slots: Int16Array
  credits: Float64Array
  /** Stems that have a slot. */
  used: number[]
  terms: Query['terms']
  /** By stem of a misspelt word: the stem for which it stands. */
  meant: ReadonlyMap<string, string>
  asksDetail: boolean
  /** By term: its weight. */
  weights: Float64Array
  total: number
  /** By letter group: 1 when the query has it. */
  grams: Uint8Array
  gramCount: number
}

/** How much a stem counts that is not the word itself. */
const creditOf = { beginning: 0.6, sameThing: 0.5, misspelt: 0.8 }
/** Shorter beginnings and misspellings could be anything. */
const shortestBeginning = 5
const shortestMisspelt = 4
/** In a long post unknown words are names of people, not misspellings; the search for them would also be slow. */
const mostTermsToCorrect = 12
/** The search takes time by the letters of a word, and one sign may fold to eighteen of them ("ﷺ"). */
const isCorrectable = (word: string): boolean => word.length >= shortestMisspelt && word.length <= longestWord

/** One overlay at a time: the arrays are cleared for the next query. */
export function createOverlay(collection: Collection, spelling: Spelling): (query: Query) => Overlay {
  const slots = new Int16Array(collection.weights.length)
  const credits = new Float64Array(collection.weights.length)
  const grams = new Uint8Array(65_536)
  const stems = [...collection.stems.keys()]
  let used: number[] = []
  let usedGrams: Uint16Array = new Uint16Array()
  return ({ terms, text, asksDetail }) => {
    for (const id of used) slots[id] = 0
    for (const gram of usedGrams) grams[gram] = 0
    used = []
    usedGrams = gramsOf(text)
    for (const gram of usedGrams) grams[gram] = 1
    const take = (id: number, term: number, credit: number) => {
      if (slots[id]) return
      slots[id] = term + 1
      credits[id] = credit
      used.push(id)
    }
    const meant = new Map<string, string>()
    const ids = terms.map((term) => collection.stems.get(term.stem))
    ids.forEach((id, term) => {
      if (id !== undefined) take(id, term, 1)
    })
    terms.forEach(({ stem, word }, term) => {
      if (ids[term] === undefined && isCorrectable(word) && terms.length <= mostTermsToCorrect) {
        const right = spelling.misspelt(word)
        ids[term] = right[0]
        if (right[0] !== undefined) meant.set(stem, stems[right[0]] as string)
        for (const id of right) take(id, term, creditOf.misspelt)
      }
      if (stem.length >= shortestBeginning) for (const id of spelling.beginningWith(stem)) take(id, term, creditOf.beginning)
      for (const id of spelling.sameAs(stem)) take(id, term, creditOf.sameThing)
    })
    const weights = Float64Array.from(ids, (id, term) =>
      id === undefined ? collection.weightOfUnknown(terms[term]?.word as string) : (collection.weights[id] as number),
    )
    const total = weights.reduce((sum, weight) => sum + weight, 0) || 1
    return { slots, credits, used, terms, meant, asksDetail, weights, total, grams, gramCount: usedGrams.length }
  }
}
