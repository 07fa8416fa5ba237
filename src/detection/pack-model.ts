/**
 * What a pack has learned from its golden lines (learned.json, made by src/tools/train-pack.ts): which words and concepts speak for which
 * claim or for none of them, and what in a message shows its author's stance. Linear throughout, so that "why" can be read off it.
 * In: the pack's table and a Reading. Out: scores by claim, chances by stance, and the words that carry the claim.
 */
import { type Learned, packEvidence } from '../knowledge/learned.ts'
import type { Pack } from '../knowledge/schema.ts'
import type { Features } from './calibration.ts'
import { frameOf } from './frame.ts'
import type { Reading } from './reading.ts'
import { type Focus, type StanceFeatures, stanceFeatureNames } from './stance-features.ts'
import type { Entry, Vocabulary } from './vocabulary.ts'

export type PackModel = {
  /** The claims it knows, by id; their places are its numbers. A rebuttal written since the weights were learned is not among them. */
  claims: readonly string[]
  /** Scores of the message's concepts and words, one per claim it knows; the last one is for none of them. */
  lexical(reading: Reading): Float64Array
  /**
   * By how much the best claim's words lead over those of no claim, phrases left out and each word as often as it stands: a few additions
   * per word, so that a message can be let go before anything else is done with it.
   */
  lead(entries: readonly Entry[]): number
  /** What the other kinds of evidence add for one candidate. */
  evidence(features: Features): number
  /** How far the named concepts, and the words beside them, speak for a claim rather than for none. */
  margins(reading: Reading, claim: number): { concepts: number; terms: number }
  /** The sentence and the words that carry the claim. */
  focus(reading: Reading, claim: number): Focus
  /** Chances of support, deny, query and comment, in the order of stanceNames. */
  stance(reading: Reading, claim: number, focus: Focus, cues: StanceFeatures): Float64Array
}

/** From this weight on a word belongs to the claim's own wording. */
const ownFrom = 0.4

/** Weights of one word or concept, for the claims it says anything about. */
type Row = { claims: Uint16Array; weights: Float32Array; none: number }

export function compileModel(pack: Pack, vocabulary: Vocabulary): PackModel | undefined {
  const { learned } = pack
  if (!learned) return undefined
  const { claims } = learned
  const none = claims.length
  const rowsOf = (table: Learned['concepts']) => new Map(Object.entries(table).map(([name, pairs]) => [name, rowOf(pairs, none)]))
  const byConcept = rowsOf(learned.concepts)
  const conceptRows = vocabulary.conceptNames.map((name) => byConcept.get(name))
  const stemRows = rowsOf(learned.stems)
  const bias = Float64Array.from(learned.bias)
  const stance = compileStance(learned.stance, claims)
  const stemRow = (entry: Entry) => (entry.isStop ? undefined : stemRows.get(entry.stem))
  const leadOf = (row: Row | undefined, claim: number) => (row ? (row.weights[row.claims.indexOf(claim)] ?? 0) - Math.max(0, row.none) : 0)
  const sums = new Float64Array(none + 1)
  const rowsOfEntry = new WeakMap<Entry, Row[]>()
  return {
    claims,
    lexical(reading) {
      const scores = bias.slice()
      for (const concept of reading.mentions.keys()) addRow(scores, conceptRows[concept], none)
      for (const entry of distinct(reading.entries)) addRow(scores, stemRow(entry), none)
      return scores
    },
    lead(entries) {
      sums.set(bias)
      for (const entry of entries) {
        if (entry.isStop && !entry.concepts.length) continue
        let rows = rowsOfEntry.get(entry)
        if (!rows) {
          rows = [...entry.concepts.map((concept) => conceptRows[concept]), stemRow(entry)].filter((row) => row !== undefined)
          rowsOfEntry.set(entry, rows)
        }
        for (const row of rows) addRow(sums, row, none)
      }
      let best = Number.NEGATIVE_INFINITY
      for (let claim = 0; claim < none; claim += 1) if ((sums[claim] as number) > best) best = sums[claim] as number
      return best - (sums[none] as number)
    },
    evidence: (features) => packEvidence.reduce((sum, name) => sum + learned.evidence[name] * features[name], 0),
    margins(reading, claim) {
      let concepts = 0
      let terms = 0
      for (const concept of reading.mentions.keys()) concepts += leadOf(conceptRows[concept], claim)
      for (const entry of distinct(reading.entries)) if (!entry.concepts.length) terms += leadOf(stemRow(entry), claim)
      return { concepts, terms }
    },
    focus({ tokens, entries }, claim) {
      const carries = entries.map((entry) => {
        const named = entry.concepts.reduce((sum, concept) => sum + leadOf(conceptRows[concept], claim), 0)
        return named + leadOf(stemRow(entry), claim)
      })
      return focusOn(tokens, carries)
    },
    stance: (reading, claim, focus, cues) => stance(reading, claims[claim] ?? '', focus, cues),
  }
}

