/**
 * Cross-record checks of a pack. In: a pack's records with their file names. Out: faults, each with file, record, field, remedy. Pure.
 */
import { type Rows, repeatedName } from './rows.ts'
import type { Pack } from './schema.ts'
import { sourceMark } from './schema.ts'
import { copiedRun } from './shingles.ts'
import { termsOf, wordsOf } from './text.ts'

export type Fault = { file: string; record: string; field: string; problem: string; remedy: string }

export const faultLine = (fault: Fault): string =>
  `${fault.file}${fault.record ? `: ${fault.record}` : ''}${fault.field ? `: ${fault.field}` : ''}: ${fault.problem}. ${fault.remedy}`

/** What must hold before a pack may be used at all: ids, marks, sources, sections. Runs at every start. */
export const checkPacks = (packs: readonly Pack[]): Fault[] => [
  ...duplicateIds(packs),
  ...strangeConcepts(packs),
  ...packs.flatMap(lintPack),
]

/** What editors must mend before a pack lands: compares every record with every other, so the verb lint alone runs it. */
export const comparePacks = (packs: readonly Pack[]): Fault[] =>
  packs.flatMap((pack) => [...nearDuplicates(pack), ...hubs(pack), ...wording(pack), ...repeatedWeights(pack), ...strayWeights(pack)])

/** Sentences that repeat a source text word for word; `runs`: its hashed runs of eight words. */
export function findCopies(pack: Pack, runs: ReadonlySet<number>): Fault[] {
  return textsOf(pack).flatMap(({ file, record, field, text }) => {
    const copied = copiedRun(text, runs)
    const remedy = 'Say it in words of one’s own, or quote it with author and work'
    return copied ? [{ file, record, field, problem: `repeats the source word for word: "${copied}"`, remedy }] : []
  })
}

type Text = { file: string; record: string; field: string; text: string }

/** Everything in a pack that people read. */
const textsOf = (pack: Pack): Text[] => [
  ...pack.rebuttals.flatMap((rebuttal) => {
    const place = { file: `${pack.id}/rebuttals/${rebuttal.id}.json`, record: rebuttal.id }
    return [
      { ...place, field: 'title', text: rebuttal.title },
      { ...place, field: 'answer', text: rebuttal.answer },
      { ...place, field: 'technique.where', text: rebuttal.technique.where },
      ...rebuttal.details.map((text, index) => ({ ...place, field: `details[${index}]`, text })),
    ]
  }),
  ...pack.facts.map((fact) => ({ file: `${pack.id}/facts.json`, record: fact.id, field: 'text', text: fact.text })),
]

/** Longest quotation, in words (docs/editorial.md). */
const longestQuotation = 60

