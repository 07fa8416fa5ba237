/**
 * Look-up by words. In: rebuttals, the packs' concepts and what they have learned, then queries: two words or a long post, by the same way.
 * Out: ranked hits, nearest topics, suggestions while typing. candidates.ts finds some dozens, features.ts measures them, rank.ts orders
 * them, and answer.ts says whether the first is an answer at all.
 */
import { type AnswerReader, answerChance } from './answer.ts'
import { type CardReader, notAsked, wordsAsked } from './asked.ts'
import { createCandidates } from './candidates.ts'
import { collect, type Profile } from './collection.ts'
import { featuresOf, type Row } from './features.ts'
import type { ClaimReader, Offer } from './library.ts'
import { createOverlay } from './overlay.ts'
import { parseQuery } from './query.ts'
import { inOrder, leadOf } from './rank.ts'
import type { Concepts, Rebuttal } from './schema.ts'
import { createSpelling } from './spelling.ts'
import { fold } from './text.ts'

export type Hit = { rebuttal: Rebuttal; score: number }

/** Chance from which the first hit is an answer; below it the packs have none. Set by cross-validation (train-look-ups.ts). */
const answerBar = 0.25
/** Hits far behind the first are no help. */
const leastScore = 0.02
const mostCandidates = 40
/** From this chance on a claim is a candidate though it shares no word with the query. */
const leastLearned = 0.2

export type Search = {
  search(query: string, limit: number): Hit[]
  near(query: string, limit: number): Rebuttal[]
  /** Ids, best first, whether or not any of them is an answer. */
  rank(query: string, limit: number): string[]
  suggest(prefix: string, limit: number): Offer[]
  /** Candidates with their features, and the words as asked.ts knows them: for the trainers. */
  features(query: string): { rebuttal: string; features: Row }[]
  words(query: string): string[]
}

/** What a pack has learned from look-ups. */
export type LookUpReader = { chance: AnswerReader; asked: CardReader }

/** What the packs know beside their rebuttals; each may be missing. */
export type SearchHelp = {
  concepts?: Concepts
  claimsIn?: ClaimReader
  /** Of the pack that a rebuttal, by id, belongs to. */
  lookUpsOf?: (rebuttal: string) => LookUpReader | undefined
}

export function createSearch(rebuttals: readonly Rebuttal[], help: SearchHelp = {}): Search {
  const { concepts = {}, claimsIn = () => new Map(), lookUpsOf } = help
  const collection = collect(rebuttals)
  const overlayOf = createOverlay(collection, createSpelling(collection, concepts))
  const candidatesOf = createCandidates(collection, mostCandidates)
  const byId = new Map(rebuttals.map((rebuttal) => [rebuttal.id, rebuttal]))
  const placeOf = new Map(rebuttals.map(({ id }, place) => [id, place]))
  const offers = offersOf(rebuttals)
  const readers = new Set(rebuttals.flatMap(({ id }) => lookUpsOf?.(id) ?? []))

  const read = (query: string) => {
    const overlay = overlayOf(parseQuery(query))
    const words = wordsAsked(query, overlay.meant)
    // A pack's weights speak for its own cards: they may still name one that has moved to another pack.
    const asked = new Map([...readers].flatMap((reader) => [...reader.asked(words)].filter(([id]) => lookUpsOf?.(id) === reader)))
    const found = candidatesOf(overlay)
    const best = found[0]?.score ?? 1
    const learned = claimsIn(query)
    const chances = [...learned, ...[...asked].map(([id, one]) => [id, one.asked] as const)]
    for (const [id, chance] of chances) {
      const place = placeOf.get(id)
      if (place !== undefined && chance >= leastLearned && !found.some((one) => one.place === place)) found.push({ place, score: 0 })
    }
    const list = found.map(({ place, score }) => {
      const { id } = rebuttals[place] as Rebuttal
      const profile = collection.profiles[place] as Profile
      return { rebuttal: id, features: featuresOf(overlay, collection, profile, score / best, learned.get(id)) }
    })
    return { list: inOrder(list, (id) => asked.get(id)?.asked ?? 0), asked }
  }
  /** The first has its chance of being an answer; the others fall off from it as they do in rank. */
  const hits = (query: string): Hit[] => {
    const { list, asked } = read(query)
    const [first] = list
    const card = byId.get(first?.rebuttal ?? '')
    if (!first || !card) return []
    const row = { ...first.features, ...(asked.get(card.id) ?? notAsked), lead: leadOf(list.map(({ rank }) => rank)) }
    const chance = lookUpsOf?.(card.id)?.chance(row, query, card) ?? answerChance(row)
    return list.map(({ rebuttal, rank }) => ({ rebuttal: byId.get(rebuttal) as Rebuttal, score: chance * Math.exp(rank - first.rank) }))
  }
  const above = (query: string, least: number, limit: number) =>
    hits(query)
      .filter((hit) => hit.score >= least)
      .slice(0, limit)

  return {
    features: (query) => read(query).list,
    words: (query) => wordsAsked(query, overlayOf(parseQuery(query)).meant),
    search(query, limit) {
      const found = above(query, leastScore, limit)
      return (found[0]?.score ?? 0) >= answerBar ? found : []
    },
    near: (query, limit) => above(query, leastScore, limit).map((hit) => hit.rebuttal),
    rank: (query, limit) =>
      read(query)
        .list.slice(0, limit)
        .map((one) => one.rebuttal),
    suggest: (prefix, limit) => suggestions(prefix, limit, offers, byId, hits),
  }
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
