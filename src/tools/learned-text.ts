/** Writes learned.tsv as src/knowledge/learned.ts reads it. In: what the trainer has learned. Out: the text, the same for the same weights. */
import { type Learned, packEvidence, readLearned, unnamed } from '../knowledge/learned.ts'

/** Weights by name, for all classes in their order; of claims, those that are worth a place. */
type ByStance = Record<string, readonly number[]>
type ByClaim = Record<string, readonly (readonly [claim: number, weight: number])[]>

export type Weights = {
  claims: readonly string[]
  /** One for each claim, and the last for none of them. */
  bias: readonly number[]
  evidence: Learned['evidence']
  concepts: ByClaim
  stems: ByClaim
  stance: { bias: readonly number[]; cues: ByStance; frame: ByStance; about: Record<string, ByStance> }
}

// Never "-0".
const hundredths = (weight: number): number => Math.round(weight * 100) + 0

/** Throws when a name could not be told from what stands around it. */
export function learnedText({ claims, bias, evidence, concepts, stems, stance }: Weights): string {
  const singles = (names: readonly string[], weights: readonly number[]) =>
    Object.fromEntries(names.map((name, at) => [name, [weights[at] ?? 0]]))
  const byClaim = (rows: ByClaim) => lines(rows, (row) => row.map(([claim, weight]) => `${claim}:${hundredths(weight)}`))
  const byStance = (rows: ByStance) => lines(rows, (row) => row.map(hundredths))
  const sections: Record<string, string> = {
    claims: byStance(singles([...claims, unnamed], bias)),
    evidence: byStance(
      singles(
        packEvidence,
        packEvidence.map((name) => evidence[name]),
      ),
    ),
    concepts: byClaim(concepts),
    stems: byClaim(stems),
    stance: byStance({ [unnamed]: stance.bias, ...stance.cues }),
    frame: byStance(stance.frame),
    ...Object.fromEntries(Object.entries(stance.about).map(([id, rows]) => [`about ${id}`, byStance(rows)])),
  }
  return Object.entries(sections)
    .map(([name, rows]) => `[${name}]\n${rows}`)
    .join('')
}

function lines<T>(rows: Record<string, T>, numbers: (row: T) => readonly (number | string)[]): string {
  return Object.entries(rows)
    .map(([name, row]) => {
      if (!/^[^[\t\n]+$/.test(name))
        throw new Error(`${JSON.stringify(name)} can't be the name of a weight: it has a tab, a line break or a bracket.`)
      return `${name}\t${numbers(row).join(' ')}\n`
    })
    .join('')
}

export const learnedFrom = (weights: Weights): Learned => readLearned(new TextEncoder().encode(learnedText(weights)))
