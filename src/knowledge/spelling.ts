/**
 * Words that stand for others. In: the words of a collection and the packs' concepts. Out: for a word the stems that begin with it, that it
 * misspells, or that name the same thing. minisearch holds the words and knows what is one or two letters away.
 */
import MiniSearch from 'minisearch'
import type { Collection } from './collection.ts'
import type { Concepts } from './schema.ts'
import { fold, stemOf } from './text.ts'

export type Spelling = {
  beginningWith(stem: string): readonly number[]
  misspelt(word: string): readonly number[]
  /** Stems of the pack's other words for the same thing. */
  sameAs(stem: string): readonly number[]
}

/** A beginning with more endings than this says nothing. */
const mostEndings = 30
/** A thing with more names than this is a topic, not a thing. */
const mostNames = 60

export function createSpelling(collection: Collection, concepts: Concepts): Spelling {
  const sorted = [...collection.stems].sort(([a], [b]) => (a < b ? -1 : 1))
  const names = namesOf(collection, concepts)
  // Built for the first misspelt word: many look-ups have none.
  let index: MiniSearch<{ id: number; word: string }> | undefined
  const words = [...collection.words.keys()]
  const build = () => {
    const made = new MiniSearch<{ id: number; word: string }>({ fields: ['word'], tokenize: (word) => [word], processTerm: (word) => word })
    made.addAll(words.map((word, id) => ({ id, word })))
    return made
  }
  return {
    beginningWith(stem) {
      const found: number[] = []
      for (let at = firstFrom(sorted, stem); at < sorted.length && sorted[at]?.[0].startsWith(stem); at += 1) {
        if (found.length === mostEndings) return []
        found.push(sorted[at]?.[1] as number)
      }
      return found
    },
    misspelt(word) {
      index ??= build()
      const near = index
        .search(word, { fuzzy: word.length >= 7 ? 2 : 1 })
        .map((result) => words[result.id as number] as string)
        .filter((one) => one[0] === word[0] && Math.abs(one.length - word.length) < 3)
      return [...new Set(near.slice(0, 4).map((one) => collection.words.get(one) as number))]
    },
    sameAs: (stem) => names.get(stem) ?? [],
  }
}

function firstFrom(sorted: readonly (readonly [string, number])[], stem: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle]?.[0] as string) < stem) low = middle + 1
    else high = middle
  }
  return low
}

/** Only names of one word, and none that the pack marks as weak or as a beginning. */
function namesOf({ stems }: Collection, concepts: Concepts): Map<string, number[]> {
  const names = new Map<string, number[]>()
  for (const list of Object.values(concepts)) {
    const own = new Set(list.filter((name) => /^[\p{L}\p{N}]+$/u.test(name)).map((name) => stemOf(fold(name))))
    if (own.size > mostNames) continue
    const ids = [...own].flatMap((stem) => stems.get(stem) ?? [])
    for (const stem of own) names.set(stem, [...new Set([...(names.get(stem) ?? []), ...ids])])
  }
  return names
}
