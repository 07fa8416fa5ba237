/**
 * What a pack has learned from its golden lines (learned.tsv, made by src/tools/train-pack.ts): which words and concepts speak for which
 * claim or for none of them, and what in a message shows its author's stance. Linear throughout, so that "why" can be read off it.
 * In: the pack's table and a Reading. Out: scores by claim, chances by stance, and the words that carry the claim.
 */
import { type Learned, packEvidence } from '../knowledge/learned.ts'
import type { Pack } from '../knowledge/schema.ts'
import type { Features } from './calibration.ts'
import { frameOf, negating } from './frame.ts'
import type { Reading } from './reading.ts'
import { claimRows, classRows } from './rows.ts'
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
  /** The same as `lexical` has it: phrases among the concepts, each word once. */
  leadOf(concepts: readonly number[], entries: readonly Entry[]): number
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

export function compileModel(pack: Pack, vocabulary: Vocabulary): PackModel | undefined {
  const { learned } = pack
  if (!learned) return undefined
  // By name: a function below that named `learned` would keep the whole file.
  const { claims, evidence: ofEvidence } = learned
  const none = claims.length
  const concepts = claimRows(learned.concepts, none)
  const stems = claimRows(learned.stems, none)
  const rowOfConcept = new Map(concepts.names.map((name, row) => [name, row]))
  const conceptRow = Int32Array.from(vocabulary.conceptNames, (name) => rowOfConcept.get(name) ?? -1)
  const numbers = vocabulary.learn(stems.names)
  const stemRow = new Int32Array(numbers.reduce((most, number) => Math.max(most, number + 1), 0)).fill(-1)
  numbers.forEach((number, row) => {
    stemRow[number] = row
  })
  const bias = Float64Array.from(learned.bias)
  const evidence = Float64Array.from(packEvidence, (name) => ofEvidence[name])
  const stance = compileStance(learned.stance, claims)
  const rowOf = (entry: Entry): number => {
    const number = entry.isStop ? -1 : vocabulary.learnedOf(entry)
    return number < 0 || number >= stemRow.length ? -1 : (stemRow[number] as number)
  }
  const addAll = (named: Iterable<number>, entries: readonly Entry[], scores: Float64Array) => {
    scores.set(bias)
    for (const concept of named) concepts.add(conceptRow[concept] as number, scores)
    for (let index = 0; index < entries.length; index += 1) {
      const entry = entries[index] as Entry
      if (!entry.isStop && entries.indexOf(entry) === index) stems.add(rowOf(entry), scores)
    }
  }
  const conceptLead = (concept: number, claim: number) => concepts.lead(conceptRow[concept] as number, claim)
  const stemLead = (entry: Entry, claim: number) => stems.lead(rowOf(entry), claim)
  const sums = new Float64Array(none + 1)
  return {
    claims,
    lexical({ mentions, entries }) {
      const scores = new Float64Array(none + 1)
      addAll(mentions.keys(), entries, scores)
      return scores
    },
    lead(entries) {
      sums.set(bias)
      for (const entry of entries) {
        for (const concept of entry.concepts) concepts.add(conceptRow[concept] as number, sums)
        stems.add(rowOf(entry), sums)
      }
      return bestOf(sums) - (sums[none] as number)
    },
    leadOf(named, entries) {
      addAll(named, entries, sums)
      return bestOf(sums) - (sums[none] as number)
    },
    evidence(features) {
      let sum = 0
      for (let index = 0; index < packEvidence.length; index += 1)
        sum += (evidence[index] as number) * features[packEvidence[index] as (typeof packEvidence)[number]]
      return sum
    },
    margins(reading, claim) {
      const leads = { concepts: 0, terms: 0 }
      for (const concept of reading.mentions.keys()) leads.concepts += conceptLead(concept, claim)
      for (const entry of distinct(reading.entries)) if (!entry.concepts.length) leads.terms += stemLead(entry, claim)
      return leads
    },
    focus({ tokens, entries }, claim) {
      const carries = entries.map((entry) => {
        const named = entry.concepts.reduce((sum, concept) => sum + conceptLead(concept, claim), 0)
        return named + stemLead(entry, claim)
      })
      return focusOn(tokens, carries)
    },
    stance: (reading, claim, focus, cues) => stance(reading, claims[claim] ?? '', focus, cues),
  }
}

/** The highest score of a claim; the last one is for none of them. */
export function bestOf(scores: Float64Array): number {
  let best = Number.NEGATIVE_INFINITY
  for (let claim = 0; claim < scores.length - 1; claim += 1) if ((scores[claim] as number) > best) best = scores[claim] as number
  return best
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
  const { bias, cueWeights, addFrame, about } = stanceTables(learned, ids)
  return (reading, claim, focus, cues) => {
    const scores = bias.slice()
    for (const { name, weights } of cueWeights)
      for (let index = 0; index < scores.length; index += 1)
        scores[index] = (scores[index] as number) + cues[name] * (weights[index] as number)
    for (const name of frameOf(reading, focus)) addFrame(name, scores)
    const addAbout = about.get(claim)
    for (const stem of aboutNames(reading)) addAbout?.(stem, scores)
    return softmax(scores)
  }
}

/** What the function above needs of the file, and no more: it keeps what it sees. */
function stanceTables({ bias, cues, frame, about }: Learned['stance'], ids: readonly string[]) {
  const classes = bias.length
  const rowsOf = (id: string) => classRows(about.get(id) ?? new Uint8Array(), classes)
  return {
    bias: Float64Array.from(bias),
    // A cue that the pack has no weights for adds nothing.
    cueWeights: stanceFeatureNames.map((name) => ({ name, weights: Float64Array.from(cues.get(name) ?? bias.map(() => 0)) })),
    addFrame: classRows(frame, classes),
    about: new Map(ids.map((id) => [id, rowsOf(id)])),
  }
}

/**
 * What is said about the claim, for weights that are the claim's own: every stem of the message, and whether anything is negated in it ("~not")
 * or nothing is ("~plain"). "Stalin gave the order" rejects the claim that he had no hand in it, and only the missing negation tells.
 */
export function aboutNames({ tokens, entries }: Reading): Set<string> {
  const names = new Set(distinct(entries).map(({ stem }) => stem))
  return names.add(tokens.some(({ word }) => negating.has(word)) ? '~not' : '~plain')
}

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
