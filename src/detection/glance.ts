/**
 * The first glance at a message: could it pass the gate of reading.ts? In: a cleaned text. Out: false for most chatter, which then costs
 * neither a word of its own nor a look-up in a large table. What each word is, is asked once and remembered by two hashes of its letters.
 */
import { isDigit, isLetter, joinsWord, longestWord, startsWord, tokenise } from './tokens.ts'

/** What a word is to the packs: nothing, a word of theirs, or one that is a topic, too. */
export type Standing = 0 | 1 | 3
const ours = 1
const topical = 2
const bits = 3

/** Places in the table, two numbers each; a quarter of a megabyte. Emptied when half are taken. */
const places = 1 << 15
/** Places that a word may stand in, one after the other: beyond them it is asked for each time. */
const tries = 8

/** `standing`: of a folded word. `least`: words of the packs that a message needs beside a topic, where it has so many words at all. */
export function createGlance(standing: (word: string) => Standing, least: number): (text: string) => boolean {
  /** For each place the first hash, then the second one with the standing as its last bits; 0, 0: free. */
  const table = new Int32Array(2 * places)
  let taken = 0

  const ask = (text: string, start: number, end: number): Standing =>
    standing(text.slice(start, Math.min(end, start + longestWord)).toLowerCase())

  function known(text: string, start: number, end: number, first: number, second: number): number {
    for (let probe = 0; probe < tries; probe += 1) {
      const at = 2 * ((first + probe) & (places - 1))
      const [a, b] = [table[at] as number, table[at + 1] as number]
      if (a === first && (b & ~bits) === second) return b & bits
      if (a !== 0 || b !== 0) continue
      const found = ask(text, start, end)
      if (taken >= places / 2) {
        table.fill(0)
        taken = 0
      } else {
        table[at] = first
        table[at + 1] = second | found
        taken += 1
      }
      return found
    }
    return ask(text, start, end)
  }

  return (text) => {
    let [all, own, topics] = [0, 0, 0]
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
        const found = known(text, start, index, first ^ (first >>> 15), (second ^ (second >>> 13)) & ~bits)
        all += 1
        if (found & ours) own += 1
        if (found & topical) topics += 1
      } else {
        for (const { word } of tokenise(text.slice(start, index))) {
          const found = standing(word)
          all += 1
          if (found & ours) own += 1
          if (found & topical) topics += 1
        }
      }
    }
    return topics > 0 && own >= Math.min(least, all)
  }
}