/** Tone and length: second person, exclamation marks, quotations that are too long. */
function wording(pack: Pack): Fault[] {
  return textsOf(pack).flatMap(({ file, record, field, text }) => {
    const faults: Fault[] = []
    const own = text.replace(/["“][^"”]*["”]/g, ' ')
    const fault = (problem: string, remedy: string) => faults.push({ file, record, field, problem, remedy })
    if (/\b(?:you|your|yours)\b/i.test(own)) fault('speaks in the second person', 'Address nobody: speak of the matter')
    if (own.includes('!')) fault('has an exclamation mark', 'End the sentence with a full stop')
    for (const quotation of text.match(/["“][^"”]*["”]/g) ?? []) {
      if (wordsOf(quotation).length > longestQuotation) fault(`has a quotation of more than ${longestQuotation} words`, 'Shorten it')
    }
    return faults
  })
}

/** Share of the other rebuttals' phrasings a rebuttal's own words may cover before it counts as matching everything. */
const hubShare = 0.3
const covers = 0.7

/** A rebuttal so general that it matches what belongs to many others. */
function hubs(pack: Pack): Fault[] {
  if (pack.rebuttals.length < 4) return []
  const vocabularies = pack.rebuttals.map((rebuttal) => new Set([rebuttal.title, rebuttal.claim, ...rebuttal.phrasings].flatMap(termsOf)))
  const sayings = pack.rebuttals.flatMap((rebuttal, owner) =>
    rebuttal.phrasings.map((text) => ({ owner, terms: [...new Set(termsOf(text))] })),
  )
  return pack.rebuttals.flatMap((rebuttal, index) => {
    const foreign = sayings.filter(({ owner, terms }) => owner !== index && terms.length > 2)
    const covered = foreign.filter(({ terms }) => terms.filter((term) => vocabularies[index]?.has(term)).length >= covers * terms.length)
    if (covered.length <= hubShare * foreign.length) return []
    const share = Math.round((100 * covered.length) / foreign.length)
    const place = { file: `${pack.id}/rebuttals/${rebuttal.id}.json`, record: rebuttal.id, field: 'phrasings' }
    return [
      { ...place, problem: `its words cover ${share} % of the other rebuttals’ phrasings`, remedy: 'Make its phrasings more its own' },
    ]
  })
}

function duplicateIds(packs: readonly Pack[]): Fault[] {
  const seen = new Map<string, string>()
  const faults: Fault[] = []
  for (const pack of packs) {
    for (const [kind, records] of [
      ['rebuttal', pack.rebuttals],
      ['fact', pack.facts],
    ] as const) {
      for (const { id } of records) {
        const key = `${kind} ${id}`
        const first = seen.get(key)
        if (first) {
          faults.push({
            file: pack.id,
            record: id,
            field: 'id',
            problem: `the ${kind} id stands twice (first in ${first})`,
            remedy: 'Give one of them another id',
          })
        }
        seen.set(key, pack.id)
      }
    }
  }
  return faults
}

/** Concepts that are spoken of and that no pack has: a pattern with one can't be read at all, a topic with one is none. */
function strangeConcepts(packs: readonly Pack[]): Fault[] {
  const known = new Set(packs.flatMap(({ concepts }) => Object.keys(concepts)))
  const faultsIn = (file: string, record: string, field: string, names: readonly string[]): Fault[] =>
    names
      .filter((name) => !known.has(name))
      .map((name) => ({
        file,
        record,
        field,
        problem: `there is no concept "${name}"`,
        remedy: 'Add it to concepts.json or correct the name',
      }))
  return packs.flatMap(({ id, topics, concepts, rebuttals }) => [
    ...faultsIn(`${id}/pack.json`, '', 'topics', topics),
    ...Object.entries(concepts).flatMap(([name, words]) =>
      faultsIn(
        `${id}/concepts.json`,
        '',
        name,
        words.flatMap((word) => (word.startsWith('@') ? [word.slice(1)] : [])),
      ),
    ),
    ...rebuttals.flatMap((rebuttal) =>
      (rebuttal.patterns ?? []).flatMap((pattern, index) =>
        faultsIn(`${id}/rebuttals/${rebuttal.id}.json`, rebuttal.id, `patterns[${index}]`, conceptsNamed(pattern)),
      ),
    ),
  ])
}

/** The concepts that a pattern names, as src/detection/patterns.ts reads it. */
const conceptsNamed = (pattern: string): string[] =>
  pattern
    .replace(/^~/, '')
    .split(/ - |\+|\|/)
    .map((name) => name.trim().replace(/^not:/, ''))

function lintPack(pack: Pack): Fault[] {
  const faults: Fault[] = []
  const sources = new Set(pack.sources.map((source) => source.id))
  const sections = new Set(pack.sections.map((section) => section.id))
  const rebuttals = new Set(pack.rebuttals.map((rebuttal) => rebuttal.id))
  const kinds = new Map(pack.sources.map((source) => [source.id, source.kind]))
  for (const rebuttal of pack.rebuttals) {
    const file = `${pack.id}/rebuttals/${rebuttal.id}.json`
    const fault = (field: string, problem: string, remedy: string) => faults.push({ file, record: rebuttal.id, field, problem, remedy })
    const marks = new Set<string>()
    for (const [index, paragraph] of rebuttal.details.entries()) {
      const found = [...paragraph.matchAll(sourceMark)].map((mark) => mark[1] ?? '')
      for (const id of found) marks.add(id)
      if (!found.length) fault(`details[${index}]`, 'has no source mark', 'Put a [source-id] behind the statement that needs it')
    }
    for (const id of marks)
      if (!rebuttal.sources.includes(id)) fault('details', `marks [${id}], which is not in sources`, 'Add it to sources')
    for (const id of rebuttal.sources)
      if (!sources.has(id)) fault('sources', `unknown source "${id}"`, 'Add it to sources.json or correct the id')
    for (const id of rebuttal.sources)
      if (!marks.has(id)) fault('sources', `"${id}" is not marked in the details`, 'Mark what it supports or take it out')
    if (!rebuttal.sources.some((id) => kinds.get(id) !== 'article'))
      fault('sources', 'has the article alone', 'Cite at least one further source')
    if (!sections.has(rebuttal.section)) fault('section', `unknown section "${rebuttal.section}"`, 'Use one that pack.json lists')
    for (const id of rebuttal.related)
      if (!rebuttals.has(id) || id === rebuttal.id) fault('related', `"${id}" is not another rebuttal of this pack`, 'Correct the id')
    if (/\[[a-z0-9-]+\]/.test(rebuttal.answer))
      fault('answer', 'has a source mark', 'Marks stand in details; the answer shows its sources below')
  }
  for (const fact of pack.facts) {
    for (const id of fact.sources) {
      if (!sources.has(id)) {
        faults.push({
          file: `${pack.id}/facts.json`,
          record: fact.id,
          field: 'sources',
          problem: `unknown source "${id}"`,
          remedy: 'Add it to sources.json or correct the id',
        })
      }
    }
  }
  return faults
}

/** Weights that two files laid together have twice: which of them counts would be chance. */
function repeatedWeights({ id, learned, lookUps }: Pack): Fault[] {
  const { concepts, stems, stance } = learned ?? {}
  const about = [...(stance?.about ?? [])].map(([claim, rows]) => [`about ${claim}`, rows] as const)
  const sections = { concepts, stems, frame: stance?.frame, ...Object.fromEntries(about) }
  const faultsIn = (file: string, trainer: string, named: Readonly<Record<string, Rows | undefined>>): Fault[] =>
    Object.entries(named).flatMap(([section, rows]) => {
      const name = rows && repeatedName(rows)
      const remedy = `Make it anew with src/tools/${trainer}`
      return name === undefined
        ? []
        : [{ file: `${id}/${file}`, record: `[${section}] ${name}`, field: '', problem: 'stands there twice', remedy }]
    })
  return [
    ...faultsIn('learned.tsv', 'train-pack.ts', sections),
    ...faultsIn('look-ups.tsv', 'train-look-ups.ts', { words: lookUps?.cards.words }),
  ]
}

/** Weights of a rebuttal that is gone: what speaks for it speaks against all others. */
function strayWeights({ id, rebuttals, learned, lookUps }: Pack): Fault[] {
  const known = new Set(rebuttals.map((rebuttal) => rebuttal.id))
  const faultsIn = (file: string, trainer: string, section: string, ids: readonly string[] = []): Fault[] =>
    ids.flatMap((name) => {
      const problem = 'is of a rebuttal that the pack does not have'
      const remedy = `Make the file anew with src/tools/${trainer}`
      return known.has(name) ? [] : [{ file: `${id}/${file}`, record: `[${section}] ${name}`, field: '', problem, remedy }]
    })
  return [
    ...faultsIn('learned.tsv', 'train-pack.ts', 'claims', learned?.claims),
    ...faultsIn('look-ups.tsv', 'train-look-ups.ts', 'cards', lookUps?.cards.ids),
  ]
}

/** Share of terms two texts have in common (Jaccard) from which they count as the same thing said twice. */
const phrasingTwice = 0.8
const factTwice = 0.6

function nearDuplicates(pack: Pack): Fault[] {
  const phrasings = pack.rebuttals.flatMap((rebuttal) =>
    rebuttal.phrasings.map((text) => ({
      owner: rebuttal.id,
      file: `${pack.id}/rebuttals/${rebuttal.id}.json`,
      field: `phrasing "${text.slice(0, 40)}"`,
      terms: new Set(termsOf(text)),
      text,
    })),
  )
  const facts = pack.facts.map((fact) => ({
    owner: fact.id,
    file: `${pack.id}/facts.json`,
    field: 'text',
    terms: new Set(termsOf(fact.text)),
    text: fact.text,
  }))
  return [...twice(phrasings, phrasingTwice, 'Keep it in the one rebuttal it fits best'), ...twice(facts, factTwice, 'Keep one of the two')]
}

type Saying = { owner: string; file: string; field: string; terms: Set<string>; text: string }

function twice(sayings: readonly Saying[], limit: number, remedy: string): Fault[] {
  const faults: Fault[] = []
  for (const [index, one] of sayings.entries()) {
    for (const other of sayings.slice(index + 1)) {
      const same = wordsOf(one.text).join(' ') === wordsOf(other.text).join(' ')
      const short = Math.min(one.terms.size, other.terms.size) < 3
      if (same || (!short && jaccard(one.terms, other.terms) >= limit)) {
        faults.push({
          file: one.file,
          record: one.owner,
          field: one.field,
          problem: `says the same as ${other.owner}: ${other.field}`,
          remedy,
        })
      }
    }
  }
  return faults
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0
  for (const term of a) if (b.has(term)) shared += 1
  return shared / (a.size + b.size - shared || 1)
}
