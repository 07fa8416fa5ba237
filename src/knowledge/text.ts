/**
 * Words as search and detection see them. In: any text. Out: folded, stopped and stemmed terms.
 * Stopwords carry more than any BM25 setting: without them minisearch is 11 to 35 times slower and less precise (docs/detection.md).
 */
import stem from 'wink-porter2-stemmer'

/** Longest text that is ever normalised, in UTF-16 units: work is bounded before it starts. */
export const textLimit = 8000

const stopwords = new Set(
  `a about above after again all also am an and any are as at be because been before being below between both but by can could did do does doing
  down during each few for from further had has have having he her here hers herself him himself his how i if in into is it its itself just me more
  most my myself no nor not now of off on once only or other our ours ourselves out over own same she should so some such than that the their theirs
  them themselves then there these they this those through to too under until up very was we were what when where which while who whom why will with
  would you your yours yourself im ive id ill dont doesnt didnt isnt wasnt arent werent cant couldnt wont wouldnt shouldnt hasnt havent hadnt thats
  theyre youre hes shes lets whats really actually literally basically like lol lmao tbh imo imho idk ok okay yeah yes yep nope well even ever still
  much many may might must shall upon via per us get got go going gonna know think say says said tell told`.split(/\s+/),
)

/** No word of English is longer; what is, is noise and is neither stemmed nor corrected. */
export const longestWord = 40

const stems = new Map<string, string>()

/** Lower case, compatibility forms and accents folded, apostrophes dropped: "Bolshevík's" → "bolsheviks". */
export const fold = (text: string): string =>
  text
    .slice(0, textLimit)
    .normalize('NFKD')
    .replace(/[\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff'’ʼ]/g, '')
    .toLowerCase()

/** Words of two letters or more, digits kept: "10 million marks" → ["10", "million", "marks"]. */
export const wordsOf = (text: string): string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? []

/** The stem of a folded word, remembered: the vocabulary of chat is small. */
export function stemOf(word: string): string {
  let known = stems.get(word)
  if (known === undefined) {
    known = word.length < 3 || word.length > longestWord || /[^a-z]/.test(word) ? word : stem(word)
    if (stems.size > 50_000) stems.clear()
    stems.set(word, known)
  }
  return known
}

export const isStopword = (word: string): boolean => stopwords.has(word)

/** What a text is about: stems of its words without stopwords; a text of stopwords alone keeps them. */
export function termsOf(text: string): string[] {
  const all = wordsOf(text)
  const kept = all.filter((word) => !stopwords.has(word))
  return (kept.length ? kept : all).map(stemOf)
}
