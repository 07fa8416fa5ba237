/**
 * Does this message repeat a claim? In: a text. Out: matches with stance and evidence, best first. Pure.
 * clean → words and gate (reading.ts) → evidence per candidate (evidence.ts) → calibrated score → stance.
 * A pack that has learned from its golden lines is scored by its own weights (pack-model.ts), any other by the general ones.
 */
import type { ClaimReader } from '../knowledge/library.ts'
import type { Pack } from '../knowledge/schema.ts'
import { calibrate } from './calibration.ts'
import { clean } from './clean.ts'
import { type Candidate, createEvidence, type Evidence } from './evidence.ts'
import type { Bars, Match } from './match.ts'
import { bestOf, compileModel, type PackModel, softmax } from './pack-model.ts'
import { compilePatterns, conceptsIn } from './patterns.ts'
import { createGate, type Reading, read } from './reading.ts'
import { focusOf, type Margins, signalsOf } from './signals.ts'
import { judgeStance, stanceOf } from './stance.ts'
import { stanceFeatures } from './stance-features.ts'
import { tokenise } from './tokens.ts'
import { createVerbatim, leastLikely, type Verbatim, verbatimScore } from './verbatim.ts'
import { createVocabulary, type Entry, type Vocabulary } from './vocabulary.ts'

export type Detector = {
  bars: Bars
  /**
   * Matches from the suggest bar up, and what lies a little below it, best first. `packs`: ids to look in; none given: all.
   * `from`: the lowest score that the caller has a use for; a stance is read for no other.
   */
  detect(text: string, packs?: readonly string[], from?: number): Match[]
  /** Which claims the text speaks of, by the packs' own weights: for look-ups, which have no stance. Empty where the gate ends it. */
  claimsIn: ClaimReader
  /** What the trainers learn from: the message read, with the evidence for every rebuttal. Undefined where the gate ends it. */
  study(text: string): Study | undefined
  vocabulary: Vocabulary
}

export type Study = { text: string; reading: Reading; candidates: Candidate[] }

/** Scores from which a match may be answered in public, and from which moderators hear of it. Set on the tuning half (cli eval). */
const bars: Bars = { speak: 0.58, suggest: 0.25 }
const keptFrom = 0.1
/** A message that names nobody and nothing of the packs ("he loved violence") may be about anybody: it must be the surer to be answered. */
const namelessShare = 0.7
/** Claims without weights of their own are read by general ones, which do not weigh the stance with the rest: they must be the surer. */
const generalShare = 0.8
const mostMatches = 5
/** Candidates whose phrasings are compared: those met by a pattern, and the heaviest by their words (a pack with weights: its best three). */
const mostCandidates = 8
/**
 * Words that trail those of no claim by more than this are hardly ever lifted over a bar by the other evidence. The first is asked of the
 * words alone, before anything else; of the golden lines that would be answered one in a thousand lies below it, of real chat nine in ten.
 * The second is asked with phrases counted and no pattern met.
 */
const hopelessLead = -6
const hopeless = -3.5

/** A pack's rebuttals in the numbering of all packs' together; `slots`: which of them its own weights know, by their number there. */
type Range = { id: string; from: number; to: number; model: PackModel | undefined; slots: Int32Array }
/** `model` and `claim`: the pack's own weights and the claim's number there, where they know it. */
type Scored = { candidate: Candidate; score: number; model: PackModel | undefined; claim: number }
type Parts = {
  evidence: Evidence
  ranges: readonly Range[]
  ids: readonly string[]
  titles: readonly ReadonlySet<string>[]
  verbatim: Verbatim
}

