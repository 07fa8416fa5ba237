/**
 * What can be read off a message about the author's stance. In: the cleaned text, its words, and where the claim stands. Out: named numbers.
 * Negation inside the claim's own words ("nothing to do with it") belongs to the claim and is not counted.
 */
import { asks, assertions, counterfactuals, distances, falseFriends, ironies, negations, rejections, reports } from './cues.ts'
import type { Token } from './tokens.ts'
import { tokenise } from './tokens.ts'

export type Focus = {
  /** Token numbers, inclusive. */
  first: number
  last: number
  /** Tokens that the claim's own wording covers. */
  own: ReadonlySet<number>
  /** Negations that govern what the claim says of its subject. */
  negatedBy: readonly number[]
}

export type StanceFeatures = Record<(typeof stanceFeatureNames)[number], number>

export const stanceFeatureNames = [
  'negationGoverns',
  'negationNear',
  'negationSame',
  'negationElsewhere',
  'rejectSame',
  'rejectNext',
  'rejectElsewhere',
  'reportBefore',
  'reportElsewhere',
  'assertion',
  'askCue',
  'asksHere',
  'asksLast',
  'startsAsking',
  'echo',
  'echoStart',
  'bare',
  'rhetorical',
  'quoted',
  'irony',
  'contrast',
  'conditional',
  'distance',
  'counterfactual',
  'address',
  'numbers',
  'openQuote',
  'long',
] as const

type Cue = { rest: string[] }
const compile = (phrases: readonly string[]): Map<string, Cue[]> => {
  const map = new Map<string, Cue[]>()
  for (const phrase of phrases) {
    const [first, ...rest] = tokenise(phrase).map((token) => token.word)
    if (!first) continue
    const known = map.get(first)
    if (known) known.push({ rest })
    else map.set(first, [{ rest }])
  }
  return map
}
const cues = {
  falseFriends: compile(falseFriends),
  negations: compile(negations),
  rejections: compile(rejections),
  reports: compile(reports),
  assertions: compile(assertions),
  asks: compile(asks),
  distances: compile(distances),
  counterfactuals: compile(counterfactuals),
}

/** Places where a cue begins, with its last token; tokens in `hidden` are not read. */
function find(
  cue: ReadonlyMap<string, readonly Cue[]>,
  tokens: readonly Token[],
  hidden: ReadonlySet<number>,
): { first: number; last: number }[] {
  const found: { first: number; last: number }[] = []
  for (let index = 0; index < tokens.length; index += 1) {
    if (hidden.has(index)) continue
    // Nearly every word ends here, and so without a list or a function of its own.
    const phrases = cue.get(tokens[index]?.word ?? '')
    if (!phrases) continue
    let longest = -1
    for (const { rest } of phrases) if (rest.length > longest && follows(rest, tokens, index, hidden)) longest = rest.length
    if (longest >= 0) found.push({ first: index, last: index + longest })
  }
  return found
}

function follows(rest: readonly string[], tokens: readonly Token[], index: number, hidden: ReadonlySet<number>): boolean {
  for (let offset = 0; offset < rest.length; offset += 1) {
    const at = index + offset + 1
    if (tokens[at]?.word !== rest[offset] || hidden.has(at)) return false
  }
  return true
}

const askers = new Set(
  'is was were are did does do has have had can could would should will who what where when why how which whose isnt wasnt didnt arent werent doesnt'.split(
    ' ',
  ),
)
const whWords = new Set('who what where when why how which whose'.split(' '))
const contrasts = new Set('but however yet although though nevertheless whereas actually'.split(' '))
/** Words between a negation and the claim's words for it to count as near. */
const near = 4

