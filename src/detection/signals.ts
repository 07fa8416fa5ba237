/**
 * The independent kinds of evidence of one match, and where in the message the claim stands. In: a candidate and the reading. Out: Signals
 * for policy and "why", and the Focus for the stance.
 */
import type { Candidate } from './evidence.ts'
import type { Signal } from './match.ts'
import type { Mention } from './patterns.ts'
import type { Reading } from './reading.ts'
import type { Focus } from './stance-features.ts'

/** How far a pack's own weights speak for the claim: by the concepts named, and by the words beside them. */
export type Margins = { concepts: number; terms: number }

/** Scores from which a kind of evidence counts as one when speaking needs two. */
const enough = { phrasing: 0.4, terms: 0.3, conceptMargin: 0.8, termMargin: 0.3 }
/** A margin as a number between 0 and 1. */
const asScore = (margin: number): number => margin / (1 + margin)

export function signalsOf(candidate: Candidate, reading: Reading, focus: Focus, margins: Margins, length: number): Signal[] {
  const { tokens, keys } = reading
  const start = tokens[focus.first]?.start ?? 0
  const end = tokens[focus.last]?.end ?? length
  const wording = candidate.saying?.wording ?? ''
  const signals: Signal[] = []
  const [best] = candidate.hits
  if (best) {
    const from = tokens[best.first]?.start ?? 0
    signals.push({
      kind: 'concepts',
      score: best.strength,
      wording: best.pattern.wording,
      start: from,
      end: tokens[best.last]?.end ?? from,
    })
  } else if (margins.concepts >= enough.conceptMargin) {
    signals.push({ kind: 'concepts', score: asScore(margins.concepts), wording, start, end })
  }
  if (candidate.saying && candidate.sayingScore >= enough.phrasing)
    signals.push({ kind: 'phrasing', score: candidate.sayingScore, wording, start, end })
  const shares = candidate.termScore >= enough.terms && keys.size > 1
  if (shares || margins.terms >= enough.termMargin)
    signals.push({ kind: 'terms', score: Math.min(1, Math.max(candidate.termScore, asScore(margins.terms))), wording, start, end })
  return signals
}

/** Where the claim stands, and which words are its own: those of the pattern's concepts, else those shared with the phrasing. */
export function focusOf({ hits, saying }: Candidate, { tokens, entries, mentions }: Reading): Focus {
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
