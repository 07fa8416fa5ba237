/**
 * Eight words in a row, as numbers: to prove that no sentence repeats a source text without shipping that text.
 * In: texts. Out: hashes of their runs of eight words; places where a text repeats a run. Pure.
 */
import { wordsOf } from './text.ts'

/** From so many words in a row on a sentence counts as copied (docs/editorial.md). */
export const runLength = 8

/** FNV-1a over the folded words; 32 bits are enough: a chance hit is one in millions and is looked at by a person. */
function hashOf(words: readonly string[]): number {
  let hash = 0x811c9dc5
  for (const letter of words.join(' ')) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}

/** Quoted words of historical persons are exempt: they are quoted, not copied. */
const withoutQuotations = (text: string): string => text.replace(/["“][^"”]{0,600}["”]/g, ' \n ')

export function runsOf(text: string): { hash: number; words: string }[] {
  return text.split('\n').flatMap((part) => {
    const words = wordsOf(part)
    return Array.from({ length: Math.max(0, words.length - runLength + 1) }, (_, start) => {
      const run = words.slice(start, start + runLength)
      return { hash: hashOf(run), words: run.join(' ') }
    })
  })
}

/** The first run of a text that stands in the source too, if any. */
export const copiedRun = (text: string, source: ReadonlySet<number>): string | undefined =>
  runsOf(withoutQuotations(text)).find(({ hash }) => source.has(hash))?.words
