/**
 * Rows of weights as bytes: lines of a name, a tab and whole numbers. In: bytes as a file has them. Out: their names and numbers, one row
 * at a time. Nothing is made for a row that nobody asks for: tens of thousands of texts and lists would be ten times the bytes.
 */

/** Each line ends with a line feed: "w:doubt⇥-12 87 0 -5", or in pairs "gold⇥7:120 40:-31". */
export type Rows = Uint8Array

const [tab, space, minus, zero, nine] = [9, 32, 45, 48, 57]
export const [lineFeed, colon] = [10, 58]
/** Numbers have so many digits at most. */
const mostDigits = 4
const decoder = new TextDecoder()

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
