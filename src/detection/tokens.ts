/**
 * Words with their places. In: a cleaned text. Out: folded words, their offsets and sentence numbers.
 * One pass over the characters: case, accents, homoglyphs, zero-width characters and cheap leetspeak are folded on the way.
 */

export type Token = {
  /** Folded: lower case, base letters, apostrophes dropped. */
  word: string
  start: number
  end: number
  /** Counts sentences and clauses from 0: `.`, `!`, `?`, `;`, `:` and line ends divide. */
  sentence: number
}

/** Letters of other scripts that look like Latin ones, as attackers and jokers use them. */
const lookalikes: Record<string, string> = Object.fromEntries(
  'аa еe оo рp сc хx уy іi ѕs јj һh ԁd ӏl кk мm тt нh вb гr зe иn лn пn дd яr ιi οo αa νv ρp τt κk εe υu ηn ʟl ɴn ɪi ᴇe'
    .split(' ')
    .map((pair) => [pair[0], pair[1]]),
) as Record<string, string>

const leet: Record<string, string> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's' }
const foldedOnce = new Map<string, string>()

/** One character's base letter or digit; '' for one that words ignore (zero width, combining); ' ' for one that ends a word. */
function foldCharacter(character: string): string {
  const known = foldedOnce.get(character)
  if (known !== undefined) return known
  const base = character.normalize('NFKD').toLowerCase()
  let folded = ' '
  if (/^[\p{M}\p{Cf}'’ʼ`´]/u.test(base)) folded = ''
  else {
    const letter = base[0] ?? ' '
    const latin = lookalikes[letter] ?? letter
    if (/[\p{L}\p{N}]/u.test(latin)) folded = latin
  }
  if (foldedOnce.size < 5000) foldedOnce.set(character, folded)
  return folded
}

/** Cuts a text into words. Plain words are sliced and lower-cased whole; only others are folded letter by letter. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = []
  let sentence = 0
  let index = 0
  while (index < text.length) {
    const code = text.charCodeAt(index)
    if (!startsWord(code)) {
      if (endsSentence(code) && tokens.length && tokens[tokens.length - 1]?.sentence === sentence) sentence += 1
      index += 1
      continue
    }
    const start = index
    let isPlainWord = code < 128
    while (index < text.length) {
      const next = text.charCodeAt(index)
      if (isLetter(next)) index += 1
      else if (next < 128 && !isDigit(next) && !joinsWord(next)) break
      else {
        isPlainWord = false
        index += 1
      }
    }
    if (isPlainWord)
      tokens.push({ word: text.slice(start, Math.min(index, start + longestWord)).toLowerCase(), start, end: index, sentence })
    else foldWords(text, start, index, sentence, tokens)
  }
  return tokens
}

/** Letters of a word that are looked at: no word of any pack is longer, and work on one must end. */
export const longestWord = 40

export const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
export const isDigit = (code: number): boolean => code >= 48 && code <= 57
/** An apostrophe or a leet sign inside a word belongs to it. */
export const joinsWord = (code: number): boolean => code === 39 || code === 64 || code === 36
export const startsWord = (code: number): boolean => isLetter(code) || isDigit(code) || code >= 128
const endsSentence = (code: number): boolean => code === 46 || code === 33 || code === 63 || code === 59 || code === 10 || code === 58

/** The slow way, for a stretch with digits, accents, other scripts or signs: it may hold several words. */
function foldWords(text: string, from: number, to: number, sentence: number, tokens: Token[]): void {
  let word = ''
  let start = from
  let isLeet = false
  let hasLetter = false
  const close = (end: number) => {
    const whole = word.slice(0, longestWord)
    const plain = isLeet && hasLetter ? unleet(whole) : whole.replace(/[@$]/g, '')
    if (plain) tokens.push({ word: plain, start, end, sentence })
    word = ''
    isLeet = false
    hasLetter = false
  }
  for (let index = from; index < to; index += 1) {
    const code = text.charCodeAt(index)
    let folded: string
    if (code < 128) folded = code === 39 ? '' : (text[index] as string).toLowerCase()
    else folded = foldCharacter(text[index] as string)
    if (folded === '') continue
    if (folded === ' ') {
      close(index)
      continue
    }
    if (!word) start = index
    if (leet[folded] === undefined) hasLetter = true
    else isLeet = true
    word += folded
  }
  close(to)
}

/** "l3nin" → "lenin"; a word with more digits than letters ("1917s", "b52") is left alone. */
function unleet(word: string): string {
  let digits = 0
  for (const letter of word) if (leet[letter] !== undefined) digits += 1
  if (digits * 2 > word.length) return word.replace(/[@$]/g, '')
  return [...word].map((letter) => leet[letter] ?? letter).join('')
}
