/**
 * Look-up by words. In: rebuttals, then queries. Out: ranked hits, nearest topics, suggestions while typing.
 * minisearch finds candidates; rank.ts orders them and says whether any of them is an answer at all.
 */
import MiniSearch, { type SearchResult } from 'minisearch'
import type { Offer } from './library.ts'
import { type Profile, profileOf, type QueryTerm, queryTerms, type RankFeatures, rankFeatures, rankScore } from './rank.ts'
import type { Rebuttal } from './schema.ts'
import { fold, isStopword, stemOf, wordsOf } from './text.ts'

export type Hit = { rebuttal: Rebuttal; score: number }

/** Score from which a hit is an answer; below it the packs have none. Set on golden/ask.jsonl (cli eval). */
const answerBar = 0.5
/** The rarest words of a query are enough to find its rebuttal, and long queries stay cheap. */
const mostTerms = 12
const mostCandidates = 12

export type Search = {
  search(query: string, limit: number): Hit[]
  near(query: string, limit: number): Rebuttal[]
  /** Ids by score, whether or not any of them is an answer. */
  rank(query: string, limit: number): string[]
  suggest(prefix: string, limit: number): Offer[]
  /** Candidates with their features, for the trainer. */
  features(query: string): { rebuttal: string; features: RankFeatures }[]
}

export function createSearch(rebuttals: readonly Rebuttal[]): Search {
  const index = new MiniSearch<Rebuttal>({
    fields: ['title', 'claim', 'phrasings', 'tags', 'answer', 'details'],
    extractField: (rebuttal, field) => {
      const value = rebuttal[field as keyof Rebuttal]
      return Array.isArray(value) ? value.join(' \n ') : String(value)
    },
    tokenize: wordsOf,
    processTerm: (word) => (isStopword(word) ? null : stemOf(word)),
    searchOptions: { boost: { title: 3, claim: 2.5, phrasings: 2, tags: 1.5, answer: 0.5, details: 0.2 }, combineWith: 'OR' },
  })
  index.addAll(rebuttals)
  const byId = new Map(rebuttals.map((rebuttal) => [rebuttal.id, rebuttal]))
  const profiles = new Map<string, Profile>()
  const profile = (rebuttal: Rebuttal): Profile => {
    let known = profiles.get(rebuttal.id)
    if (!known) {
      known = profileOf(rebuttal)
      profiles.set(rebuttal.id, known)
    }
    return known
  }
  const offers = offersOf(rebuttals)

  const features = (query: string): { rebuttal: Rebuttal; features: RankFeatures }[] => {
    const terms = queryTerms(query, mostTerms)
    if (!terms.length) return []
    const found = lookUp(index, terms)
    const best = found[0]?.score ?? 1
    return found.slice(0, mostCandidates).flatMap((result) => {
      const rebuttal = byId.get(result.id as string)
      return rebuttal ? [{ rebuttal, features: rankFeatures(terms, matchedBy(result), profile(rebuttal), result.score / best) }] : []
    })
  }
  const hits = (query: string): Hit[] =>
    features(query)
      .map((one) => ({ rebuttal: one.rebuttal, score: rankScore(one.features) }))
      .sort((a, b) => b.score - a.score)

  return {
    features: (query) => features(query).map((one) => ({ rebuttal: one.rebuttal.id, features: one.features })),
    search(query, limit) {
      const all = hits(query)
      return (all[0]?.score ?? 0) >= answerBar ? all.filter((hit) => hit.score >= answerBar / 2).slice(0, limit) : []
    },
    near: (query, limit) =>
      hits(query)
        .filter((hit) => hit.score > 0.02)
        .slice(0, limit)
        .map((hit) => hit.rebuttal),
    rank: (query, limit) =>
      hits(query)
        .slice(0, limit)
        .map((hit) => hit.rebuttal.id),
    suggest: (prefix, limit) => suggestions(prefix, limit, offers, byId, hits),
  }
}

/** minisearch with prefixes for the word being typed, and spelling help only for words that are no everyday words. */
function lookUp(index: MiniSearch<Rebuttal>, terms: readonly QueryTerm[]): SearchResult[] {
  const common = new Map(terms.map((term) => [term.stem, term.isCommon]))
  return index.search(terms.map((term) => term.stem).join(' '), {
    tokenize: (text) => text.split(' '),
    processTerm: (term) => term,
    prefix: (term) => term.length >= 4 && !common.get(term),
    fuzzy: (term) => (term.length >= 4 && !common.get(term) ? (term.length >= 8 ? 2 : 1) : false),
  })
}

/** For each word of the query the word of the rebuttal it was matched to: itself, one that begins with it, or the one it misspells. */
function matchedBy(result: SearchResult): Map<string, string> {
  const matched = new Map<string, string>()
  for (const asked of result.queryTerms) {
    const same = result.terms.includes(asked) ? asked : undefined
    const found = same ?? result.terms.find((term) => term.startsWith(asked)) ?? result.terms.find((term) => isNear(asked, term))
    if (found !== undefined) matched.set(asked, found)
  }
  return matched
}

/** At most one edit apart, two for long words, the first letter equal: what a person mistypes. */
function isNear(a: string, b: string): boolean {
  const most = a.length >= 8 ? 2 : 1
  if (a[0] !== b[0] || Math.abs(a.length - b.length) > most) return false
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return (row[b.length] ?? most + 1) <= most
}

type Line = Offer & { folded: string; rank: number }

const offersOf = (rebuttals: readonly Rebuttal[]): Line[] =>
  rebuttals.flatMap(({ id, title, claim, phrasings }) => [
    { rebuttal: id, label: title, folded: fold(title), rank: 0 },
    { rebuttal: id, label: claim, folded: fold(claim), rank: 1 },
    ...phrasings.map((phrasing) => ({ rebuttal: id, label: phrasing, folded: fold(phrasing), rank: 2 })),
  ])

/** What begins like the typed text comes first, titles before claims before phrasings; then what a search for it finds. */
function suggestions(
  prefix: string,
  limit: number,
  offers: readonly Line[],
  byId: ReadonlyMap<string, Rebuttal>,
  hits: (query: string) => Hit[],
): Offer[] {
  const folded = fold(prefix).trim()
  if (!folded) return [...byId.values()].slice(0, limit).map(({ id, title }) => ({ rebuttal: id, label: title }))
  const found = new Map<string, Offer>()
  const starts = offers
    .filter((offer) => offer.folded.startsWith(folded) || offer.folded.includes(` ${folded}`))
    .sort((a, b) => a.rank - b.rank)
  for (const { rebuttal, label } of starts) if (!found.has(rebuttal)) found.set(rebuttal, { rebuttal, label })
  for (const { rebuttal, score } of hits(prefix))
    if (score > 0.1 && !found.has(rebuttal.id)) found.set(rebuttal.id, { rebuttal: rebuttal.id, label: rebuttal.title })
  return [...found.values()].slice(0, limit)
}
