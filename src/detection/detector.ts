/**
 * Does this message repeat a claim? In: a text. Out: matches with stance and evidence, best first. Pure.
 * clean → words and gate (reading.ts) → evidence per candidate (evidence.ts) → calibrated score → stance.
 * A pack that has learned from its golden lines is scored by its own weights (pack-model.ts), any other by the general ones.
 */
import type { Library } from '../knowledge/library.ts'
import { calibrate } from './calibration.ts'
import { clean } from './clean.ts'
import { type Candidate, createEvidence, type Evidence } from './evidence.ts'
import type { Bars, Match } from './match.ts'
import { compileModel, type PackModel, softmax } from './pack-model.ts'
import { compilePatterns } from './patterns.ts'
import { type Reading, read } from './reading.ts'
import { focusOf, type Margins, signalsOf } from './signals.ts'
import { judgeStance, stanceOf } from './stance.ts'
import { stanceFeatures } from './stance-features.ts'
import { createVocabulary, type Vocabulary } from './vocabulary.ts'

export type Detector = {
  bars: Bars
  /** Matches from the suggest bar up, and what lies a little below it, best first. `packs`: ids to look in; none given: all. */
  detect(text: string, packs?: readonly string[]): Match[]
  /** What the trainers learn from: the message read, with the evidence for every rebuttal. Undefined where the gate ends it. */
  study(text: string): Study | undefined
  vocabulary: Vocabulary
}

export type Study = { text: string; reading: Reading; candidates: Candidate[] }

/** Scores from which a match may be answered in public, and from which moderators hear of it. Set on the tuning half (cli eval). */
const bars: Bars = { speak: 0.6, suggest: 0.25 }
const keptFrom = 0.1
const mostMatches = 5
/** Candidates whose phrasings are compared: those met by a pattern, and the best by their words. */
const mostCandidates = 8
const mostByWords = 4
/** A claim whose words trail those of no claim by more than this can't be lifted over any bar by the other evidence, unless a pattern is met. */
const hopeless = -4

type Range = { id: string; from: number; to: number; model: PackModel | undefined }
type Scored = { candidate: Candidate; score: number; range: Range }
type Parts = { evidence: Evidence; ranges: readonly Range[]; ids: readonly string[] }

export function createDetector(library: Library): Detector {
  const { rebuttals } = library
  const vocabulary = createVocabulary(library.packs)
  const evidence = createEvidence(rebuttals, compilePatterns(rebuttals, vocabulary), vocabulary)
  let from = 0
  const ranges = library.packs.map((pack): Range => {
    const range = { id: pack.id, from, to: from + pack.rebuttals.length, model: compileModel(pack, vocabulary) }
    from = range.to
    return range
  })
  const parts: Parts = { evidence, ranges, ids: rebuttals.map(({ id }) => id) }
  return {
    bars,
    vocabulary,
    study(text) {
      const cleaned = clean(text)
      const reading = read(cleaned, vocabulary)
      if (!reading) return undefined
      const hits = evidence.hits(reading)
      const masses = evidence.masses(reading)
      const candidates = rebuttals.map((_, index) => evidence.weigh(index, reading, hits.get(index) ?? [], masses))
      return { text: cleaned, reading, candidates }
    },
    detect(text, packs) {
      const cleaned = clean(text)
      const reading = read(cleaned, vocabulary)
      if (!reading) return []
      return scored(reading, parts, packs)
        .filter(({ score }) => score >= keptFrom)
        .map((one) => matchOf(one, cleaned, reading, parts.ids))
        .filter(({ score }) => score >= keptFrom)
        .sort((a, b) => b.score - a.score)
        .slice(0, mostMatches)
    },
  }
}

/** Candidates of every pack with the chance that the message is about their claim. */
function scored(reading: Reading, { evidence, ranges }: Parts, packs: readonly string[] | undefined): Scored[] {
  const hits = evidence.hits(reading)
  let masses: Map<number, number> | undefined
  const weigh = (rebuttal: number) => {
    masses ??= evidence.masses(reading)
    return evidence.weigh(rebuttal, reading, hits.get(rebuttal) ?? [], masses)
  }
  return ranges.flatMap((range) => {
    if (packs && !packs.includes(range.id)) return []
    const met = [...hits.keys()].filter((rebuttal) => rebuttal >= range.from && rebuttal < range.to)
    if (range.model) return byOwnWeights(range, range.model, reading, met, weigh)
    masses ??= evidence.masses(reading)
    const heaviest = [...masses.keys()].filter((rebuttal) => rebuttal >= range.from && rebuttal < range.to).slice(0, mostCandidates)
    return [...new Set([...met, ...heaviest])].map((rebuttal) => {
      const candidate = weigh(rebuttal)
      return { candidate, score: calibrate(candidate.features), range }
    })
  })
}

function byOwnWeights(range: Range, model: PackModel, reading: Reading, met: number[], weigh: (rebuttal: number) => Candidate): Scored[] {
  const scores = model.lexical(reading)
  const none = scores.at(-1) ?? 0
  const order = [...scores.keys()].slice(0, -1).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
  if (!met.length && (scores[order[0] ?? 0] ?? 0) - none < hopeless) return []
  const chosen = new Set([...met, ...order.slice(0, mostByWords).map((claim) => claim + range.from)])
  const candidates = [...chosen].map(weigh)
  for (const candidate of candidates) {
    const claim = candidate.rebuttal - range.from
    scores[claim] = (scores[claim] ?? 0) + model.evidence(candidate.features)
  }
  const chances = softmax(scores)
  return candidates.map((candidate) => ({ candidate, score: chances[candidate.rebuttal - range.from] ?? 0, range }))
}

/** The score of a match is the chance that claim and stance are both read rightly. */
function matchOf({ candidate, score, range: { model, from } }: Scored, text: string, reading: Reading, ids: readonly string[]): Match {
  const rebuttal = ids[candidate.rebuttal] ?? ''
  const claim = candidate.rebuttal - from
  const focus = model ? model.focus(reading, claim) : focusOf(candidate, reading)
  const margins: Margins = model ? model.margins(reading, claim) : { concepts: 0, terms: 0 }
  const signals = signalsOf(candidate, reading, focus, margins, text.length)
  if (!model) return { rebuttal, score, stance: stanceOf(text, reading.tokens, focus), signals }
  const cues = stanceFeatures(text, reading.tokens, focus)
  const { stance, sure } = judgeStance(model.stance(reading, claim, focus, cues))
  return { rebuttal, score: score * sure, stance, signals }
}
