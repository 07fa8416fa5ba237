/**
 * What a message says around a claim: the frame that shows what its author does with it. In: a reading and where the claim stands in it.
 * Out: named features for a pack's stance weights. A claim's own words are "#" here: believers and critics use them alike.
 */
import { negations } from './cues.ts'
import type { Reading } from './reading.ts'
import type { Focus } from './stance-features.ts'

/** Words that negate by themselves. */
export const negating = new Set(negations.filter((word) => !word.includes(' ')))
/** Words that join a claim to what is said of it: "nobody has shown *that* …". */
const joining = new Set(['that', 'if', 'whether', 'how', 'why', 'because'])
/** So many words right before the claim are features of their own. */
const rightBefore = 3

/**
 * Marks: "w" a word outside the claim's own, "o" the first word, "b" and "a" a stem before and after the claim, "p" a pair of neighbours,
 * "nb" and "na" a stem behind a negation in its sentence, "j" what stands before the joining word ("jn": and is negated), "x" a stem right before
 * the claim.
 */
export function frameOf({ tokens, entries }: Reading, { own, first, last }: Focus): Set<string> {
  const found = new Set<string>()
  const words = tokens.map(({ word }, index) => (own.has(index) ? '#' : word))
  const stems = words.map((word, index) => {
    const entry = entries[index]
    return word === '#' || !entry || entry.isStop ? word : entry.stem
  })
  const sentenceAt = (index: number) => tokens[index]?.sentence
  const isNegating = (index: number) => negating.has(words[index] ?? '')
  found.add(`o:${words[0] ?? ''}`)
  let isNegated = false
  for (const [index, stem] of stems.entries()) {
    const next = stems[index + 1]
    if (next && (stem !== '#' || next !== '#')) found.add(`p:${stem} ${next}`)
    const isInside = index >= first && index <= last
    if (sentenceAt(index) !== sentenceAt(index - 1) || isInside) isNegated = false
    if (stem !== '#') {
      found.add(`w:${words[index]}`)
      const side = index < first ? 'b' : 'a'
      if (!isInside) found.add(`${side}:${stem}`)
      if (isNegated) found.add(`n${side}:${stem}`)
      if (sentenceAt(index) === sentenceAt(first) && index < first && index >= first - rightBefore) found.add(`x:${stem}`)
    }
    if (!isInside && isNegating(index)) isNegated = true
  }
  const isHere = (index: number) => sentenceAt(index) === sentenceAt(first)
  const join = words.findLastIndex((word, index) => index < first && isHere(index) && joining.has(word))
  if (join > 0) {
    const mark = words.some((_, index) => index < join && isHere(index) && isNegating(index)) ? 'jn' : 'j'
    found.add(`${mark}:${stems[join - 1]}`)
    if (join > 1) found.add(`${mark}:${stems[join - 2]} ${stems[join - 1]}`)
  }
  return found
}
