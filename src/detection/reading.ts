/**
 * A message read once: its words, what the packs know of them, which concepts they name. In: a cleaned text and the vocabulary.
 * Out: a Reading, or undefined when nothing in the message is a topic of the packs: most chatter ends here.
 */
import { createGlance } from './glance.ts'
import { type Mention, mentionsOf } from './patterns.ts'
import { keyOfConcept } from './term-index.ts'
import { type Token, tokenise } from './tokens.ts'
import type { Entry, Vocabulary } from './vocabulary.ts'

export type Reading = {
  tokens: Token[]
  entries: Entry[]
  /** Where each concept is named. */
  mentions: Map<number, Mention[]>
  /** Concepts and terms of the message in one space of keys (term-index.ts). */
  keys: Set<number>
  terms: number[]
  /** How many topics of the packs are named. */
  topics: number
}

const mostTokens = 600
/** Places of one concept that are looked at: who repeats a word fifty times says no more by it. */
const mostMentions = 8
/** Rarity from which a word of the packs is a topic and not only a word. "revolution" is one, "paid" is not. */
const topicalFrom = 0.8
/** Topic and at least one further word of the packs: a name alone is no claim, unless the message is little else. */
const leastWords = 2

/** The gate of `read` as a first glance, for who asks it of every message: its words, or undefined where `read` gives nothing. */
export function createGate(vocabulary: Vocabulary): (cleaned: string) => Entry[] | undefined {
  const glance = createGlance({
    look: vocabulary.entry,
    standing: ({ isOurs, rarity }) => (isOurs ? (rarity >= topicalFrom ? 3 : 1) : 0),
    least: leastWords,
  })
  return (cleaned) => {
    const entries = glance(cleaned)
    if (entries && entries.length > mostTokens) entries.length = mostTokens
    return entries
  }
}

export function read(cleaned: string, vocabulary: Vocabulary): Reading | undefined {
  const tokens = tokenise(cleaned)
  if (tokens.length > mostTokens) tokens.length = mostTokens
  const entries: Entry[] = new Array(tokens.length)
  let topics = 0
  let words = 0
  for (let index = 0; index < tokens.length; index += 1) {
    const entry = vocabulary.entry((tokens[index] as Token).word)
    entries[index] = entry
    if (!entry.isOurs) continue
    words += 1
    if (entry.rarity >= topicalFrom) topics += 1
  }
  if (!topics || words < Math.min(leastWords, tokens.length)) return undefined
  const mentions = new Map<number, Mention[]>()
  const keys = new Set<number>()
  const terms = new Set<number>()
  for (const mention of mentionsOf(tokens, entries)) {
    const list = mentions.get(mention.concept)
    if (!list) mentions.set(mention.concept, [mention])
    else if (list.length < mostMentions) list.push(mention)
    keys.add(keyOfConcept(mention.concept))
  }
  for (const entry of entries) {
    if (entry.term < 0 || entry.isStop) continue
    keys.add(entry.term)
    terms.add(entry.term)
  }
  const named = [...mentions.keys()].filter((concept) => vocabulary.topics.has(concept)).length
  return { tokens, entries, mentions, keys, terms: [...terms], topics: named }
}
