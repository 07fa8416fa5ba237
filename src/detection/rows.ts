/**
 * Weights by word, in flat arrays: thousands of small rows as objects of their own would cost the memory twice and miss the cache with each
 * word. In: tables as learned.json has them. Out: rows by number, -1 for a word that has none.
 */

/** What a word or concept says for each claim, and for none of them (the last score). */
export type ClaimRows = {
  rowOf(name: string): number
  add(row: number, scores: Float64Array): void
  /** By how much it speaks for the claim rather than for none. */
  lead(row: number, claim: number): number
}

/** `none`: the number that stands for no claim. */
export function claimRows(table: Record<string, readonly number[]>, none: number): ClaimRows {
  const numbers = new Map<string, number>()
  const all = Object.values(table)
  const starts = new Int32Array(all.length + 1)
  const claims = new Uint16Array(all.reduce((sum, pairs) => sum + pairs.length / 2, 0))
  const weights = new Float32Array(claims.length)
  const nones = new Float64Array(all.length)
  let at = 0
  for (const [name, pairs] of Object.entries(table)) {
    const row = numbers.size
    numbers.set(name, row)
    for (let index = 0; index < pairs.length; index += 2) {
      const [claim = 0, weight = 0] = [pairs[index], pairs[index + 1]]
      if (claim === none) nones[row] = weight
      if (claim >= none) continue
      claims[at] = claim
      weights[at] = weight
      at += 1
    }
    starts[row + 1] = at
  }
  return {
    rowOf: (name) => numbers.get(name) ?? -1,
    add(row, scores) {
      if (row < 0) return
      const end = starts[row + 1] as number
      for (let index = starts[row] as number; index < end; index += 1) {
        const claim = claims[index] as number
        scores[claim] = (scores[claim] as number) + (weights[index] as number)
      }
      scores[none] = (scores[none] as number) + (nones[row] as number)
    },
    lead(row, claim) {
      if (row < 0) return 0
      const end = starts[row + 1] as number
      let weight = 0
      for (let index = starts[row] as number; index < end; index += 1) {
        if (claims[index] !== claim) continue
        weight = weights[index] as number
        break
      }
      return weight - Math.max(0, nones[row] as number)
    },
  }
}

/** What a word says for each of a few classes; all rows have the same length. */
export type ClassRows = {
  /** Adds the word's row, so many times; a word without one adds nothing. */
  add(name: string, scores: Float64Array, times?: number): void
}

export function classRows(table: Record<string, readonly number[]>, classes: number): ClassRows {
  const numbers = new Map<string, number>()
  const weights = new Float64Array(Object.keys(table).length * classes)
  for (const [name, row] of Object.entries(table)) {
    weights.set(row.slice(0, classes), numbers.size * classes)
    numbers.set(name, numbers.size)
  }
  return {
    add(name, scores, times = 1) {
      const row = numbers.get(name)
      if (row === undefined) return
      for (let index = 0; index < classes; index += 1)
        scores[index] = (scores[index] as number) + times * (weights[row * classes + index] as number)
    },
  }
}
