/**
 * The concepts kind of evidence: what a message must name to repeat a claim, as an editor wrote it.
 * In: a rebuttal's patterns, such as "lenin|bolsheviks + paid + germany - reparations", and where a message names which concept.
 * Out: how well the best pattern is met, and where.
 */
import type { Rebuttal } from '../knowledge/schema.ts'
import type { Token } from './tokens.ts'
import type { Entry, Phrase, Vocabulary } from './vocabulary.ts'

/** A concept named in a message. */
export type Mention = {
  concept: number
  first: number
  last: number
  sentence: number
  isMisspelt: boolean
  /** The word may also mean something else. */
  isWeak: boolean
  /** The token that negates it ("were never democratic"), or -1. */
  negatedBy: number
}

type Group = { concepts: number[]; isNegated: boolean }
export type Pattern = { rebuttal: number; wording: string; groups: Group[]; unless: number[]; weight: number }

/** A weak pattern (~) is evidence, but counts for less. */
const weakWeight = 0.6

/** Compiles "~a|b + c - d". Throws Error naming the concept that does not exist. */
export function compilePattern(text: string, rebuttal: number, vocabulary: Vocabulary): Pattern {
  const isWeak = text.startsWith('~')
  const [wanted = '', ...unwanted] = (isWeak ? text.slice(1) : text).split(' - ')
  const number = (name: string): number => {
    const concept = vocabulary.conceptOf(name.trim())
    if (concept === undefined) throw new Error(`pattern "${text}": there is no concept "${name.trim()}"`)
    return concept
  }
  return {
    rebuttal,
    wording: text.replace(/^~/, ''),
    groups: wanted.split('+').map((group) => {
      const isNegated = group.trim().startsWith('not:')
      return { isNegated, concepts: group.trim().replace(/^not:/, '').split('|').map(number) }
    }),
    unless: unwanted.flatMap((group) => group.split('|').map(number)),
    weight: isWeak ? weakWeight : 1,
  }
}

export const compilePatterns = (rebuttals: readonly Rebuttal[], vocabulary: Vocabulary): Pattern[] =>
  rebuttals.flatMap((rebuttal, index) => (rebuttal.patterns ?? []).map((pattern) => compilePattern(pattern, index, vocabulary)))

/** Where the message names which concept. */
export function mentionsOf(tokens: readonly Token[], entries: readonly Entry[]): Mention[] {
  const mentions: Mention[] = []
  for (let index = 0; index < tokens.length; index += 1) {
    const entry = entries[index] as Entry
    const sentence = (tokens[index] as Token).sentence
    const phrases = phrasesAt(entries, index)
    if (!entry.concepts.length && !phrases.length) continue
    const negatedBy = negationBefore(tokens, index)
    for (const concept of entry.concepts) {
      mentions.push({
        concept,
        first: index,
        last: index,
        sentence,
        isMisspelt: entry.isMisspelt,
        isWeak: entry.weak.includes(concept),
        negatedBy,
      })
    }
    for (const phrase of phrases) {
      const end = endOf(phrase.rest, entries, index)
      if (end > index)
        mentions.push({ concept: phrase.concept, first: index, last: end, sentence, isMisspelt: false, isWeak: phrase.isWeak, negatedBy })
    }
  }
  return mentions
}

/** Which concepts the words name, each once and in the order of mentionsOf, for who needs no places. */
export function conceptsIn(entries: readonly Entry[]): number[] {
  const named: number[] = []
  for (let index = 0; index < entries.length; index += 1) {
    for (const concept of (entries[index] as Entry).concepts) if (!named.includes(concept)) named.push(concept)
    for (const { rest, concept } of phrasesAt(entries, index))
      if (!named.includes(concept) && endOf(rest, entries, index) > index) named.push(concept)
  }
  return named
}

const negations = new Set(
  'not no never none nobody nothing neither nor without hardly barely cannot cant dont doesnt didnt isnt arent wasnt werent wont wouldnt couldnt shouldnt hasnt havent hadnt aint noone'.split(
    ' ',
  ),
)
/** Words between a negation and what it negates: "was never really a democratic body". */
const negationReach = 4

/** The nearest negation in front of a word, within its sentence and reach; -1 when there is none. */
function negationBefore(tokens: readonly Token[], index: number): number {
  const sentence = tokens[index]?.sentence
  for (let at = index - 1; at >= Math.max(0, index - negationReach) && tokens[at]?.sentence === sentence; at -= 1) {
    if (negations.has(tokens[at]?.word ?? '')) return at
  }
  return -1
}

