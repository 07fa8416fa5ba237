/**
 * Weights by word in flat arrays: thousands of small rows as objects of their own would take several times the memory and miss the cache
 * with every word. In: rows as learned.tsv has them, in hundredths. Out: what they add, by number or by name.
 */
import { colon, countOf, eachRow, lineFeed, numbersIn, type Rows, rowFinder, textIn } from '../knowledge/rows.ts'

/** What a word or concept says for each claim, and for none of them (the last score). A row of -1 is none, and says nothing. */
export type ClaimRows = {
  /** In the order of their rows. */
  names: readonly string[]
  add(row: number, scores: Float64Array): void
  /** By how much it speaks for the claim rather than for none. */
  lead(row: number, claim: number): number
}

/** Of one table; `none`: the number that stands for no claim. */
export function claimRows(rows: Rows, none: number): ClaimRows {
  // Apart from the reading: what these functions see stays in memory, and the file shall not.
  const { names, starts, claims, weights, nones } = pairsIn(rows, none)
  return {
    names,
    add(row, scores) {
      if (row < 0) return
      const end = starts[row + 1] as number
      for (let at = starts[row] as number; at < end; at += 1) {
        const claim = claims[at] as number
        scores[claim] = (scores[claim] as number) + (weights[at] as number)
      }
      scores[none] = (scores[none] as number) + (nones[row] as number)
    },
    lead(row, claim) {
      if (row < 0) return 0
      const end = starts[row + 1] as number
      let at = starts[row] as number
      while (at < end && claims[at] !== claim) at += 1
      return (at < end ? (weights[at] as number) : 0) - Math.max(0, nones[row] as number)
    },
  }
}

function pairsIn(rows: Rows, none: number) {
  const names: string[] = []
  const length = countOf(rows, lineFeed)
  /** Where each row's pairs begin; of the row after the last one, where they end. */
  const starts = new Uint32Array(length + 1)
  const claims = new Uint16Array(countOf(rows, colon))
  const weights = new Float32Array(claims.length)
  const nones = new Float64Array(length)
  const numbers = new Int32Array(2 * (none + 1))
  let filled = 0
  eachRow(rows, (from, at, end) => {
    const count = numbersIn(rows, at + 1, end, numbers, true)
    for (let index = 0; index < count; index += 2) {
      const weight = (numbers[index + 1] as number) / 100
      if (numbers[index] === none) nones[names.length] = weight
      else {
        claims[filled] = numbers[index] as number
        weights[filled] = weight
        filled += 1
      }
    }
    names.push(textIn(rows, from, at))
    starts[names.length] = filled
  })
  return { names, starts, claims, weights, nones }
}

/** What a name says for each of a few classes: adds its row; a name without one adds nothing. */
export type ClassRows = (name: string, scores: Float64Array) => void

/** The rows stay written as they are (rowFinder). */
export function classRows(rows: Rows, classes: number): ClassRows {
  const { rows: own, at } = rowFinder(rows)
  const numbers = new Int32Array(classes)
  return (name, scores) => {
    const from = at(name)
    if (from < 0) return
    numbersIn(own, from, own.indexOf(lineFeed, from), numbers)
    for (let index = 0; index < classes; index += 1) scores[index] = (scores[index] as number) + (numbers[index] as number) / 100
  }
}
