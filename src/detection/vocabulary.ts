/**
 * The packs' words, compiled for one look-up per word of a message. In: packs. Out: for each word its term, its concepts, its rarity;
 * misspelt names resolve to the name. Every surface form is resolved once and remembered.
 */

import { rarityOf } from '../knowledge/rarity.ts'
import type { Pack } from '../knowledge/schema.ts'
import { isStopword, stemOf } from '../knowledge/text.ts'
import { tokenise } from './tokens.ts'

/** A phrase of a concept: the stems after the first, and what it means; `order`: its place among those that begin alike. */
export type Phrase = { rest: string[]; concept: number; isWeak: boolean; order: number }
/** By their second stem: "no" begins dozens, and each message has such a word. */
type Phrases = ReadonlyMap<string, readonly Phrase[]>

/** What is known of one word. */
export type Entry = {
  stem: string
  /** Term number in the packs' vocabulary, -1 when no rebuttal uses it. */
  term: number
  /** See Vocabulary.learnedOf: the number, and how many stems were learned when it was looked up. */
  learned: number
  learnedOf: number
  /** Background rarity, 0 (everyday) to 1 (not among the common words). */
  rarity: number
  concepts: readonly number[]
  /** Those of them that the word only may mean. */
  weak: readonly number[]
  phrases: Phrases | undefined
  /** Resolved by spelling alone: "trotzky". */
  isMisspelt: boolean
  isStop: boolean
  /** A word of the packs with a meaning of its own. */
  isOurs: boolean
}

export type Vocabulary = {
  conceptNames: readonly string[]
  conceptOf(name: string): number | undefined
  /** Concepts that show a message to be about a pack at all. */
  topics: ReadonlySet<number>
  entry(word: string): Entry
  /** Gives each stem of the packs a term number; called while the index is built. */
  addTerm(stem: string): number
  /** Numbers for stems that a pack has weights for; called while its model is compiled. */
  learn(stems: readonly string[]): number[]
  /** The number of a word's stem among those learned, -1 for none: kept with the word, so that each of its occurrences finds it there. */
  learnedOf(entry: Entry): number
  size(): number
}

/** Names shorter than this are never guessed from a misspelling. */
const shortestGuess = 5
const rememberedWords = 60_000

