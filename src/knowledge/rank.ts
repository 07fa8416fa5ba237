/**
 * The light re-rank behind minisearch, and the honest "no answer". In: a query's words and a candidate. Out: features and one score from 0 to 1.
 * What a rebuttal is about counts, not what it mentions: a word of its title or of many phrasings is worth more than one in passing.
 */
import { rarityOf } from './rarity.ts'
import type { Rebuttal } from './schema.ts'
import { isStopword, stemOf, wordsOf } from './text.ts'

export type QueryTerm = { stem: string; weight: number; isCommon: boolean }

/** What one rebuttal is about: how much each stem stands for it, and its ways of saying. */
export type Profile = { salience: Map<string, number>; sayings: { stems: Set<string>; weight: number }[]; title: Set<string> }

export type RankFeatures = {
  /** Share of the query's weight that the rebuttal is about. */
  about: number
  /** Share of the query's weight that it mentions at all. */
  mentioned: number
  /** How much of the query and of the closest phrasing agree. */
  saying: number
  /** Share of the title that the query names. */
  title: number
  /** minisearch's score against the best one of this query. */
  relative: number
  /** Number of words of the query, as a logarithm. */
  length: number
}

export const rankWeights: RankFeatures & { bias: number } = {
  bias: -7.3,
  about: 6.5,
  mentioned: 2,
  saying: 3,
  title: 1,
  relative: 1.3,
  length: 0,
}

/** Everyday words carry a little weight all the same: a query may have no others. */
const leastWeight = 0.12
/** A word in so many phrasings of a rebuttal is what the rebuttal is about. */
const manyPhrasings = 4
const inPassing = 0.35

const weightOf = (word: string): number => Math.max(leastWeight, rarityOf(word) ** 2)

/** The words of a query that ask for something, each once. */
export function queryTerms(query: string, most: number): QueryTerm[] {
  const words = wordsOf(query).slice(0, 400)
  const kept = words.filter((word) => !isStopword(word))
  const terms = new Map<string, QueryTerm>()
  for (const word of kept.length ? kept : words) {
    const stem = stemOf(word)
    if (!terms.has(stem)) terms.set(stem, { stem, weight: weightOf(word), isCommon: rarityOf(word) < 1 })
  }
  return [...terms.values()].sort((a, b) => b.weight - a.weight).slice(0, most)
}

const stemsOf = (text: string): { stems: Set<string>; weight: number } => {
  const stems = new Map<string, number>()
  for (const word of wordsOf(text)) if (!isStopword(word)) stems.set(stemOf(word), weightOf(word))
  return { stems: new Set(stems.keys()), weight: [...stems.values()].reduce((sum, weight) => sum + weight, 0) }
}

export function profileOf(rebuttal: Rebuttal): Profile {
  const sayings = [rebuttal.title, rebuttal.claim, ...rebuttal.phrasings].map(stemsOf)
  const salience = new Map<string, number>()
  for (const text of [rebuttal.answer, ...rebuttal.details]) for (const stem of stemsOf(text).stems) salience.set(stem, inPassing / 2)
  const counts = new Map<string, number>()
  for (const { stems } of sayings) for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1)
  for (const [stem, count] of counts) salience.set(stem, Math.min(1, inPassing + (1 - inPassing) * ((count - 1) / (manyPhrasings - 1))))
  for (const tag of rebuttal.tags) for (const stem of stemsOf(tag).stems) salience.set(stem, Math.max(salience.get(stem) ?? 0, 0.7))
  const title = stemsOf(rebuttal.title).stems
  for (const stem of [...title, ...stemsOf(rebuttal.claim).stems]) salience.set(stem, 1)
  return { salience, sayings, title }
}

/** `matched`: for each query stem the stem of the rebuttal that it stands for (itself, a longer form, the right spelling). */
export function rankFeatures(
  terms: readonly QueryTerm[],
  matched: ReadonlyMap<string, string>,
  profile: Profile,
  relative: number,
): RankFeatures {
  const total = terms.reduce((sum, term) => sum + term.weight, 0) || 1
  let about = 0
  let mentioned = 0
  let named = 0
  const stems = new Map<string, number>()
  for (const term of terms) {
    const stem = matched.get(term.stem)
    if (stem === undefined) continue
    const worth = profile.salience.get(stem) ?? 0
    about += term.weight * worth
    mentioned += worth > 0 ? term.weight : 0
    if (profile.title.has(stem)) named += 1
    stems.set(stem, term.weight)
  }
  let saying = 0
  for (const one of profile.sayings) {
    let shared = 0
    for (const [stem, weight] of stems) if (one.stems.has(stem)) shared += weight
    saying = Math.max(saying, (2 * shared) / (total + Math.max(one.weight, 0.1)))
  }
  return {
    about: about / total,
    mentioned: mentioned / total,
    saying: Math.min(1, saying),
    title: profile.title.size ? named / profile.title.size : 0,
    relative,
    length: Math.log1p(terms.length),
  }
}

export function rankScore(features: RankFeatures): number {
  let sum = rankWeights.bias
  for (const name of Object.keys(features) as (keyof RankFeatures)[]) sum += rankWeights[name] * features[name]
  return 1 / (1 + Math.exp(-sum))
}
