/**
 * Weights by word in flat arrays: thousands of small rows as objects of their own would take several times the memory and miss the cache
 * with every word. In: tables as learned.json has them. Out: rows by number, -1 for a word that has none.
 */

/** What a word or concept says for each claim, and for none of them (the last score). */
export type ClaimRows = {
  add(row: number, scores: Float64Array): void
  /** By how much it speaks for the claim rather than for none. */
  lead(row: number, claim: number): number
}

/** A row for each of `rows`, in that order: number of a claim, its weight, number, weight, …; `none`: the number that stands for no claim. */
export function claimRows(rows: readonly (readonly number[])[], none: number): ClaimRows {
  const weights = new Float32Array(rows.length * none)
  const nones = new Float64Array(rows.length)
  rows.forEach((pairs, row) => {
    for (let index = 0; index < pairs.length; index += 2) {
      const [claim = none, weight = 0] = [pairs[index], pairs[index + 1]]
      if (claim < none) weights[row * none + claim] = weight
      else nones[row] = weight
    }
  })
  return {
    add(row, scores) {
      if (row < 0) return
      const start = row * none
      for (let claim = 0; claim < none; claim += 1) scores[claim] = (scores[claim] as number) + (weights[start + claim] as number)
      scores[none] = (scores[none] as number) + (nones[row] as number)
    },
    lead: (row, claim) => (row < 0 ? 0 : (weights[row * none + claim] as number) - Math.max(0, nones[row] as number)),
  }
}

/** What a word says for each of a few classes: adds its row, so many times; a word without one adds nothing. */
export type ClassRows = (name: string, scores: Float64Array, times?: number) => void

export function classRows(table: Record<string, readonly number[]>, classes: number): ClassRows {
  const numbers = new Map<string, number>()
  const weights = new Float64Array(Object.keys(table).length * classes)
  for (const [name, row] of Object.entries(table)) {
    weights.set(row.slice(0, classes), numbers.size * classes)
    numbers.set(name, numbers.size)
  }
  return (name, scores, times = 1) => {
    const row = numbers.get(name)
    if (row === undefined) return
    for (let index = 0; index < classes; index += 1)
      scores[index] = (scores[index] as number) + times * (weights[row * classes + index] as number)
  }
}

/** The same from lines as learned.json has them ("w:doubt -12 87 0 -5"): a name and hundredths, split by spaces from the end. */
export function lineRows(text: string, classes: number): ClassRows {
  const lines = text ? text.split('\n') : []
  const numbers = new Map<string, number>()
  const weights = new Int16Array(lines.length * classes)
  for (const line of lines) {
    let end = line.length
    for (let index = classes - 1; index >= 0; index -= 1) {
      const space = line.lastIndexOf(' ', end - 1)
      weights[numbers.size * classes + index] = Number(line.slice(space + 1, end))
      end = space
    }
    numbers.set(line.slice(0, end), numbers.size)
  }
  return (name, scores, times = 1) => {
    const row = numbers.get(name)
    if (row === undefined) return
    for (let index = 0; index < classes; index += 1)
      scores[index] = (scores[index] as number) + (times * (weights[row * classes + index] as number)) / 100
  }
}
