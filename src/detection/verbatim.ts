/**
 * Messages that say a claim just as an editor wrote it down, and nothing else. In: rebuttals, then a message's words. Out: whether it repeats
 * or asks for that claim. The editor's own example of what believers say needs no guess at the stance; who gives its title alone ("the
 * German plot") asserts nothing and counts as asking.
 */
import type { Rebuttal } from '../knowledge/schema.ts'
import type { Stance } from './match.ts'
import { type Token, tokenise } from './tokens.ts'
import type { Entry, Vocabulary } from './vocabulary.ts'

export type Verbatim = {
  /** Whether the message is a claim or phrasing of the rebuttal of that number. */
  stance(tokens: readonly Token[], text: string, place: number): Stance | undefined
  /** Numbers of the rebuttals, of several packs where they have the same one, whose title the message is, with or without the article before it. */
  titled(entries: readonly Entry[]): readonly number[]
}

/** Chance given to such a match; some phrasings name nobody, and must name a topic and speak for its claim at all (`leastLikely`). */
export const verbatimScore = 0.95
export const leastLikely = 0.15

const asking = /^is it true (?:that )?/
const wordsOf = (tokens: readonly Token[]): string => tokens.map(({ word }) => word).join(' ')

export function createVerbatim(rebuttals: readonly Rebuttal[], vocabulary: Vocabulary): Verbatim {
  const places = placesBy(rebuttals.map(({ claim, phrasings }) => [claim, ...phrasings].map((said) => wordsOf(tokenise(said)))))
  const stemsOf = (entries: readonly Entry[]) => entries.map(({ stem }) => stem).slice(entries[0]?.stem === 'the' ? 1 : 0)
  const titles = rebuttals.map(({ title }) => stemsOf(tokenise(title).map(({ word }) => vocabulary.entry(word))))
  const placesOfTitle = placesBy(titles.map((stems) => [stems.join(' ')]))
  const longest = 1 + Math.max(0, ...titles.map((stems) => stems.length))
  return {
    stance(tokens, text, place) {
      const said = wordsOf(tokens)
      if (!places.get(said.replace(asking, ''))?.includes(place)) return undefined
      return asking.test(said) || text.includes('?') ? 'query' : 'support'
    },
    titled: (entries) => (entries.length > longest ? none : (placesOfTitle.get(stemsOf(entries).join(' ')) ?? none)),
  }
}

const none: readonly number[] = []

/** By text: the places in the list that have it. */
function placesBy(texts: readonly (readonly string[])[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>()
  texts.forEach((list, place) => {
    for (const text of new Set(list)) places.set(text, [...(places.get(text) ?? []), place])
  })
  return places
}
