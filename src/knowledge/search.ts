/**
 * Look-up by words. In: rebuttals, then queries. Out: ranked hits, nearest topics, suggestions while typing.
 * minisearch ranks; a hit is an answer only if it covers what the query asks for, weighted by how rare each word is.
 */
import MiniSearch from 'minisearch'
import type { Offer } from './library.ts'
import type { Rebuttal } from './schema.ts'
import { fold, isStopword, stemOf, termsOf, wordsOf } from './text.ts'

export type Hit = { rebuttal: Rebuttal; score: number }

/** Share of the query's weight that an answer must cover; below it the packs have no answer. */
const coverageBar = 0.5
const queryTerms = 24

export function createSearch(rebuttals: readonly Rebuttal[]): {
  search(query: string, limit: number): Hit[]
  near(query: string, limit: number): Rebuttal[]
  suggest(prefix: string, limit: number): Offer[]
} {
  const index = new MiniSearch<Rebuttal>({
    fields: ['title', 'claim', 'phrasings', 'tags', 'answer', 'details'],
    extractField: (rebuttal, field) => {
      const value = rebuttal[field as keyof Rebuttal]
      return Array.isArray(value) ? value.join(' \n ') : String(value)
    },
    tokenize: wordsOf,
    processTerm: (word) => (isStopword(word) ? null : stemOf(word)),
    searchOptions: {
      boost: { title: 3, claim: 2.5, phrasings: 2, tags: 1.5, answer: 0.5, details: 0.2 },
      combineWith: 'OR',
      prefix: (term) => term.length >= 5,
      fuzzy: (term) => (term.length >= 5 ? 0.25 : false),
    },
  })
  index.addAll(rebuttals)
  const byId = new Map(rebuttals.map((rebuttal) => [rebuttal.id, rebuttal]))
  const offers = rebuttals.flatMap((rebuttal) => [
    { rebuttal: rebuttal.id, label: rebuttal.title, folded: fold(rebuttal.title), rank: 0 },
    { rebuttal: rebuttal.id, label: rebuttal.claim, folded: fold(rebuttal.claim), rank: 1 },
    ...rebuttal.phrasings.map((phrasing) => ({ rebuttal: rebuttal.id, label: phrasing, folded: fold(phrasing), rank: 2 })),
  ])

  const hits = (query: string): Hit[] => {
    const terms = [...new Set(termsOf(query))].slice(0, queryTerms)
    if (!terms.length) return []
    return index.search(terms.join(' ')).flatMap((result) => {
      const rebuttal = byId.get(result.id)
      // A query word counts as covered when it, a prefix of it or a misspelling of it was matched in this rebuttal.
      const share = new Set(result.queryTerms).size / terms.length
      return rebuttal ? [{ rebuttal, score: share }] : []
    })
  }
  return {
    search: (query, limit) =>
      hits(query)
        .filter((hit) => hit.score >= coverageBar)
        .slice(0, limit),
    near: (query, limit) =>
      hits(query)
        .slice(0, limit)
        .map((hit) => hit.rebuttal),
    suggest: (prefix, limit) => {
      const folded = fold(prefix).trim()
      if (!folded) return [...byId.values()].slice(0, limit).map((rebuttal) => ({ rebuttal: rebuttal.id, label: rebuttal.title }))
      const found = new Map<string, Offer>()
      const starts = offers
        .filter((offer) => offer.folded.startsWith(folded) || offer.folded.includes(` ${folded}`))
        .sort((a, b) => a.rank - b.rank)
      for (const { rebuttal, label } of starts) if (!found.has(rebuttal)) found.set(rebuttal, { rebuttal, label })
      for (const hit of hits(prefix))
        if (!found.has(hit.rebuttal.id)) found.set(hit.rebuttal.id, { rebuttal: hit.rebuttal.id, label: hit.rebuttal.title })
      return [...found.values()].slice(0, limit)
    },
  }
}
