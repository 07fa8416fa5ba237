/**
 * Messages that say a claim just as an editor wrote it down, and nothing else. In: rebuttals, then a message's words. Out: whether it repeats
 * or asks for that claim. The editor's own example of what believers say needs no guess at the stance.
 */
import type { Rebuttal } from '../knowledge/schema.ts'
import type { Stance } from './match.ts'
import { type Token, tokenise } from './tokens.ts'

/** `place`: the rebuttal's number. Undefined: the message is no such sentence. */
export type Verbatim = (tokens: readonly Token[], text: string, place: number) => Stance | undefined

/** Chance given to such a match, where the words speak for its claim at all (`leastLikely`) and name a topic: some phrasings name nobody. */
export const verbatimScore = 0.95
export const leastLikely = 0.15

const asking = /^is it true (?:that )?/
const wordsOf = (tokens: readonly Token[]): string => tokens.map(({ word }) => word).join(' ')

export function createVerbatim(rebuttals: readonly Rebuttal[]): Verbatim {
  const places = new Map(
    rebuttals.flatMap(({ claim, phrasings }, place) => [claim, ...phrasings].map((said) => [wordsOf(tokenise(said)), place] as const)),
  )
  return (tokens, text, place) => {
    const said = wordsOf(tokens)
    if (places.get(said.replace(asking, '')) !== place) return undefined
    return asking.test(said) || text.includes('?') ? 'query' : 'support'
  }
}