/** Words that a phrase may step over: "paid by the german kaiser" is "paid by kaiser". */
const gapsAllowed = 2

const none: readonly Phrase[] = []

/** Phrases that may begin at a word: those whose second word is the next one, or stands behind stopwords that may be stepped over. */
function phrasesAt(entries: readonly Entry[], start: number): readonly Phrase[] {
  const { phrases } = entries[start] as Entry
  let found = none
  if (!phrases) return found
  for (let index = start + 1; index <= start + 1 + gapsAllowed; index += 1) {
    const next = entries[index]
    const some = next && phrases.get(next.stem)
    if (some) found = found.length ? [...new Set([...found, ...some])].sort((a, b) => a.order - b.order) : some
    if (!next?.isStop) break
  }
  return found
}

/** Last token of a phrase that begins at `start`, or `start` when it is not there. Stopwords between its words are stepped over. */
function endOf(rest: readonly string[], entries: readonly Entry[], start: number): number {
  let index = start
  for (const stem of rest) {
    let gaps = 0
    index += 1
    while (entries[index] && entries[index]?.stem !== stem && entries[index]?.isStop && gaps < gapsAllowed) {
      index += 1
      gaps += 1
    }
    if (entries[index]?.stem !== stem) return start
  }
  return index
}

export type PatternHit = {
  pattern: Pattern
  strength: number
  first: number
  last: number
  /** What stands for each group. */
  chosen: readonly Mention[]
}

const misspeltWorth = 0.9
const weakWorth = 0.6
/** Sentences that may lie between the parts of a claim, with what the evidence is then worth. */
const nearness = [1, 0.8, 0.6]

/** The best way a pattern is met: all groups in one sentence, or in neighbouring ones for less; undefined when it is not. */
export function matchPattern(pattern: Pattern, mentions: ReadonlyMap<number, readonly Mention[]>): PatternHit | undefined {
  // Most patterns end here, and so without a list of anything.
  for (const { concepts } of pattern.groups) if (!isAnyNamed(concepts, mentions)) return undefined
  const groups = pattern.groups.map(({ concepts, isNegated }) => {
    const found = concepts.flatMap((concept) => mentions.get(concept) ?? [])
    return isNegated ? found.filter((mention) => mention.negatedBy >= 0) : found
  })
  if (groups.some((group) => !group.length)) return undefined
  let best: PatternHit | undefined
  for (const anchor of groups[0] as Mention[]) {
    const chosen = choose(groups, anchor)
    if (!chosen) continue
    const from = Math.min(...chosen.map((one) => one.sentence))
    const to = Math.max(...chosen.map((one) => one.sentence))
    const near = nearness[to - from]
    if (near === undefined) continue
    if (pattern.unless.some((concept) => mentions.get(concept)?.some((one) => one.sentence >= from && one.sentence <= to))) continue
    const doubt = chosen.reduce((product, one) => product * (one.isMisspelt ? misspeltWorth : 1) * (one.isWeak ? weakWorth : 1), 1)
    const strength = pattern.weight * near * doubt
    if (!best || strength > best.strength) {
      best = {
        pattern,
        strength,
        first: Math.min(...chosen.map((one) => one.first)),
        last: Math.max(...chosen.map((one) => one.last)),
        chosen,
      }
    }
  }
  return best
}

function isAnyNamed(concepts: readonly number[], mentions: ReadonlyMap<number, unknown>): boolean {
  for (const concept of concepts) if (mentions.has(concept)) return true
  return false
}

/** Whether each part of a pattern is named at all: what is not cannot be met. */
export function isEachNamed({ groups }: Pattern, named: readonly number[]): boolean {
  for (const { concepts } of groups) if (!isAnyOf(concepts, named)) return false
  return true
}

function isAnyOf(concepts: readonly number[], named: readonly number[]): boolean {
  for (const concept of concepts) if (named.includes(concept)) return true
  return false
}

/** For each group the mention nearest to the anchor; one word can't stand for two groups. */
function choose(groups: readonly (readonly Mention[])[], anchor: Mention): Mention[] | undefined {
  const chosen = [anchor]
  for (const group of groups.slice(1)) {
    let nearest: Mention | undefined
    for (const one of group) {
      if (chosen.some((other) => one.first <= other.last && one.last >= other.first)) continue
      if (!nearest || Math.abs(one.first - anchor.first) < Math.abs(nearest.first - anchor.first)) nearest = one
    }
    if (!nearest) return undefined
    chosen.push(nearest)
  }
  return chosen
}
