/**
 * learned.tsv of a pack: linear weights that src/tools/train-pack.ts draws from the pack's golden lines, phrasings, details and facts.
 * In: the file's bytes. Out: Learned. Made by a tool, never by hand; a pack without it is read by the general weights.
 *
 * Sections, each with lines of a name, a tab and whole numbers, which are hundredths:
 *   [claims]    ids and biases, in the order of their numbers below; the last, "*", is none of them
 *   [evidence]  what each other kind of evidence adds
 *   [concepts]  by name, and [stems] alike: number of a claim:weight, and so on; the number after the last claim is none of them
 *   [stance]    "*", the bias, then cues: what each says for support, deny, query, comment
 *   [frame]     alike, for what is said around the claim, by the marks of src/detection/frame.ts; [about ID]: for what is said about it
 */
import { eachRow, lineFeed, numbersIn, type Rows, textIn } from './rows.ts'

/** Other kinds of evidence that the weights are learned beside (features of src/detection/calibration.ts). */
export const packEvidence = ['pattern', 'patterns', 'saying', 'mass', 'share', 'margin'] as const

export type Learned = {
  /** Ids, in the order of their numbers in the rows of concepts and stems. */
  claims: readonly string[]
  /** One for each claim, and the last for none of them. */
  bias: readonly number[]
  evidence: Record<(typeof packEvidence)[number], number>
  /** Pairs of a claim's number and hundredths. */
  concepts: Rows
  stems: Rows
  stance: {
    bias: readonly number[]
    cues: ReadonlyMap<string, readonly number[]>
    /** Four hundredths each. */
    frame: Rows
    about: ReadonlyMap<string, Rows>
  }
}

/** Stands for "none of the claims" among them, and for the bias among the cues. */
export const unnamed = '*'
const stances = 4
const aboutMark = 'about '

/** A file that is not as the trainer writes it; `where`: the section, and the name of the line. */
export class LearnedFault extends Error {
  readonly where: string
  constructor(where: string, problem: string) {
    super(problem)
    this.name = 'LearnedFault'
    this.where = where
  }
}

/** Throws LearnedFault. */
export function readLearned(file: Uint8Array): Learned {
  const sections = sectionsOf(file)
  const take = (name: string): Rows => {
    const rows = sections.get(name)
    if (!rows) throw new LearnedFault(`[${name}]`, 'is missing')
    sections.delete(name)
    return rows
  }
  const biases = [...tableOf('claims', take('claims'), 1)]
  const none = biases.length - 1
  if (biases[none]?.[0] !== unnamed) throw new LearnedFault('[claims]', `must end with "${unnamed}", none of them`)
  const evidence = Object.fromEntries([...tableOf('evidence', take('evidence'), 1)].map(([kind, [weight = 0]]) => [kind, weight]))
  if (Object.keys(evidence).sort().join() !== packEvidence.toSorted().join())
    throw new LearnedFault('[evidence]', `must name ${packEvidence.join(', ')}, and nothing else`)
  const [concepts, stems] = [byClaim('concepts', take('concepts'), none), byClaim('stems', take('stems'), none)]
  const { [unnamed]: bias, ...cues } = Object.fromEntries(tableOf('stance', take('stance'), stances))
  if (!bias) throw new LearnedFault('[stance]', `has no "${unnamed}", the bias`)
  const frame = byStance('frame', take('frame'))
  const about = new Map<string, Rows>()
  for (const [name, rows] of sections) {
    if (!name.startsWith(aboutMark)) throw new LearnedFault(`[${name}]`, 'is known to nobody')
    about.set(name.slice(aboutMark.length), byStance(name, rows))
  }
  return {
    claims: biases.slice(0, -1).map(([id]) => id),
    bias: biases.map(([, [weight = 0]]) => weight),
    evidence: evidence as Learned['evidence'],
    concepts,
    stems,
    stance: { bias, cues: new Map(Object.entries(cues)), frame, about },
  }
}

const bracket = 91

/** The lines below each "[name]", in their order. A bracket stands nowhere else. */
function sectionsOf(file: Uint8Array): Map<string, Rows> {
  if (file[0] !== bracket || file.at(-1) !== lineFeed) throw new LearnedFault('', 'must begin with a [section] and end with a line')
  const sections = new Map<string, Rows>()
  for (let start = 0; start < file.length; ) {
    const end = file.indexOf(lineFeed, start)
    const next = file.indexOf(bracket, end)
    const stop = next < 0 ? file.length : next
    const head = textIn(file, start, end)
    const name = head.slice(1, -1)
    if (!head.endsWith(']') || file[stop - 1] !== lineFeed || sections.has(name))
      throw new LearnedFault(head.slice(0, 60), 'is no head of a section, or one for the second time')
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
    const count = at > from ? numbersIn(rows, at + 1, end, numbers, inPairs) : 0
    if (count <= 0 || !isFine(numbers, count))
      throw new LearnedFault(`[${section}] ${textIn(rows, from, at > from ? at : end).slice(0, 60)}`, 'is no line as the trainer writes it')
  })
  return rows
}

const byStance = (section: string, rows: Rows): Rows => checked(section, rows, stances, false, (_, count) => count === stances)
const byClaim = (section: string, rows: Rows, none: number): Rows =>
  checked(section, rows, 2 * (none + 1), true, (numbers, count) => {
    for (let index = 0; index < count; index += 2) if ((numbers[index] as number) < 0 || (numbers[index] as number) > none) return false
    return true
  })

/** The few rows that are read as a whole. */
function tableOf(section: string, rows: Rows, width: number): Map<string, number[]> {
  const table = new Map<string, number[]>()
  const numbers = new Int32Array(width)
  checked(section, rows, width, false, (_, count) => count === width)
  eachRow(rows, (from, at, end) => {
    const name = textIn(rows, from, at)
    if (table.has(name)) throw new LearnedFault(`[${section}] ${name.slice(0, 60)}`, 'stands there twice')
    numbersIn(rows, at + 1, end, numbers)
    table.set(
      name,
      Array.from(numbers, (hundredths) => hundredths / 100),
    )
  })
  return table
}
