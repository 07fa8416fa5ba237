/**
 * The packs in memory. In: loaded packs. Out: look-ups by id, search, suggestions, facts of a day. Pure: no disk, no clock.
 */
import { createAnswerReader } from './answer.ts'
import { createCardReader } from './asked.ts'
import type { LookUps } from './look-ups.ts'
import type { Concepts, Fact, Pack, Rebuttal, Source } from './schema.ts'
import { createSearch, type Hit, type LookUpReader } from './search.ts'

export type Section = { id: string; title: string; rebuttals: Rebuttal[] }
export type Offer = { rebuttal: string; label: string }

/** Which rebuttals a text speaks of: chances from 0 to 1 by id; ids that are not there have none. */
export type ClaimReader = (text: string) => ReadonlyMap<string, number>

export type Library = {
  packs: readonly Pack[]
  rebuttals: readonly Rebuttal[]
  byId(id: string): Rebuttal | undefined
  factById(id: string): Fact | undefined
  packOf(rebuttal: string): Pack | undefined
  source(id: string): Source | undefined
  sections(): Section[]
  /** Best first, at most `limit`; empty when the packs have no answer. */
  search(query: string, limit?: number): Hit[]
  /** Nearest rebuttals even where none is an answer: for "nothing found, near it are …". */
  near(query: string, limit?: number): Rebuttal[]
  suggest(prefix: string, limit?: number): Offer[]
  facts: readonly Fact[]
  /** Facts whose event fell on that day; 29 February exists in leap years only. `day` is "MM-DD". */
  factsOn(day: string): Fact[]
}

/** Indexes packs; the caller has checked them (lint.ts), so ids are unique. `claimsIn`: what else the look-up may ask about a query. */
export function createLibrary(loaded: readonly Pack[], claimsIn: ClaimReader = () => new Map()): Library {
  const readers = new Map(loaded.map(({ id, lookUps }) => [id, lookUps && lookUpReader(lookUps)]))
  // The readers have copies of what they need: the file would only fill the memory.
  const packs = loaded.map(({ lookUps: _read, ...pack }): Pack => pack)
  const rebuttals = packs.flatMap((pack) => pack.rebuttals)
  const facts = packs.flatMap((pack) => pack.facts)
  const byId = new Map(rebuttals.map((rebuttal) => [rebuttal.id, rebuttal]))
  const factById = new Map(facts.map((fact) => [fact.id, fact]))
  const sources = new Map(packs.flatMap((pack) => pack.sources).map((source) => [source.id, source]))
  const packOf = new Map(packs.flatMap((pack) => pack.rebuttals.map((rebuttal) => [rebuttal.id, pack] as const)))
  const lookUpsOf = (rebuttal: string) => readers.get(packOf.get(rebuttal)?.id ?? '')
  const index = createSearch(rebuttals, { concepts: conceptsOf(packs), claimsIn, lookUpsOf })
  return {
    packs,
    rebuttals,
    facts,
    byId: (id) => byId.get(id),
    factById: (id) => factById.get(id),
    packOf: (id) => packOf.get(id),
    source: (id) => sources.get(id),
    sections: () =>
      packs.flatMap((pack) =>
        pack.sections.map((section) => ({ ...section, rebuttals: pack.rebuttals.filter((rebuttal) => rebuttal.section === section.id) })),
      ),
    search: (query, limit = 3) => index.search(query, limit),
    near: (query, limit = 3) => index.near(query, limit),
    suggest: (prefix, limit = 25) => index.suggest(prefix, limit),
    factsOn: (day) => facts.filter((fact) => fact.date?.slice(5) === day),
  }
}

const lookUpReader = ({ answer, cards }: LookUps): LookUpReader => ({ chance: createAnswerReader(answer), asked: createCardReader(cards) })

/** The concepts of all packs in one; a name in two packs has the words of both. */
function conceptsOf(packs: readonly Pack[]): Concepts {
  const all: Concepts = {}
  for (const { concepts } of packs)
    for (const [name, words] of Object.entries(concepts)) all[name] = [...(Object.hasOwn(all, name) ? (all[name] ?? []) : []), ...words]
  return all
}
