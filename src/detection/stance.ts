/**
 * What the author does with the claim: assert it, reject it, ask, report it. In: the cleaned text and the span of the match. Out: a Stance.
 */
import type { Stance } from './match.ts'

export function stanceOf(text: string, _span: { start: number; end: number }): Stance {
  if (/\b(?:not|never|no|false|debunked|myth|didnt|wasnt|isnt|nonsense|lie)\b/i.test(text.replaceAll("'", ''))) return 'deny'
  return text.trimEnd().endsWith('?') ? 'query' : 'support'
}
