/**
 * The gate and two kinds of evidence, over flat arrays: which rebuttals share rare words with a message (terms), and which of their
 * phrasings it resembles (phrasing). In: rebuttals and the vocabulary. Out: candidates with scores. No object is made per word.
 */

import { rarityOf } from '../knowledge/rarity.ts'
import type { Rebuttal } from '../knowledge/schema.ts'
import { isStopword } from '../knowledge/text.ts'
import { tokenise } from './tokens.ts'
import type { Vocabulary } from './vocabulary.ts'

/** A way of saying a claim: its distinct meanings (concept, else term) and their weight. */
export type Saying = { rebuttal: number; wording: string; keys: Int32Array; weights: Float64Array; total: number }

export type TermIndex = {
  sayings: readonly Saying[]
  sayingsOf(rebuttal: number): readonly Saying[]
  /** Adds to `mass` (one number per rebuttal) the weight of each term; returns the rebuttals touched. */
  gather(terms: readonly number[], mass: Float64Array): number[]
  /** Weight of a term: rare in English and in few rebuttals. */
  weight(term: number): number
}

/** Concepts and terms share one space of keys: concepts are negative. */
export const keyOfConcept = (concept: number): number => -1 - concept

/** A term that stands in more than this share of a large pack tells nothing and costs much. */
const commonShare = 0.01
const commonAtLeast = 60

export function createTermIndex(rebuttals: readonly Rebuttal[], vocabulary: Vocabulary): TermIndex {
  const stemRarity = new Map<number, number>()
  const owned = rebuttals.map((rebuttal) => {
    const terms = new Set<number>()
    for (const text of [rebuttal.title, rebuttal.claim, ...rebuttal.phrasings]) {
      for (const { word } of tokenise(text)) {
        if (isStopword(word)) continue
        const term = vocabulary.addTerm(vocabulary.entry(word).stem)
        terms.add(term)
        stemRarity.set(term, Math.max(stemRarity.get(term) ?? 0, rarityOf(word)))
      }
    }
    return terms
  })
  const counts = new Int32Array(vocabulary.size())
  for (const terms of owned) for (const term of terms) counts[term] = (counts[term] ?? 0) + 1
  const { starts, postings } = pack(owned, counts)
  const weights = Float64Array.from(counts, (count, term) => (stemRarity.get(term) ?? 1) * Math.log(1 + rebuttals.length / (count || 1)))
  const most = Math.max(commonAtLeast, rebuttals.length * commonShare)
  const sayings = rebuttals.flatMap((rebuttal, index) =>
    [rebuttal.title, rebuttal.claim, ...rebuttal.phrasings].map((wording) => sayingOf(wording, index, vocabulary, weights)),
  )
  const byRebuttal = rebuttals.map((_, index) => sayings.filter((saying) => saying.rebuttal === index))
  return {
    sayings,
    sayingsOf: (rebuttal) => byRebuttal[rebuttal] ?? [],
    weight: (term) => weights[term] ?? 0,
    gather(terms, mass) {
      const touched: number[] = []
      for (const term of terms) {
        if ((counts[term] ?? 0) > most) continue
        const weight = weights[term] ?? 0
        for (let at = starts[term] ?? 0; at < (starts[term + 1] ?? 0); at += 1) {
          const rebuttal = postings[at] as number
          if (mass[rebuttal] === 0) touched.push(rebuttal)
          mass[rebuttal] = (mass[rebuttal] ?? 0) + weight
        }
      }
      return touched
    },
  }
}

/** Postings of all terms one after the other, in one array. */
function pack(owned: readonly ReadonlySet<number>[], counts: Int32Array): { starts: Int32Array; postings: Int32Array } {
  const starts = new Int32Array(counts.length + 1)
  for (let term = 0; term < counts.length; term += 1) starts[term + 1] = (starts[term] ?? 0) + (counts[term] ?? 0)
  const postings = new Int32Array(starts[counts.length] ?? 0)
  const next = starts.slice()
  owned.forEach((terms, rebuttal) => {
    for (const term of terms) {
      const at = next[term] as number
      postings[at] = rebuttal
      next[term] = at + 1
    }
  })
  return { starts, postings }
}

/** Weight of a concept in a saying: it stands for words that matter. */
const conceptWeight = 2.5

function sayingOf(wording: string, rebuttal: number, vocabulary: Vocabulary, weights: Float64Array): Saying {
  const keys = new Map<number, number>()
  for (const { word } of tokenise(wording)) {
    const entry = vocabulary.entry(word)
    const concept = entry.concepts[0]
    if (concept !== undefined) keys.set(keyOfConcept(concept), conceptWeight)
    else if (entry.term >= 0 && !entry.isStop) keys.set(entry.term, weights[entry.term] ?? 0)
  }
  const total = [...keys.values()].reduce((sum, weight) => sum + weight, 0)
  return { rebuttal, wording, keys: Int32Array.from(keys.keys()), weights: Float64Array.from(keys.values()), total }
}

/** Share of a saying's weight that the message holds: 0 to 1. */
export function coverage(saying: Saying, keys: ReadonlySet<number>): number {
  let covered = 0
  for (let index = 0; index < saying.keys.length; index += 1) {
    if (keys.has(saying.keys[index] as number)) covered += saying.weights[index] as number
  }
  return saying.total ? covered / saying.total : 0
}
