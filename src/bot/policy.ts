/**
 * Whether to speak, the one place that decides it: live messages, dry run, the command line and mentions all come here.
 * In: matches, the channel's settings and what memory says. Out: a Decision with every gate in order. Pure.
 */
import type { Bars, Match, Stance } from '../detection/match.ts'
import type { Level, ReplyMode } from './settings.ts'

/** One gate and how it stood: all of them are kept for "why" and the dry run. */
export type Reason = { gate: string; passed: boolean; detail: string }

export type Decision = {
  action: 'reply' | 'suggest' | 'ignore'
  match?: Match
  reasons: Reason[]
}

/** What is known beside the text. A gate that is absent is not asked (the command line has no history). */
export type Circumstances = { mode: ReplyMode; level: Level; bars: Bars; gates?: readonly Reason[] }

/** Which stances a level answers; a denial never. */
export const answered: Record<Level, readonly Stance[]> = {
  careful: ['support'],
  standard: ['support', 'query'],
  eager: ['support', 'query', 'comment'],
}

export function decide(matches: readonly Match[], { mode, level, bars, gates = [] }: Circumstances): Decision {
  const match = matches[0]
  if (!match) return { action: 'ignore', reasons: [{ gate: 'claim', passed: false, detail: 'no claim of the packs is repeated' }] }
  const kinds = [...new Set(match.signals.map((signal) => signal.kind))]
  const judged: Reason[] = [
    {
      gate: 'score',
      passed: match.score >= bars.speak,
      detail: `${match.score.toFixed(2)}; the bar to speak is ${bars.speak}, to suggest ${bars.suggest}`,
    },
    { gate: 'evidence', passed: kinds.length >= 2, detail: `${kinds.join(' and ') || 'none'}; speaking needs two independent kinds` },
    {
      gate: 'stance',
      passed: answered[level].includes(match.stance),
      detail: `${match.stance}; level ${level} answers ${answered[level].join(', ')}`,
    },
    { gate: 'mode', passed: mode !== 'off' && mode !== 'suggest', detail: mode },
  ]
  const reasons = [...judged, ...gates]
  if (match.score < bars.suggest || match.stance === 'deny' || !answered[level].includes(match.stance) || mode === 'off') {
    return { action: 'ignore', match, reasons }
  }
  if (gates.some((gate) => !gate.passed)) return { action: 'ignore', match, reasons }
  return { action: reasons.every((reason) => reason.passed) ? 'reply' : 'suggest', match, reasons }
}
