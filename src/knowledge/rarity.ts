/** How rare a word is in everyday English. In: a folded word. Out: 0 (everyday) to 1 (not among the commonest 10,000). */
import { commonWords } from './common-words.ts'

const ranks = new Map(
  commonWords
    .trim()
    .split(/\s+/)
    .map((word, index) => [word, index + 1]),
)
const scale = Math.log(ranks.size + 1)

/** By Zipf's law the logarithm of the rank stands for the information a word carries. */
export function rarityOf(word: string): number {
  const rank = ranks.get(word)
  return rank === undefined ? 1 : Math.log(rank + 1) / scale
}
