/**
 * Does this message repeat a claim? In: a text. Out: matches with stance and evidence, best first. Pure.
 */
import type { Library } from '../knowledge/library.ts'
import type { Bars, Match } from './match.ts'

export type Detector = {
  bars: Bars
  /** `packs`: ids to look in; none given: all. */
  detect(text: string, packs?: readonly string[]): Match[]
}

export function createDetector(library: Library): Detector {
  return {
    bars: { speak: 0.8, suggest: 0.5 },
    detect: (text) =>
      library.search(text, 3).map(({ rebuttal, score }) => ({
        rebuttal: rebuttal.id,
        score,
        stance: text.trimEnd().endsWith('?') ? 'query' : /\b(not|never|no|false|debunked|myth)\b/i.test(text) ? 'deny' : 'support',
        signals: [{ kind: 'terms', score, wording: rebuttal.title, start: 0, end: text.length }],
      })),
  }
}
