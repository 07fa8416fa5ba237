/**
 * Does this message repeat a claim? In: a text. Out: matches with stance and evidence, best first. Pure.
 * clean → tokens → gate (one look-up per word) → evidence per candidate → calibrated score → stance.
 */
import type { Library } from '../knowledge/library.ts'
import { calibrate, type Features } from './calibration.ts'
import { clean } from './clean.ts'
import type { Bars, Match, Signal } from './match.ts'
import { compilePatterns, type Mention, matchPattern, mentionsOf, type Pattern, type PatternHit } from './patterns.ts'
import { stanceOf } from './stance.ts'
import { type Focus, type StanceFeatures, stanceFeatures } from './stance-features.ts'
import { coverage, createTermIndex, keyOfConcept, type Saying, type TermIndex } from './term-index.ts'
import { type Token, tokenise } from './tokens.ts'
import { createVocabulary, type Entry, type Vocabulary } from './vocabulary.ts'

export type Detector = {
  bars: Bars
  /** Matches from the suggest bar up, and what lies a little below it, best first. `packs`: ids to look in; none given: all. */
  detect(text: string, packs?: readonly string[]): Match[]
  /** Features of every candidate, for the trainers. */
  features(text: string): { rebuttal: string; features: Features; stance: StanceFeatures }[]
}

/** Scores from which a match may be answered in public, and from which moderators hear of it. Set on the tuning half (cli eval). */
const bars: Bars = { speak: 0.5, suggest: 0.2 }
const keptFrom = 0.1
const mostMatches = 5
const mostTokens = 600
/** Places of one concept that are looked at: who repeats a word fifty times says no more by it. */
const mostMentions = 8
/** Candidates whose phrasings are compared: those met by a pattern, and the best by shared rare words. */
const mostCandidates = 8

type Reading = { tokens: Token[]; entries: Entry[]; mentions: Map<number, Mention[]>; keys: Set<number>; terms: number[]; topics: number }
type Candidate = {
  rebuttal: number
  features: Features
  hits: PatternHit[]
  saying: Saying | undefined
  sayingScore: number
  termScore: number
}

export function createDetector(library: Library): Detector {
  const { rebuttals } = library
  const vocabulary = createVocabulary(library.packs)
  const index = createTermIndex(rebuttals, vocabulary)
  const patterns = compilePatterns(rebuttals, vocabulary)
  const byConcept = groupByConcept(patterns, vocabulary.conceptNames.length)
  const mass = new Float64Array(rebuttals.length)

  const candidatesOf = (text: string): { reading: Reading; candidates: Candidate[] } | undefined => {
    const reading = read(text, vocabulary)
    if (!reading) return undefined
    const hits = hitsOf(reading, byConcept)
    const touched = index.gather(reading.terms, mass)
    const byMass = touched.sort((a, b) => (mass[b] ?? 0) - (mass[a] ?? 0))
    const chosen = [...new Set([...hits.keys(), ...byMass.slice(0, mostCandidates)])]
    const masses = new Map(chosen.map((rebuttal) => [rebuttal, mass[rebuttal] ?? 0]))
    for (const rebuttal of touched) mass[rebuttal] = 0
    const candidates = chosen.map((rebuttal) => weigh(rebuttal, reading, hits.get(rebuttal) ?? [], masses, index))
    return { reading, candidates }
  }

  return {
    bars,
    features: (text) => {
      const cleaned = clean(text)
      const found = candidatesOf(cleaned)
      if (!found) return []
      return found.candidates.map((candidate) => ({
        rebuttal: rebuttals[candidate.rebuttal]?.id ?? '',
        features: candidate.features,
        stance: stanceFeatures(cleaned, found.reading.tokens, focusOf(candidate, found.reading)),
      }))
    },
    detect(text, packs) {
      const cleaned = clean(text)
      const found = candidatesOf(cleaned)
      if (!found) return []
      const scored = found.candidates
        .map((candidate) => ({ candidate, score: calibrate(candidate.features) }))
        .filter(
          ({ candidate, score }) =>
            score >= keptFrom && (!packs || packs.includes(library.packOf(rebuttals[candidate.rebuttal]?.id ?? '')?.id ?? '')),
        )
        .sort((a, b) => b.score - a.score)
        .slice(0, mostMatches)
      return scored.map(({ candidate, score }) =>
        matchOf(candidate, score, cleaned, found.reading, rebuttals[candidate.rebuttal]?.id ?? ''),
      )
    },
  }
}

/** Rarity from which a word of the packs is a topic and not only a word. "revolution" is one, "paid" is not. */
const topicalFrom = 0.8
/** Topic and at least one further word of the packs: a name alone is no claim, unless the message is little else. */
const leastWords = 2

