/**
 * Files of weights that the trainers write (learned.tsv, look-ups.tsv): "[section]", then lines of a name, a tab and whole numbers, which are
 * hundredths. In: the file's bytes. Out: sections, checked line by line.
 */
import { eachRow, lineFeed, longestName, mostDigits, numbersIn, type Rows, textIn } from './rows.ts'

/** Stands for what has no name of its own: a bias, or "none of them". */
export const unnamed = '*'

/** A file that is not as the trainer writes it; `where`: the section, and the name of the line; `remedy`: where learning anew is none. */
export class WeightsFault extends Error {
  readonly where: string
  readonly remedy: string | undefined
  constructor(where: string, problem: string, remedy?: string) {
    super(problem)
    this.name = 'WeightsFault'
    // Names come from a file that is in disorder, and end in a terminal or a log.
    this.where = where.slice(0, 80).replace(/\p{Cc}/gu, '?')
    this.remedy = remedy
  }
}

const bracket = 91

export type Sections = {
  /** The lines of a section, once. Throws WeightsFault where there is none of that name. */
  take(name: string): Rows
  /** Those that nobody has taken. */
  others(): ReadonlyMap<string, Rows>
}

/** The lines below each "[name]". A bracket stands nowhere else. Throws WeightsFault. */
export function sectionsOf(file: Uint8Array): Sections {
  const sections = split(file)
  return {
    take(name) {
      const rows = sections.get(name)
      if (!rows) throw new WeightsFault(`[${name}]`, 'is missing')
      sections.delete(name)
      return rows
    },
    others: () => sections,
  }
}

function split(file: Uint8Array): Map<string, Rows> {
  if (file[0] !== bracket || file.at(-1) !== lineFeed) throw new WeightsFault('', 'must begin with a [section] and end with a line')
  const sections = new Map<string, Rows>()
  for (let start = 0; start < file.length; ) {
    const end = file.indexOf(lineFeed, start)
    const next = file.indexOf(bracket, end)
    const stop = next < 0 ? file.length : next
    const head = textIn(file, start, end)
    const name = head.slice(1, -1)
    if (head.endsWith('\r'))
      throw new WeightsFault(
        '',
        'has line breaks of Windows (CR LF), and needs line feeds alone',
        'Fetch it again as it was committed; an editor, or Git without the .gitattributes of this repository, has changed them',
      )
    if (!head.endsWith(']')) throw new WeightsFault(head, 'is no head of a section')
    if (sections.has(name)) throw new WeightsFault(head, 'stands there twice')
    if (file[stop - 1] !== lineFeed) throw new WeightsFault(head, 'has a bracket within a line')
    sections.set(name, file.subarray(end + 1, stop))
    start = stop
  }
  return sections
}

/** Checks each line; `width`: how many numbers it has at most. A line without a name or a number is none. */
function checked(
  section: string,
  rows: Rows,
  width: number,
  inPairs: boolean,
  isFine: (numbers: Int32Array, count: number) => boolean,
): Rows {
  const numbers = new Int32Array(width)
  eachRow(rows, (from, at, end) => {
    const count = at > from && at - from <= longestName ? numbersIn(rows, at + 1, end, numbers, inPairs) : 0
    if (count <= 0 || !isFine(numbers, count))
      throw new WeightsFault(lineIn(section, rows, from, at > from ? at : end), 'is no line as the trainer writes it')
  })
  return rows
}

/** A line that is too long to be one is not read whole. */
const lineIn = (section: string, rows: Rows, from: number, end: number): string =>
  `[${section}] ${textIn(rows, from, Math.min(end, from + longestName)).slice(0, 60)}`

/** Rows of so many numbers each. Throws WeightsFault. */
export const rowsOf = (section: string, rows: Rows, width: number): Rows =>
  checked(section, rows, width, false, (_, count) => count === width)
/** Rows of pairs: a number from nothing to `most`, each higher than the one before it, and its weight. Throws WeightsFault. */
export function pairsOf(section: string, rows: Rows, most: number): Rows {
  // Each query and message has a place for all of them, whether or not any row can name them.
  if (most >= 10 ** mostDigits)
    throw new WeightsFault(`[${section}]`, `has more to tell apart than numbers of ${mostDigits} digits can name`)
  return checked(section, rows, 2 * (most + 1), true, (numbers, count) => {
    let before = -1
    for (let index = 0; index < count; index += 2) {
      const number = numbers[index] as number
      if (number <= before || number > most) return false
      before = number
    }
    return true
  })
}

/** Few rows, read as a whole: by name, numbers no longer hundredths. Throws WeightsFault. */
export function tableOf(section: string, rows: Rows, width: number): Map<string, number[]> {
  const table = new Map<string, number[]>()
  const numbers = new Int32Array(width)
  checked(section, rows, width, false, (_, count) => count === width)
  eachRow(rows, (from, at, end) => {
    const name = textIn(rows, from, at)
    if (table.has(name)) throw new WeightsFault(lineIn(section, rows, from, at), 'stands there twice')
    numbersIn(rows, at + 1, end, numbers)
    table.set(
      name,
      Array.from(numbers, (hundredths) => hundredths / 100),
    )
  })
  return table
}
