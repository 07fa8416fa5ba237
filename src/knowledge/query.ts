/**
 * A query as the ranking sees it. In: two words typed into a search box or a whole post with links, hashtags, handles and a signature.
 * Out: its distinct terms in order of place, and the plain text for letter comparison. Every pattern is linear.
 */
import { fold, isStopword, stemOf } from './text.ts'

export type QueryTerm = {
  stem: string
  word: string
  /** Place among the words that count: neighbours differ by one. */
  place: number
  /** Written with a capital inside a sentence. */
  isName: boolean
  isNumber: boolean
  /** Comes from the signature of the post, not from what it says. */
  isAuthor: boolean
}
/** `asksDetail`: asks when, where, how old, who played …: things about which there is no myth. */
export type Query = { terms: QueryTerm[]; text: string; asksDetail: boolean }

const detail =
  /^(?:when|where|how (?:old|tall|long|many)|who (?:played|plays|starred|directed)|what (?:year|day|date|time|is the difference))\b/

/** A post of the longest kind has some hundred words; what is beyond is cut before any work is done. */
const mostWords = 400
const link = /https?:\/\/\S+|www\.\S+|pic\.twitter\.com\/\S+/gi
const tagOrHandle = /[#@][\p{L}\p{N}_]+/gu
/** " — Name (@handle) December 26, 2019", the way an embedded post is signed. */
const signature = /^([^()]{0,80})\(@\w{1,40}\)\s{0,4}(?:\p{L}{3,12} \d{1,2}, \d{4})?\s*$/u

/** What the post says and who signed it. */
export function partsOf(text: string): { says: string; author: string } {
  const dash = text.lastIndexOf('—')
  const tail = dash < 0 ? null : signature.exec(text.slice(dash + 1, dash + 200).trim())
  const says = tail ? text.slice(0, dash) : text
  return { says: says.replace(link, ' ').replace(tagOrHandle, spelled), author: tail?.[1]?.trim() ?? '' }
}

/** "#HomeAlone2" → "Home Alone 2". */
const spelled = (tag: string): string =>
  tag
    .slice(1)
    .replace(/_/g, ' ')
    .replace(/(\p{Ll})(?=\p{Lu})|(\p{L})(?=\p{N})|(\p{N})(?=\p{L})/gu, '$& ')

const wordPattern = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu

/** Words as written, with the sign whether a sentence begins with them. */
export function writtenWords(text: string): { word: string; isCapital: boolean; isOpening: boolean }[] {
  const found: { word: string; isCapital: boolean; isOpening: boolean }[] = []
  let end = 0
  for (const match of text.matchAll(wordPattern)) {
    if (found.length >= mostWords) break
    const before = text.slice(end, match.index)
    found.push({ word: match[0], isCapital: /^\p{Lu}/u.test(match[0]), isOpening: !found.length || /[.!?:"“\n]/.test(before) })
    end = match.index + match[0].length
  }
  return found
}

export function parseQuery(raw: string): Query {
  const { says, author } = partsOf(raw.slice(0, 8000))
  const terms = new Map<string, QueryTerm>()
  const spare = new Map<string, QueryTerm>()
  const plain: string[] = []
  let place = 0
  for (const [text, isAuthor] of [
    [says, false],
    [author, true],
  ] as const) {
    for (const { word: written, isCapital, isOpening } of writtenWords(text)) {
      const word = fold(written)
      if (!word) continue
      plain.push(word)
      const stem = stemOf(word)
      const term = { stem, word, place, isName: isCapital && !isOpening, isNumber: /\d/.test(word), isAuthor }
      if (isStopword(word)) {
        if (!spare.has(stem)) spare.set(stem, term)
        continue
      }
      place += 1
      const known = terms.get(stem)
      if (!known) terms.set(stem, term)
      else known.isName ||= term.isName
    }
  }
  // A query of stopwords alone keeps them: there is nothing else to go by.
  const joined = plain.join(' ')
  return { terms: [...(terms.size ? terms : spare).values()], text: joined, asksDetail: detail.test(joined) }
}