export function createDetector(packs: readonly Pack[]): Detector {
  const rebuttals = packs.flatMap((pack) => pack.rebuttals)
  const vocabulary = createVocabulary(packs)
  const evidence = createEvidence(rebuttals, compilePatterns(rebuttals, vocabulary), vocabulary)
  let from = 0
  const ranges = packs.map((pack): Range => {
    const model = compileModel(pack, vocabulary)
    const slots = Int32Array.from(pack.rebuttals, ({ id }) => model?.claims.indexOf(id) ?? -1)
    const range = { id: pack.id, from, to: from + pack.rebuttals.length, model, slots }
    from = range.to
    return range
  })
  // Claims without weights of their own may be met by any words: then there is no such short cut.
  const models = ranges.flatMap(({ model, slots }) => (model && !slots.includes(-1) ? [model] : []))
  const isAllKnown = models.length === ranges.length
  /** Whether anything can come of it: what this lets go ends without a match in `scored`, too, only later. */
  const isAnyHope = (entries: readonly Entry[]) => {
    if (!isAllKnown) return true
    const concepts = conceptsIn(entries)
    return models.some((model) => model.leadOf(concepts, entries) >= hopeless) || evidence.mayHit(concepts)
  }
  const verbatim = createVerbatim(rebuttals, vocabulary)
  const isWorthReading = (entries: readonly Entry[]) =>
    !isAllKnown || (models.some((model) => model.lead(entries) >= hopelessLead) && isAnyHope(entries)) || verbatim.mayBeTitle(entries)
  const gate = createGate(vocabulary)
  const parts: Parts = {
    evidence,
    ranges,
    ids: rebuttals.map(({ id }) => id),
    titles: rebuttals.map(({ title }) => new Set(tokenise(title).map(({ word }) => word))),
    verbatim,
  }
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
    claimsIn(text) {
      const cleaned = clean(text)
      const entries = gate(cleaned)
      const reading = entries && isAnyHope(entries) ? read(cleaned, vocabulary) : undefined
      if (!reading) return new Map()
      const known = scored(reading, parts, undefined).filter(({ model }) => model)
      return new Map(known.map(({ candidate, score }) => [parts.ids[candidate.rebuttal] ?? '', score]))
    },
    detect(text, packs, from = keptFrom) {
      const cleaned = clean(text)
      const entries = gate(cleaned)
      const reading = entries && isWorthReading(entries) ? read(cleaned, vocabulary) : undefined
      if (!reading) return []
      const titled = verbatim.titled(reading.tokens)
      // A title lifts its claim from anywhere, a phrasing from `leastLikely` on: also for who asks for no match as low as that.
      const worth = Math.min(from, leastLikely)
      return scored(reading, parts, packs)
        .filter(({ score, candidate }) => score >= worth || titled.includes(candidate.rebuttal))
        .map((one) => matchOf(one, cleaned, reading, parts))
        .filter(({ score }) => score >= from)
        .sort((a, b) => b.score - a.score)
        .slice(0, mostMatches)
    },
  }
}

/** Candidates of every pack with the chance that the message is about their claim. */
function scored(reading: Reading, { evidence, ranges, verbatim }: Parts, packs: readonly string[] | undefined): Scored[] {
  const hits = evidence.hits(reading)
  const named = [...new Set([...hits.keys(), ...verbatim.titled(reading.tokens)])]
  let masses: Map<number, number> | undefined
  const weigh = (rebuttal: number) => {
    masses ??= evidence.masses(reading)
    return evidence.weigh(rebuttal, reading, hits.get(rebuttal) ?? [], masses)
  }
  return ranges.flatMap((range) => {
    if (packs && !packs.includes(range.id)) return []
    const met = named.filter((rebuttal) => rebuttal >= range.from && rebuttal < range.to)
    const known = range.model ? byOwnWeights(range, range.model, reading, met, weigh) : []
    return range.slots.includes(-1) ? [...known, ...byGeneralWeights(range, met)] : known
  })

  /** Claims that the pack's own weights do not know. */
  function byGeneralWeights(range: Range, met: readonly number[]): Scored[] {
    masses ??= evidence.masses(reading)
    const isOurs = (rebuttal: number) => rebuttal >= range.from && rebuttal < range.to && (range.slots[rebuttal - range.from] ?? -1) < 0
    const heaviest: number[] = []
    for (const rebuttal of masses.keys()) {
      if (heaviest.length >= mostCandidates) break
      if (isOurs(rebuttal)) heaviest.push(rebuttal)
    }
    return [...new Set([...met.filter(isOurs), ...heaviest])].map((rebuttal) => {
      const candidate = weigh(rebuttal)
      return { candidate, score: calibrate(candidate.features) * generalShare, model: undefined, claim: -1 }
    })
  }
}

