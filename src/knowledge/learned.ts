/**
 * learned.json of a pack: linear weights that src/tools/train-pack.ts draws from the pack's golden lines, phrasings, details and facts.
 * In: unknown JSON. Out: typed Learned. Made by a tool, never by hand; a pack without it is read by the general weights.
 */
import * as z from 'zod'

/** Other kinds of evidence that the weights are learned beside (features of src/detection/calibration.ts). */
export const packEvidence = ['pattern', 'patterns', 'saying', 'mass', 'share', 'margin'] as const

/** Tens of thousands of numbers: looked at by one plain loop, a schema per number would cost a tenth of a second at every start. */
const isRow = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.values(value).every(Number.isFinite)
const isTable = (value: unknown, isFine: (row: unknown) => boolean): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).every(isFine)
const isStanceRow = (value: unknown): boolean => Array.isArray(value) && value.length === 4 && isRow(value)
const remade = 'is not as the trainer writes it; make it anew with src/tools/train-pack.ts'

/** Number of a claim in `claims`, its weight, number, weight, …; the number after the last claim stands for none of them. */
const isPairs = (value: unknown): boolean => Array.isArray(value) && value.length % 2 === 0 && isRow(value)
const tableByClaim = z.custom<Record<string, number[]>>((value) => isTable(value, isPairs), remade)
/** support, deny, query, comment */
const byStance = z.custom<number[]>(isStanceRow, remade)
const tableByStance = z.custom<Record<string, number[]>>((value) => isTable(value, isStanceRow), remade)
/**
 * Lines such as "w:doubt -12 87 0 -5": a name, then hundredths for the four stances. One text for tens of thousands of them: as lists of
 * their own they would take ten times the memory.
 */
const lineByStance = /^\S.* -?\d{1,4} -?\d{1,4} -?\d{1,4} -?\d{1,4}$/
const isLines = (value: unknown): boolean =>
  typeof value === 'string' && (value === '' || value.split('\n').every((line) => lineByStance.test(line)))
const linesByStance = z.custom<string>(isLines, remade)

/** Whether bias and rows speak of the claims listed and of no others. Tables that are no tables have been refused before. */
function isNumbered({ claims, bias, concepts, stems }: { claims: string[]; bias: number[]; concepts: object; stems: object }): boolean {
  const isOfClaim = (value: number, index: number) => index % 2 === 1 || (Number.isInteger(value) && value >= 0 && value <= claims.length)
  const isFine = (table: object | null) => Object.values(table ?? {}).every((row) => !Array.isArray(row) || row.every(isOfClaim))
  return bias.length === claims.length + 1 && new Set(claims).size === claims.length && isFine(concepts) && isFine(stems)
}

export const Learned = z
  .strictObject({
    /** Ids, in the order of the numbers below. */
    claims: z.array(z.string()),
    /** One for each claim, and the last for none of them. */
    bias: z.array(z.number()),
    evidence: z.record(z.enum(packEvidence), z.number()),
    concepts: tableByClaim,
    stems: tableByClaim,
    stance: z.strictObject({
      bias: byStance,
      cues: tableByStance,
      /** What is said around the claim, by the marks of src/detection/frame.ts. */
      frame: linesByStance,
      /** By claim: what is said about it by those who assert and those who reject it. */
      about: z.custom<Record<string, string>>((value) => isTable(value, isLines), remade),
    }),
  })
  .refine(isNumbered, remade)
export type Learned = z.infer<typeof Learned>
