/**
 * Writes learned.tsv and look-ups.tsv as src/knowledge/learned.ts and look-ups.ts read them. In: what the trainers have learned. Out: the
 * text, the same for the same weights.
 */
import { type Learned, packEvidence, readLearned } from '../knowledge/learned.ts'
import { type LookUps, readLookUps } from '../knowledge/look-ups.ts'
import { unnamed } from '../knowledge/sections.ts'

/** Weights by name, for all classes in their order; or of many classes those that are worth a place, by their numbers. */
type ByClass = Record<string, readonly number[]>
export type ByNumber = Record<string, readonly (readonly [number: number, weight: number])[]>

export type Weights = {
  claims: readonly string[]
  /** One for each claim, and the last for none of them. */
  bias: readonly number[]
  evidence: Learned['evidence']
  concepts: ByNumber
  stems: ByNumber
  stance: { bias: readonly number[]; cues: ByClass; frame: ByClass; about: Record<string, ByClass> }
}

export type LookUpWeights = { answer: LookUps['answer']; cards: Omit<LookUps['cards'], 'words'> & { words: ByNumber } }

// Never "-0".
const hundredths = (weight: number): number => Math.round(weight * 100) + 0

const byPair = (rows: ByNumber) => lines(Object.entries(rows), (row) => row.map(([number, weight]) => `${number}:${hundredths(weight)}`))
const byClass = (rows: ByClass) => lines(Object.entries(rows), (row) => row.map(hundredths))
/** In this order, which numbers go by: an object would put an id that is a year ("1917") first. */
const single = (names: readonly string[], weights: readonly number[]): string =>
  lines(
    names.map((name, at) => [name, weights[at] ?? 0] as const),
    (weight) => [hundredths(weight)],
  )
const byName = (weights: ReadonlyMap<string, number>): string =>
  byClass(Object.fromEntries([...weights].map(([name, weight]) => [name, [weight]])))
const textOf = (sections: Record<string, string>): string =>
  Object.entries(sections)
    .map(([name, rows]) => `[${name}]\n${rows}`)
    .join('')

/** Throws when a name could not be told from what stands around it. */
export const learnedText = ({ claims, bias, evidence, concepts, stems, stance }: Weights): string =>
  textOf({
    claims: single([...claims, unnamed], bias),
    evidence: single(
      packEvidence,
      packEvidence.map((name) => evidence[name]),
    ),
    concepts: byPair(concepts),
    stems: byPair(stems),
    stance: byClass({ [unnamed]: stance.bias, ...stance.cues }),
    frame: byClass(stance.frame),
    ...Object.fromEntries(Object.entries(stance.about).map(([id, rows]) => [`about ${id}`, byClass(rows)])),
  })

/** Throws when a name could not be told from what stands around it. */
export const lookUpsText = ({ answer, cards }: LookUpWeights): string =>
  textOf({
    answer: byName(new Map([[unnamed, answer.bias], ...answer.features])),
    present: byName(answer.present),
    missing: byName(answer.missing),
    openings: byName(answer.openings),
    cards: single([...cards.ids, unnamed], cards.bias),
    words: byPair(cards.words),
  })

function lines<T>(rows: readonly (readonly [name: string, row: T])[], numbers: (row: T) => readonly (number | string)[]): string {
  return rows
    .map(([name, row]) => {
      if (!/^[^[\t\n]+$/.test(name))
        throw new Error(`${JSON.stringify(name)} can't be the name of a weight: it has a tab, a line break or a bracket.`)
      return `${name}\t${numbers(row).join(' ')}\n`
    })
    .join('')
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
export const learnedFrom = (weights: Weights): Learned => readLearned(bytesOf(learnedText(weights)))
export const lookUpsFrom = (weights: LookUpWeights): LookUps => readLookUps(bytesOf(lookUpsText(weights)))
