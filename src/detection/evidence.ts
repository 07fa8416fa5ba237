/**
 * What speaks for each rebuttal in a message that was read. In: a Reading. Out: candidates with their patterns, best phrasing and features.
 * Three kinds of evidence: patterns of concepts as an editor wrote them, phrasings, and shared rare words.
 */
import type { Rebuttal } from '../knowledge/schema.ts'
import type { Features } from './calibration.ts'
import { isEachNamed, matchPattern, type Pattern, type PatternHit } from './patterns.ts'
import type { Reading } from './reading.ts'
import { coverage, createTermIndex, type Saying, type TermIndex } from './term-index.ts'
import type { Vocabulary } from './vocabulary.ts'

export type Candidate = {
  rebuttal: number
  features: Features
  hits: PatternHit[]
  saying: Saying | undefined
  sayingScore: number
  termScore: number
}

export type Evidence = {
  /** Whether a message that names these concepts, and no others, may meet a pattern. */
  mayHit(concepts: readonly number[]): boolean
  /** Patterns met, by rebuttal. */
  hits(reading: Reading): Map<number, PatternHit[]>
  /** Weight of shared rare words, by rebuttal, heaviest first. */
  masses(reading: Reading): Map<number, number>
  weigh(rebuttal: number, reading: Reading, hits: PatternHit[], masses: ReadonlyMap<number, number>): Candidate
}

export function createEvidence(rebuttals: readonly Rebuttal[], patterns: readonly Pattern[], vocabulary: Vocabulary): Evidence {
  const index = createTermIndex(rebuttals, vocabulary)
  const byConcept = groupByConcept(patterns, vocabulary.conceptNames.length)
  const companions = companionsIn(byConcept)
  const mass = new Float64Array(rebuttals.length)
  return {
    mayHit: (concepts) => mayHit(concepts, byConcept, companions),
    hits: (reading) => (mayHit([...reading.mentions.keys()], byConcept, companions) ? hitsOf(reading, byConcept) : new Map()),
    masses(reading) {
      const touched = index.gather(reading.terms, mass).sort((a, b) => (mass[b] ?? 0) - (mass[a] ?? 0))
      const found = new Map(touched.map((rebuttal) => [rebuttal, mass[rebuttal] ?? 0]))
      for (const rebuttal of touched) mass[rebuttal] = 0
      return found
    },
    weigh: (rebuttal, reading, hits, masses) => weigh(rebuttal, reading, hits, masses, index),
  }
}

/** Patterns by their rarest-looking group: a pattern is tried only if one concept of its last group is named. */
function groupByConcept(patterns: readonly Pattern[], concepts: number): Pattern[][] {
  const lists: Pattern[][] = Array.from({ length: concepts }, () => [])
  for (const pattern of patterns) for (const concept of new Set(pattern.groups.at(-1)?.concepts)) lists[concept]?.push(pattern)
  return lists
}

type Companions = { has(concept: number, other: number): boolean }

/** Which concept stands first in a pattern whose last part is another: a bit for each pair, so that hardly any pattern is looked at. */
function companionsIn(byConcept: readonly (readonly Pattern[])[]): Companions {
  const width = Math.ceil(byConcept.length / 32)
  const bits = new Int32Array(byConcept.length * width)
  byConcept.forEach((patterns, concept) => {
    for (const { groups } of patterns)
      for (const other of groups[0]?.concepts ?? []) {
        const at = concept * width + (other >>> 5)
        bits[at] = (bits[at] as number) | (1 << (other & 31))
      }
  })
  return { has: (concept, other) => ((bits[concept * width + (other >>> 5)] as number) & (1 << (other & 31))) !== 0 }
}

function mayHit(concepts: readonly number[], byConcept: readonly (readonly Pattern[])[], companions: Companions): boolean {
  for (const concept of concepts) {
    for (const other of concepts) {
      if (!companions.has(concept, other)) continue
      if (byConcept[concept]?.some((pattern) => isEachNamed(pattern, concepts))) return true
      break
    }
  }
  return false
}

function hitsOf({ mentions }: Reading, byConcept: readonly (readonly Pattern[])[]): Map<number, PatternHit[]> {
  const tried = new Set<Pattern>()
  const hits = new Map<number, PatternHit[]>()
  for (const concept of mentions.keys()) {
    for (const pattern of byConcept[concept] ?? []) {
      if (tried.has(pattern)) continue
      tried.add(pattern)
      const hit = matchPattern(pattern, mentions)
      if (!hit) continue
      const list = hits.get(pattern.rebuttal)
      if (list) list.push(hit)
      else hits.set(pattern.rebuttal, [hit])
    }
  }
  return hits
}

/** The heaviest comes first. */
function heaviestBut(rebuttal: number, masses: ReadonlyMap<number, number>): number {
  for (const [other, mass] of masses) if (other !== rebuttal) return mass
  return 0
}

function weigh(
  rebuttal: number,
  { keys, terms, entries, topics }: Reading,
  hits: PatternHit[],
  masses: ReadonlyMap<number, number>,
  index: TermIndex,
): Candidate {
  let saying: Saying | undefined
  let sayingScore = 0
  for (const one of index.sayingsOf(rebuttal)) {
    const score = coverage(one, keys)
    // A saying of one meaning ("Bolsheviks") is covered by any message that names it: it proves nothing.
    const proof = score * Math.min(1, one.keys.length / 3)
    if (proof > sayingScore) {
      sayingScore = proof
      saying = one
    }
  }
  const own = masses.get(rebuttal) ?? 0
  const rival = heaviestBut(rebuttal, masses)
  const asked = terms.reduce((sum, term) => sum + index.weight(term), 0)
  const ordered = [...hits].sort((a, b) => b.strength - a.strength)
  const termScore = asked ? own / asked : 0
  let strange = 0
  for (const entry of entries) if (!entry.isStop && entry.term < 0 && !entry.concepts.length && entry.rarity > 0.75) strange += 1
  return {
    rebuttal,
    hits: ordered,
    saying,
    sayingScore,
    termScore,
    features: {
      topics: Math.min(2, topics),
      noTopic: topics ? 0 : 1,
      pattern: ordered[0]?.strength ?? 0,
      patterns: Math.log1p(ordered.reduce((sum, hit) => sum + hit.strength, 0)),
      saying: sayingScore,
      mass: Math.min(3, own / 10),
      share: termScore,
      margin: own ? (own - rival) / (own + rival) : 0,
      strange: Math.log1p(strange),
      length: Math.log1p(entries.length),
    },
  }
}
