/**
 * What a set of rebuttals is made of. In: rebuttals. Out: for each its sayings as numbered stems, how rare each stem is, where it stands, and
 * the letter groups of each saying. Numbers instead of words: a candidate is compared in microseconds.
 */
import { writtenWords } from './query.ts'
import { rarityOf } from './rarity.ts'
import type { Rebuttal } from './schema.ts'
import { fold, isStopword, stemOf } from './text.ts'

/** Stems in order of place, whether each is written as a name or a number, their weight together, and groups of four letters. */
export type Saying = { ids: Int32Array; kinds: Uint8Array; weight: number; grams: Uint16Array }
export const kindOf = { plain: 0, name: 1, number: 2 } as const

export type Profile = {
  /** Title, claim, then the phrasings. */
  sayings: Saying[]
  /** Stems of the sayings, each with how much the rebuttal is about it, 0 to 1. */
  about: Map<number, number>
  /** Stems of tags, answer and details that no saying has. */
  body: Int32Array
}
export type Collection = {
  profiles: Profile[]
  stems: ReadonlyMap<string, number>
  /** Every word as written once, with its stem's number: for beginnings and misspellings. */
  words: ReadonlyMap<string, number>
  weights: Float64Array
  /** The same with answers, details and tags counted in: how rare a stem is in the cards as a whole. */
  bodyWeights: Float64Array
  /** Weight of a word that no rebuttal has. */
  weightOfUnknown(word: string): number
  /** The greatest weight there is: features are measured against it. */
  most: number
}

/** Everyday English counts as so many more rebuttals: in a small pack a common word would look rare otherwise. */
const background = 60
/** Share of everyday sentences with a word of that rank, by Zipf's law. */
const everydayShare = (word: string): number => {
  const rarity = rarityOf(word)
  return rarity >= 1 ? 0.0001 : Math.min(0.2, 0.6 / 10_001 ** rarity)
}

/** A word in so many sayings of a rebuttal is what the rebuttal is about; in one, it is said in passing. */
const manySayings = 4
const inPassing = 0.35

/** Numbers of the groups of four letters, spaces included, each once. */
export function gramsOf(text: string): Uint16Array {
  const padded = ` ${text} `
  const grams = new Set<number>()
  for (let start = 0; start + 4 <= padded.length; start += 1) {
    let hash = 17
    for (let place = start; place < start + 4; place += 1) hash = Math.imul(hash, 31) + padded.charCodeAt(place)
    grams.add((hash ^ (hash >>> 15)) & 0xffff)
  }
  return Uint16Array.from(grams)
}

type Word = { id: number; kind: number }

/** Numbers stems as they come, and remembers how common each is. */
function createNumbering() {
  const stems = new Map<string, number>()
  const words = new Map<string, number>()
  const shares: number[] = []
  const idFor = (word: string): number => {
    const known = words.get(word)
    if (known !== undefined) return known
    const stem = stemOf(word)
    let id = stems.get(stem)
    if (id === undefined) {
      id = stems.size
      stems.set(stem, id)
      shares.push(0)
    }
    shares[id] = Math.max(shares[id] as number, everydayShare(word))
    words.set(word, id)
    return id
  }
  return { stems, words, shares, idFor }
}

export function collect(rebuttals: readonly Rebuttal[]): Collection {
  const { stems, words, shares, idFor } = createNumbering()
  const raws = rebuttals.map((rebuttal) => rawOf(rebuttal, idFor))
  const counts = new Float64Array(stems.size)
  for (const { sayings } of raws)
    for (const id of new Set(sayings.flatMap((saying) => saying.words.map((word) => word.id)))) counts[id] = (counts[id] as number) + 1
  const everywhere = counts.slice()
  for (const { body } of raws) for (const id of body) everywhere[id] = (everywhere[id] as number) + 1
  const documents = rebuttals.length + background
  const weigh = (count: number, share: number) => Math.log(1 + documents / (count + 0.5 + background * share))
  const weights = counts.map((count, id) => weigh(count, shares[id] as number))
  return {
    profiles: raws.map((raw) => profileOf(raw, weights)),
    stems,
    words,
    weights,
    bodyWeights: everywhere.map((count, id) => weigh(count, shares[id] as number)),
    weightOfUnknown: (word) => weigh(0, everydayShare(word)),
    most: weigh(0, 0),
  }
}

type Raw = { sayings: { words: Word[]; grams: Uint16Array }[]; body: Set<number> }

function rawOf(rebuttal: Rebuttal, idFor: (word: string) => number): Raw {
  const sayings = [rebuttal.title, rebuttal.claim, ...rebuttal.phrasings].map((text) => rawSaying(text, idFor))
  const own = new Set(sayings.flatMap((saying) => saying.words.map((word) => word.id)))
  const body = new Set<number>()
  for (const text of [...rebuttal.tags, rebuttal.answer, ...rebuttal.details])
    for (const { word } of writtenWords(text)) {
      const folded = fold(word)
      if (isStopword(folded)) continue
      const id = idFor(folded)
      if (!own.has(id)) body.add(id)
    }
  return { sayings, body }
}

function rawSaying(text: string, idFor: (word: string) => number): Raw['sayings'][number] {
  const words: Word[] = []
  const plain: string[] = []
  for (const { word: written, isCapital, isOpening } of writtenWords(text)) {
    const word = fold(written)
    plain.push(word)
    if (isStopword(word)) continue
    words.push({ id: idFor(word), kind: /\d/.test(word) ? kindOf.number : isCapital && !isOpening ? kindOf.name : kindOf.plain })
  }
  return { words, grams: gramsOf(plain.join(' ')) }
}

function profileOf({ sayings: raws, body }: Raw, weights: Float64Array): Profile {
  const counts = new Map<number, number>()
  const sayings = raws.map(({ words, grams }): Saying => {
    const ids = Int32Array.from(words, (word) => word.id)
    let weight = 0
    for (const id of new Set(ids)) {
      weight += weights[id] as number
      counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    return { ids, kinds: Uint8Array.from(words, (word) => word.kind), weight, grams }
  })
  const about = new Map<number, number>()
  for (const [id, count] of counts) about.set(id, Math.min(1, inPassing + (1 - inPassing) * ((count - 1) / (manySayings - 1))))
  for (const saying of sayings.slice(0, 2)) for (const id of saying.ids) about.set(id, 1)
  return { sayings, about, body: Int32Array.from(body) }
}
