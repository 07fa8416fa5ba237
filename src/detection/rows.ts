/**
 * Weights by word in flat arrays: thousands of small rows as objects of their own would take several times the memory and miss the cache
 * with every word. In: rows as learned.tsv has them, in hundredths. Out: what they add, by number or by name.
 */
import { colon, eachRow, lineFeed, numbersIn, type Rows, textIn } from '../knowledge/rows.ts'

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

function countOf(bytes: Uint8Array, wanted: number): number {
  let count = 0
  for (let index = 0; index < bytes.length; index += 1) if (bytes[index] === wanted) count += 1
  return count
}

/** What a name says for each of a few classes: adds its row; a name without one adds nothing. */
export type ClassRows = (name: string, scores: Float64Array) => void

/**
 * The rows stay written as they are, and are found by a table of where they begin: made when the first is asked for, since a look-up
 * needs none and a short-lived process should not wait for it.
 */
export function classRows(rows: Rows, classes: number): ClassRows {
  // A copy: the rest of the file can go.
  const own = new Uint8Array(rows)
  const numbers = new Int32Array(classes)
  let table: Uint32Array | undefined
  return (name, scores) => {
    table ??= tableOf(own)
    const length = write(name)
    const last = table.length - 1
    for (let slot = hashOf(written, 0, length) & last; table[slot] !== 0; slot = (slot + 1) & last) {
      const from = (table[slot] as number) - 1
      if (!isNamed(own, from, length)) continue
      numbersIn(own, from + length + 1, own.indexOf(lineFeed, from + length), numbers)
      for (let index = 0; index < classes; index += 1) scores[index] = (scores[index] as number) + (numbers[index] as number) / 100
      return
    }
  }
}

/** Where each row begins, and 1, in the slot of its name's hash or the next free one; at least every other slot is free. */
function tableOf(rows: Rows): Uint32Array {
  const table = new Uint32Array(2 ** Math.ceil(Math.log2(2 * countOf(rows, lineFeed) + 2)))
  const last = table.length - 1
  eachRow(rows, (from, at) => {
    let slot = hashOf(rows, from, at) & last
    while (table[slot] !== 0) slot = (slot + 1) & last
    table[slot] = from + 1
  })
  return table
}

/** FNV-1a, stirred: its low bits alone are used. */
function hashOf(bytes: Uint8Array, from: number, end: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193)
  return hash ^ (hash >>> 15)
}

/** Longer than any name in a row: what is cut off there is found nowhere. */
const written = new Uint8Array(1024)
const encoder = new TextEncoder()

/** Writes the name there, in UTF-8; how many bytes it has. */
function write(name: string): number {
  if (name.length > written.length) return encoder.encodeInto(name, written).written
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index)
    if (code > 127) return encoder.encodeInto(name, written).written
    written[index] = code
  }
  return name.length
}

const tab = 9
function isNamed(rows: Rows, from: number, length: number): boolean {
  for (let index = 0; index < length; index += 1) if (rows[from + index] !== written[index]) return false
  return rows[from + length] === tab
}
