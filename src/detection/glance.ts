/**
 * The first glance at a message: does it pass the gate of reading.ts? In: a cleaned text. Out: what is known of its words, and nothing for
 * most chatter, which then costs neither a string of its own nor a look-up in a large table. What a word is, is asked once and remembered by
 * two hashes of its letters.
 */
import { isDigit, isLetter, joinsWord, longestWord, startsWord, tokenise } from './tokens.ts'

/** What a word is to the packs: nothing, a word of theirs, or one that is a topic, too. */
type Standing = 0 | 1 | 3
const ours = 1
const topical = 2
const bits = 3

/** Places in the table; half a megabyte. Emptied when half are taken. */
const places = 1 << 15
/** Numbers of a place: the first hash; the second one with the standing as its last bits; the word's number in `words`, from 1, 0: free. */
const wide = 4
/** Places that a word may stand in, one after the other: beyond them it is asked for each time. */
const tries = 8

type Asked<Word> = {
  /** What is known of a folded word, and its standing. */
  look(word: string): Word
  standing(word: Word): Standing
  /** Words of the packs that a message needs beside a topic, where it has so many words at all. */
  least: number
}

export function createGlance<Word>({ look, standing, least }: Asked<Word>): (text: string) => Word[] | undefined {
  const table = new Int32Array(wide * places)
  let words: Word[] = []
  // Of the message that is looked at: kept from one to the next, so that most need no list of their own.
  const seen: Word[] = []
  let [all, own, topics] = [0, 0, 0]

  const take = (word: Word, found: number): void => {
    seen[all] = word
    all += 1
    if (found & ours) own += 1
    if (found & topical) topics += 1
  }

  function takePlain(text: string, start: number, end: number, first: number, second: number): void {
    let free = -1
    for (let probe = 0; probe < tries; probe += 1) {
      const at = wide * ((first + probe) & (places - 1))
      const number = table[at + 2] as number
      if (number === 0) {
        free = at
        break
      }
      const other = table[at + 1] as number
      if (table[at] !== first || (other & ~bits) !== second) continue
      take(words[number - 1] as Word, other & bits)
      return
    }
    const word = look(text.slice(start, Math.min(end, start + longestWord)).toLowerCase())
    const found = standing(word)
    take(word, found)
    if (words.length >= places / 2) {
      table.fill(0)
      words = []
    } else if (free >= 0) {
      words.push(word)
      table[free] = first
      table[free + 1] = second | found
      table[free + 2] = words.length
    }
  }

  return (text) => {
    all = 0
    own = 0
    topics = 0
    let index = 0
    while (index < text.length) {
      const code = text.charCodeAt(index)
      if (!startsWord(code)) {
        index += 1
        continue
      }
      // Words end where tokens.ts ends them.
      const start = index
      let isPlain = code < 128
      let [first, second] = [0x811c9dc5 | 0, 0x9747b28c | 0]
      for (; index < text.length; index += 1) {
        const next = text.charCodeAt(index)
        if (isLetter(next)) {
          if (index - start >= longestWord) continue
          const letter = next | 32
          first = Math.imul(first ^ letter, 0x01000193)
          second = Math.imul(((second << 5) | (second >>> 27)) ^ letter, 0x9e3779b1)
        } else if (next < 128 && !isDigit(next) && !joinsWord(next)) break
        else isPlain = false
      }
      if (isPlain) {
        // The low bits of a product depend on few letters' low bits only.
        takePlain(text, start, index, first ^ (first >>> 15), (second ^ (second >>> 13)) & ~bits)
      } else {
        for (const token of tokenise(text.slice(start, index))) {
          const word = look(token.word)
          take(word, standing(word))
        }
      }
    }
    return topics > 0 && own >= Math.min(least, all) ? seen.slice(0, all) : undefined
  }
}