function byOwnWeights(range: Range, model: PackModel, reading: Reading, met: number[], weigh: (rebuttal: number) => Candidate): Scored[] {
  const scores = model.lexical(reading)
  const none = scores.length - 1
  const known = met.filter((rebuttal) => (range.slots[rebuttal - range.from] ?? -1) >= 0)
  if (!known.length && bestOf(scores) - (scores[none] as number) < hopeless) return []
  const bar = barOf(scores)
  const chosen = new Set(known)
  range.slots.forEach((slot, index) => {
    if (slot >= 0 && (scores[slot] as number) >= bar) chosen.add(index + range.from)
  })
  const candidates = [...chosen].map((rebuttal) => ({ candidate: weigh(rebuttal), claim: range.slots[rebuttal - range.from] as number }))
  for (const { candidate, claim } of candidates) scores[claim] = (scores[claim] ?? 0) + model.evidence(candidate.features)
  const chances = softmax(scores)
  return candidates.map(({ candidate, claim }) => ({ candidate, score: chances[claim] ?? 0, model, claim }))
}

/** The third highest score of a claim: so many are looked at for their words alone. */
function barOf(scores: Float64Array): number {
  let [first, second, third] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let claim = 0; claim < scores.length - 1; claim += 1) {
    const score = scores[claim] as number
    if (score > first) [first, second, third] = [score, first, second]
    else if (score > second) [second, third] = [score, second]
    else if (score > third) third = score
  }
  return third
}

/** The score of a match is the chance that claim and stance are both read rightly. */
function matchOf({ candidate, score, model, claim }: Scored, text: string, reading: Reading, { ids, titles, verbatim }: Parts): Match {
  const rebuttal = ids[candidate.rebuttal] ?? ''
  const focus = model ? model.focus(reading, claim) : focusOf(candidate, reading)
  const margins: Margins = model ? model.margins(reading, claim) : { concepts: 0, terms: 0 }
  const signals = signalsOf(candidate, reading, focus, margins, text.length)
  const share = reading.topics ? 1 : namelessShare
  // Some titles are sentences, and phrasings as well: who says one asserts it.
  const said = model && score >= leastLikely && reading.topics ? verbatim.stance(reading.tokens, text, candidate.rebuttal) : undefined
  if (said) return { rebuttal, score: Math.max(score, verbatimScore), stance: said, signals }
  if (verbatim.titled(reading.tokens).includes(candidate.rebuttal))
    return { rebuttal, score: Math.max(score, verbatimScore * share), stance: 'query', signals }
  if (!model) return { rebuttal, score, stance: stanceOf(text, reading.tokens, focus), signals }
  if (isBareMention(reading, titles[candidate.rebuttal])) return { rebuttal, score, stance: 'query', signals }
  const cues = stanceFeatures(text, reading.tokens, focus)
  const { stance, sure } = judgeStance(model.stance(reading, claim, focus, cues))
  return { rebuttal, score: score * sure * share, stance, signals }
}

/** "The German plot", and nothing else: who only names a claim asserts nothing and counts as asking. */
const isBareMention = ({ tokens }: Reading, title: ReadonlySet<string> | undefined): boolean =>
  tokens.length <= (title?.size ?? 0) + 1 && tokens.every(({ word }) => title?.has(word))