function rowOf(pairs: readonly number[], none: number): Row {
  const places = pairs.flatMap((value, index) => (index % 2 === 0 && value < none ? [index] : []))
  const last = pairs.findIndex((value, index) => index % 2 === 0 && value === none)
  return {
    claims: Uint16Array.from(places, (index) => pairs[index] ?? 0),
    weights: Float32Array.from(places, (index) => pairs[index + 1] ?? 0),
    none: last < 0 ? 0 : (pairs[last + 1] ?? 0),
  }
}

function addRow(scores: Float64Array, row: Row | undefined, none: number): void {
  if (!row) return
  const { claims, weights } = row
  for (let index = 0; index < claims.length; index += 1) {
    const claim = claims[index] as number
    scores[claim] = (scores[claim] as number) + (weights[index] as number)
  }
  scores[none] = (scores[none] as number) + row.none
}

/** Each word that is no stopword, once, however often it is said. */
export function distinct(entries: readonly Entry[]): Entry[] {
  const kept: Entry[] = []
  for (const entry of entries) if (!entry.isStop && !kept.includes(entry)) kept.push(entry)
  return kept
}

function focusOn(tokens: Reading['tokens'], carries: readonly number[]): Focus {
  const bySentence = new Map<number, number>()
  tokens.forEach((token, index) => {
    bySentence.set(token.sentence, (bySentence.get(token.sentence) ?? 0) + Math.max(0, carries[index] ?? 0))
  })
  let sentence = tokens[0]?.sentence ?? 0
  for (const [one, weight] of bySentence) if (weight > (bySentence.get(sentence) ?? 0)) sentence = one
  const own = new Set(tokens.flatMap((_, index) => ((carries[index] ?? 0) > ownFrom ? [index] : [])))
  const here = [...own].filter((index) => tokens[index]?.sentence === sentence)
  const start = Math.max(
    0,
    tokens.findIndex((token) => token.sentence === sentence),
  )
  return { first: here[0] ?? start, last: here.at(-1) ?? start, own, negatedBy: [] }
}

type StanceModel = (reading: Reading, claim: string, focus: Focus, cues: StanceFeatures) => Float64Array

function compileStance(learned: Learned['stance'], ids: readonly string[]): StanceModel {
  const tableOf = (table: Record<string, readonly number[]>) => new Map(Object.entries(table))
  const frame = tableOf(learned.frame)
  const about = new Map(ids.map((id) => [id, tableOf(learned.about[id] ?? {})]))
  return (reading, claim, focus, cues) => {
    const scores = Float64Array.from(learned.bias)
    const add = (row: readonly number[] | undefined, times = 1) => {
      if (row) for (let index = 0; index < scores.length; index += 1) scores[index] = (scores[index] ?? 0) + times * (row[index] ?? 0)
    }
    for (const name of stanceFeatureNames) add(learned.cues[name], cues[name])
    for (const name of frameOf(reading, focus)) add(frame.get(name))
    const own = about.get(claim)
    for (const stem of aboutStems(reading)) add(own?.get(stem))
    return softmax(scores)
  }
}

/** What is said about the claim: every stem of the message, for weights that are the claim's own. */
export const aboutStems = ({ entries }: Reading): Set<string> => new Set(distinct(entries).map(({ stem }) => stem))

/** Chances from scores. */
export function softmax(scores: Float64Array): Float64Array {
  let top = Number.NEGATIVE_INFINITY
  for (const score of scores) if (score > top) top = score
  const chances = new Float64Array(scores.length)
  let total = 0
  for (let index = 0; index < scores.length; index += 1) {
    const power = Math.exp((scores[index] as number) - top)
    chances[index] = power
    total += power
  }
  for (let index = 0; index < chances.length; index += 1) chances[index] = (chances[index] as number) / total
  return chances
}