/** Words looked up once each; undefined when nothing in the message is a topic of the packs: most chatter ends here. */
function read(cleaned: string, vocabulary: Vocabulary): Reading | undefined {
  const tokens = tokenise(cleaned)
  if (tokens.length > mostTokens) tokens.length = mostTokens
  const entries: Entry[] = new Array(tokens.length)
  let topics = 0
  let words = 0
  for (let index = 0; index < tokens.length; index += 1) {
    const entry = vocabulary.entry((tokens[index] as Token).word)
    entries[index] = entry
    if (!entry.isOurs) continue
    words += 1
    if (entry.rarity >= topicalFrom) topics += 1
  }
  if (!topics || words < Math.min(leastWords, tokens.length)) return undefined
  const mentions = new Map<number, Mention[]>()
  const keys = new Set<number>()
  const terms = new Set<number>()
  for (const mention of mentionsOf(tokens, entries)) {
    const list = mentions.get(mention.concept)
    if (!list) mentions.set(mention.concept, [mention])
    else if (list.length < mostMentions) list.push(mention)
    keys.add(keyOfConcept(mention.concept))
  }
  for (const entry of entries) {
    if (entry.term < 0 || entry.isStop) continue
    keys.add(entry.term)
    terms.add(entry.term)
  }
  const named = [...mentions.keys()].filter((concept) => vocabulary.topics.has(concept)).length
  return { tokens, entries, mentions, keys, terms: [...terms], topics: named }
}

/** Patterns by their rarest-looking group: a pattern is tried only if one concept of its last group is named. */
function groupByConcept(patterns: readonly Pattern[], concepts: number): Pattern[][] {
  const lists: Pattern[][] = Array.from({ length: concepts }, () => [])
  for (const pattern of patterns) for (const concept of new Set(pattern.groups.at(-1)?.concepts)) lists[concept]?.push(pattern)
  return lists
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
    const score = coverage(one, (key) => keys.has(key))
    // A saying of one meaning ("Bolsheviks") is covered by any message that names it: it proves nothing.
    const proof = score * Math.min(1, one.keys.length / 3)
    if (proof > sayingScore) {
      sayingScore = proof
      saying = one
    }
  }
  const own = masses.get(rebuttal) ?? 0
  const rival = Math.max(0, ...[...masses].filter(([other]) => other !== rebuttal).map(([, mass]) => mass))
  const asked = terms.reduce((sum, term) => sum + index.weight(term), 0)
  const ordered = [...hits].sort((a, b) => b.strength - a.strength)
  const termScore = asked ? own / asked : 0
  const strange = entries.filter((entry) => !entry.isStop && entry.term < 0 && !entry.concepts.length && entry.rarity > 0.75).length
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

/** Scores from which a kind of evidence counts as one when speaking needs two. */
const enough = { phrasing: 0.5, terms: 0.3 }

function matchOf(candidate: Candidate, score: number, text: string, reading: Reading, rebuttal: string): Match {
  const { tokens, keys } = reading
  const signals: Signal[] = []
  const [best] = candidate.hits
  const focus = focusOf(candidate, reading)
  const start = tokens[focus.first]?.start ?? 0
  const end = tokens[focus.last]?.end ?? text.length
  if (best)
    signals.push({
      kind: 'concepts',
      score: best.strength,
      wording: best.pattern.wording,
      start: tokens[best.first]?.start ?? 0,
      end: tokens[best.last]?.end ?? 0,
    })
  if (candidate.saying && candidate.sayingScore >= enough.phrasing)
    signals.push({ kind: 'phrasing', score: candidate.sayingScore, wording: candidate.saying.wording, start, end })
  if (candidate.termScore >= enough.terms && keys.size > 1)
    signals.push({ kind: 'terms', score: Math.min(1, candidate.termScore), wording: candidate.saying?.wording ?? '', start, end })
  return { rebuttal, score, stance: stanceOf(text, tokens, focus), signals }
}

/** Where the claim stands, and which words are its own: those of the pattern's concepts, else those shared with the phrasing. */
function focusOf({ hits, saying }: Candidate, { tokens, entries, mentions }: Reading): Focus {
  const [best] = hits
  const own = new Set<number>()
  if (best) {
    // All words of the pattern's concepts are the claim's own, and the negation a "not:" group asks for.
    for (const { concepts, isNegated } of best.pattern.groups) {
      for (const concept of concepts) {
        for (const mention of mentions.get(concept) ?? []) {
          for (let index = mention.first; index <= mention.last; index += 1) own.add(index)
          if (isNegated && mention.negatedBy >= 0) own.add(mention.negatedBy)
        }
      }
    }
    const predicates = best.pattern.groups.flatMap(({ isNegated }, place) => (place && !isNegated ? [best.chosen[place] as Mention] : []))
    return { first: best.first, last: best.last, own, negatedBy: predicates.map((mention) => mention.negatedBy).filter((at) => at >= 0) }
  }
  entries.forEach((entry, index) => {
    if (!entry.isStop && saying?.keys.includes(entry.term)) own.add(index)
  })
  const places = [...own]
  return { first: places[0] ?? 0, last: places.at(-1) ?? Math.max(0, tokens.length - 1), own, negatedBy: [] }
}
