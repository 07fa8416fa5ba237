/**
 * Rows of weights as bytes: lines of a name, a tab and whole numbers. In: bytes as a file has them. Out: their names and numbers, one row
 * at a time. Nothing is made for a row that nobody asks for: tens of thousands of texts and lists would be ten times the bytes.
 */

/** Each line ends with a line feed: "w:doubt⇥-12 87 0 -5", or in pairs "gold⇥7:120 40:-31". */
export type Rows = Uint8Array

const [tab, space, minus, zero, nine] = [9, 32, 45, 48, 57]
export const [lineFeed, colon] = [10, 58]
/** Numbers have so many digits at most. */
export const mostDigits = 4
/** A name has so many bytes at most. */
export const longestName = 1000
// A mark of byte order is a part of the name, as it is where bytes are compared.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Calls `visit` with where each line begins, where its first tab stands (-1: nowhere) and where its line feed stands. */
export function eachRow(rows: Rows, visit: (from: number, at: number, end: number) => void): void {
  let [from, at] = [0, -1]
  for (let index = 0; index < rows.length; index += 1) {
    const byte = rows[index]
    if (byte === tab && at < 0) at = index
    else if (byte === lineFeed) {
      visit(from, at, index)
      from = index + 1
      at = -1
    }
  }
}

export const textIn = (rows: Rows, from: number, end: number): string => decoder.decode(rows.subarray(from, end))

/**
 * Reads numbers between `from` and `end` into `numbers`: single spaces between them, or in pairs a colon in each pair. How many there
 * are; -1 when there is anything else, or no room for all.
 */
export function numbersIn(rows: Rows, from: number, end: number, numbers: Int32Array, inPairs = false): number {
  let count = 0
  let at = from
  while (at < end) {
    if (count > 0) {
      if (rows[at] !== (inPairs && count % 2 === 1 ? colon : space)) return -1
      at += 1
    }
    const isBelow = rows[at] === minus
    if (isBelow) at += 1
    const first = at
    let number = 0
    for (let digit = rows[at] as number; at < end && digit >= zero && digit <= nine; digit = rows[at] as number) {
      number = number * 10 + digit - zero
      at += 1
    }
    if (at === first || at - first > mostDigits || count === numbers.length) return -1
    numbers[count] = isBelow ? -number : number
    count += 1
  }
  return inPairs && count % 2 === 1 ? -1 : count
}

/** How often a byte stands there. */
export function countOf(bytes: Uint8Array, wanted: number): number {
  let count = 0
  for (let index = 0; index < bytes.length; index += 1) if (bytes[index] === wanted) count += 1
  return count
}

export type RowFinder = {
  rows: Rows
  /** Where the numbers of the row of that name begin; -1 for a name without one. */
  at(name: string): number
}

/**
 * The rows stay written as they are, and are found by a table of where they begin: made when the first is asked for, since a
 * short-lived process should not wait for what it may not need.
 */
export function rowFinder(some: Rows): RowFinder {
  // A copy: the rest of the file can go.
  const rows = new Uint8Array(some)
  let table: Uint32Array | undefined
  return {
    rows,
    at(name) {
      table ??= tableOf(rows)
      const length = write(name)
      const last = table.length - 1
      for (let slot = hashOf(written, 0, length) & last; table[slot] !== 0; slot = (slot + 1) & last) {
        const from = (table[slot] as number) - 1
        if (isNamed(rows, from, length)) return from + length + 1
      }
      return -1
    },
  }
}

/**
 * Where each row begins, and 1, in the slot of its name's hash or the next free one; at least every other slot is free. Of rows of one name
 * the first counts, and `again` is called for the others: in a row of slots they would make each look-up a walk.
 */
function tableOf(rows: Rows, again: (from: number, at: number) => void = () => {}): Uint32Array {
  const table = new Uint32Array(2 ** Math.ceil(Math.log2(2 * countOf(rows, lineFeed) + 2)))
  const last = table.length - 1
  eachRow(rows, (from, at) => {
    let slot = hashOf(rows, from, at) & last
    while (table[slot] !== 0) {
      if (isSameName(rows, (table[slot] as number) - 1, from, at)) return again(from, at)
      slot = (slot + 1) & last
    }
    table[slot] = from + 1
  })
  return table
}

/** The first name that stands there for the second time. */
export function repeatedName(rows: Rows): string | undefined {
  let found: string | undefined
  tableOf(rows, (from, at) => {
    found ??= textIn(rows, from, at)
  })
  return found
}

function isSameName(rows: Rows, earlier: number, from: number, at: number): boolean {
  for (let index = from; index <= at; index += 1) if (rows[earlier + index - from] !== rows[index]) return false
  return true
}

/** FNV-1a, stirred: its low bits alone are used. */
function hashOf(bytes: Uint8Array, from: number, end: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193)
  return hash ^ (hash >>> 15)
}

/** Longer than any name in a row, also when half a letter finds no room: what is cut off there is found nowhere. */
const written = new Uint8Array(longestName + 24)
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

function isNamed(rows: Rows, from: number, length: number): boolean {
  for (let index = 0; index < length; index += 1) if (rows[from + index] !== written[index]) return false
  return rows[from + length] === tab
}
