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
  titled(tokens: readonly Token[]): readonly number[]
  /** Whether its words may be such a title: by their stems, for who has no more yet. */
  mayBeTitle(entries: readonly Entry[]): boolean
}

/** Chance given to such a match; some phrasings name nobody, and must name a topic and speak for its claim at all (`leastLikely`). */
export const verbatimScore = 0.95
export const leastLikely = 0.15

const asking = /^is it true (?:that )?/
const wordsOf = (tokens: readonly Token[]): string => tokens.map(({ word }) => word).join(' ')

export function createVerbatim(rebuttals: readonly Rebuttal[], vocabulary: Vocabulary): Verbatim {
  const places = placesBy(rebuttals.map(({ claim, phrasings }) => [claim, ...phrasings].map((said) => wordsOf(tokenise(said)))))
  const bare = (words: readonly string[]) => words.slice(words[0] === 'the' ? 1 : 0).join(' ')
  const titles = rebuttals.map(({ title }) => tokenise(title).map(({ word }) => word))
  const stemsOf = (entries: readonly Entry[]) => bare(entries.map(({ stem }) => stem))
  const stems = new Set(titles.map((words) => stemsOf(words.map(vocabulary.entry))))
  const placesOfTitle = placesBy(titles.map((words) => [bare(words)]))
  const longest = 1 + Math.max(0, ...titles.map((words) => words.length))
  return {
    stance(tokens, text, place) {
      const said = wordsOf(tokens)
      if (!places.get(said.replace(asking, ''))?.includes(place)) return undefined
      return asking.test(said) || text.includes('?') ? 'query' : 'support'
    },
    titled: (tokens) => (tokens.length > longest ? none : (placesOfTitle.get(bare(tokens.map(({ word }) => word))) ?? none)),
    mayBeTitle: (entries) => entries.length <= longest && stems.has(stemsOf(entries)),
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