export function createVocabulary(packs: readonly Pack[]): Vocabulary {
  const names: string[] = []
  const numbers = new Map<string, number>()
  const singles = new Map<string, number[]>()
  const weakSingles = new Map<string, number[]>()
  const prefixes: { prefix: string; concept: number; isWeak: boolean }[] = []
  const phrases = new Map<string, Map<string, Phrase[]>>()
  let order = 0
  for (const pack of packs) {
    for (const name of Object.keys(pack.concepts)) {
      if (!numbers.has(name)) {
        numbers.set(name, names.length)
        names.push(name)
      }
    }
    for (const name of Object.keys(pack.concepts)) {
      for (const term of expand(pack.concepts, name, new Set())) compileTerm(term, numbers.get(name) as number)
    }
  }
  function compileTerm(written: string, concept: number): void {
    const isWeak = written.startsWith('~')
    const term = isWeak ? written.slice(1) : written
    if (term.endsWith('*') && !term.includes(' ')) {
      prefixes.push({ prefix: term.slice(0, -1).toLowerCase(), concept, isWeak })
      return
    }
    const [first = '', ...rest] = tokenise(term).map((token) => stemOf(token.word))
    if (!first) return
    const [second] = rest
    if (second !== undefined) {
      const after = phrases.get(first) ?? new Map<string, Phrase[]>()
      phrases.set(first, after)
      order += 1
      listOf(after, second).push({ rest, concept, isWeak, order })
    } else {
      if (!listOf(singles, first).includes(concept)) listOf(singles, first).push(concept)
      if (isWeak) listOf(weakSingles, first).push(concept)
    }
  }
  const near = spellings([...singles.keys()])
  const terms = new Map<string, number>()
  const learned = new Map<string, number>()
  let known = new Map<string, Entry>()

  const resolve = (word: string): Entry => {
    const stem = stemOf(word)
    const isStop = isStopword(word)
    const byPrefix = prefixes.filter(({ prefix }) => word.startsWith(prefix))
    const found = [...(singles.get(stem) ?? []), ...byPrefix.map(({ concept }) => concept)]
    const weak = [...(weakSingles.get(stem) ?? []), ...byPrefix.filter(({ isWeak }) => isWeak).map(({ concept }) => concept)]
    let spelt = stem
    let isMisspelt = false
    if (!found.length && !phrases.has(stem) && !terms.has(stem) && word.length >= shortestGuess && rarityOf(word) === 1) {
      const guess = guessOf(stem, near)
      if (guess) {
        found.push(...(singles.get(guess) ?? []))
        spelt = guess
        isMisspelt = true
      }
    }
    const term = terms.get(spelt) ?? -1
    // What every gate asks for stands first, and so together in memory.
    return {
      isStop,
      learned: -1,
      learnedOf: 0,
      concepts: found.length ? [...new Set(found)] : none,
      phrases: phrases.get(spelt),
      stem: spelt,
      term,
      isOurs: !isStop && (found.length > 0 || term >= 0),
      rarity: isMisspelt ? 1 : rarityOf(word),
      weak: weak.length ? weak : none,
      isMisspelt,
    }
  }
  return {
    conceptNames: names,
    conceptOf: (name) => numbers.get(name),
    topics: new Set(packs.flatMap((pack) => pack.topics.flatMap((name) => numbers.get(name) ?? []))),
    entry(word) {
      let entry = known.get(word)
      if (!entry) {
        entry = resolve(word)
        if (known.size >= rememberedWords) known = new Map()
        known.set(word, entry)
      }
      return entry
    },
    addTerm(stem) {
      if (!terms.has(stem)) known.clear()
      return numberIn(terms, stem)
    },
    learn: (stems) => stems.map((stem) => numberIn(learned, stem)),
    learnedOf(entry) {
      if (entry.learnedOf !== learned.size) {
        entry.learned = learned.get(entry.stem) ?? -1
        entry.learnedOf = learned.size
      }
      return entry.learned
    },
    size: () => terms.size,
  }
}

/** One for all words: most have no phrase, and mean nothing to any pack. */
const none: readonly never[] = []

function numberIn(numbers: Map<string, number>, name: string): number {
  const number = numbers.get(name) ?? numbers.size
  numbers.set(name, number)
  return number
}

function listOf<V>(map: Map<string, V[]>, key: string): V[] {
  let list = map.get(key)
  if (!list) {
    list = []
    map.set(key, list)
  }
  return list
}

/** A concept's own terms and those it takes in by "@name"; a circle ends. */
function expand(concepts: Record<string, readonly string[]>, name: string, seen: Set<string>): string[] {
  if (seen.has(name) || !Object.hasOwn(concepts, name)) return []
  seen.add(name)
  return (concepts[name] ?? []).flatMap((term) => (term.startsWith('@') ? expand(concepts, term.slice(1), seen) : [term]))
}

/** Every name with one letter left out, pointing back: two words one edit apart share such a form. */
function spellings(stems: readonly string[]): Map<string, string> {
  const near = new Map<string, string>()
  for (const stem of stems) {
    if (stem.length < shortestGuess - 1) continue
    for (const form of deletions(stem)) if (!near.has(form)) near.set(form, stem)
    near.set(stem, stem)
  }
  return near
}

function guessOf(stem: string, near: ReadonlyMap<string, string>): string | undefined {
  for (const form of [stem, ...deletions(stem)]) {
    const name = near.get(form)
    // The first letter is hardly ever mistyped, and demanding it keeps everyday words out.
    if (name && name[0] === stem[0] && Math.abs(name.length - stem.length) <= 1) return name
  }
  return undefined
}

const deletions = (word: string): string[] =>
  Array.from({ length: word.length }, (_, index) => word.slice(0, index) + word.slice(index + 1))