export function stanceFeatures(text: string, tokens: readonly Token[], focus: Focus): StanceFeatures {
  const hidden = new Set<number>()
  for (const { first, last } of find(cues.falseFriends, tokens, hidden))
    for (let index = first; index <= last; index += 1) hidden.add(index)
  const covered = new Set([...hidden, ...focus.own])
  const from = tokens[focus.first]?.sentence ?? 0
  const to = tokens[focus.last]?.sentence ?? from
  const sentenceOf = (index: number) => tokens[index]?.sentence ?? 0
  const isHere = (index: number) => sentenceOf(index) >= from && sentenceOf(index) <= to
  const negated = find(cues.negations, tokens, covered)
  const rejected = find(cues.rejections, tokens, covered)
  const reported = find(cues.reports, tokens, covered)
  const asked = find(cues.asks, tokens, hidden)
  const count = (list: readonly { first: number }[], test: (index: number) => boolean) =>
    Math.min(2, list.filter(({ first }) => test(first)).length)
  const shape = questionShape(text, tokens, from, to)
  return {
    negationGoverns: focus.negatedBy.some((index) => !covered.has(index)) ? 1 : 0,
    negationNear: count(negated, (index) => isHere(index) && index >= focus.first - near && index <= focus.last + 2),
    negationSame: count(negated, (index) => isHere(index) && (index < focus.first - near || index > focus.last + 2)),
    negationElsewhere: count(negated, (index) => !isHere(index)),
    rejectSame: count(rejected, isHere),
    rejectNext: count(rejected, (index) => sentenceOf(index) === to + 1 || sentenceOf(index) === to + 2),
    rejectElsewhere: count(rejected, (index) => !isHere(index) && sentenceOf(index) !== to + 1 && sentenceOf(index) !== to + 2),
    reportBefore: count(reported, (index) => isHere(index) && index <= focus.last),
    reportElsewhere: count(reported, (index) => !(isHere(index) && index <= focus.last)),
    assertion: count(find(cues.assertions, tokens, covered), () => true),
    askCue: count(asked, (index) => Math.abs(sentenceOf(index) - from) <= 1),
    quoted: isQuoted(text, tokens[focus.first]?.start ?? 0, tokens[focus.last]?.end ?? 0) ? 1 : 0,
    irony: ironies.some((mark) => mark.length > 1 && text.toLowerCase().includes(mark)) ? 1 : 0,
    contrast: tokens.some((token, index) => contrasts.has(token.word) && index > focus.last) ? 1 : 0,
    conditional: tokens.some((token, index) => (token.word === 'if' || token.word === 'suppose') && isHere(index)) ? 1 : 0,
    distance: count(find(cues.distances, tokens, covered), () => true),
    counterfactual: count(find(cues.counterfactuals, tokens, covered), () => true),
    address: tokens.some((token) => token.word === 'you' || token.word === 'your') ? 1 : 0,
    numbers: Math.min(2, tokens.filter((token, index) => !covered.has(index) && /^\d+$/.test(token.word)).length),
    openQuote: /^\s*["“„«']/.test(text) ? 1 : 0,
    long: Math.min(3, tokens.length / 30),
    ...shape,
  }
}

type Shape = Pick<StanceFeatures, 'asksHere' | 'asksLast' | 'startsAsking' | 'echo' | 'echoStart' | 'bare' | 'rhetorical'>

/** How question marks stand to the claim: asking it, echoing it before rejecting it, or asking what is answered at once. */
function questionShape(text: string, tokens: readonly Token[], from: number, to: number): Shape {
  const lastSentence = tokens.at(-1)?.sentence ?? 0
  const endsAsking = (sentence: number): boolean => {
    const last = tokens.findLast((token) => token.sentence === sentence)
    const next = tokens.find((token) => token.sentence > sentence)
    return last ? text.slice(last.end, next?.start ?? text.length).includes('?') : false
  }
  const own = tokens.filter((token) => token.sentence >= from && token.sentence <= to)
  const opening = own.find((token) => !fillers.has(token.word))?.word ?? ''
  const asksHere = endsAsking(to)
  const isFragment = asksHere && !askers.has(opening) && own.length <= 9
  return {
    asksHere: asksHere ? 1 : 0,
    asksLast: endsAsking(lastSentence) ? 1 : 0,
    startsAsking: askers.has(opening) ? 1 : 0,
    echo: isFragment && to < lastSentence ? 1 : 0,
    echoStart: opensWithEcho(tokens, endsAsking, lastSentence) ? 1 : 0,
    bare: tokens.length <= 5 && to === lastSentence ? 1 : 0,
    rhetorical: asksHere && whWords.has(opening) && to < lastSentence ? 1 : 0,
  }
}

/** "Treason? Trotsky refused to sign …": a fragment with a question mark opens the message, and an answer follows. */
function opensWithEcho(tokens: readonly Token[], endsAsking: (sentence: number) => boolean, lastSentence: number): boolean {
  const opening = tokens.filter((token) => token.sentence === 0)
  return lastSentence > 0 && opening.length > 0 && opening.length <= 8 && endsAsking(0) && !askers.has(opening[0]?.word ?? '')
}

const fillers = new Set('so and but ok okay hey hi well wait um uh erm hmm lol btw anyway also guys like'.split(' '))

/** Does the claim stand between quotation marks? Marks are counted on both sides. */
function isQuoted(text: string, start: number, end: number): boolean {
  const before = text.slice(0, start)
  const after = text.slice(end)
  const opened = (before.match(/["“„«]/g)?.length ?? 0) - (before.match(/[”»]/g)?.length ?? 0)
  return (opened % 2 === 1 || (opened > 0 && /[”»]/.test(after))) && /["”»“]/.test(after)
}
