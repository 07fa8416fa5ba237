/**
 * learned.json of a pack: linear weights that src/tools/train-pack.ts draws from the pack's golden lines, phrasings, details and facts.
 * In: unknown JSON. Out: typed Learned. Made by a tool, never by hand; a pack without it is read by the general weights.
 */
import * as z from 'zod'

/** Other kinds of evidence that the weights are learned beside (features of src/detection/calibration.ts). */
export const packEvidence = ['pattern', 'patterns', 'saying', 'mass', 'share', 'margin'] as const

const byClaim = z.record(z.string(), z.number())
/** support, deny, query, comment */
const byStance = z.array(z.number()).length(4)

export const Learned = z.strictObject({
  /** Weights by claim id, and "none". */
  bias: byClaim,
  evidence: z.record(z.enum(packEvidence), z.number()),
  concepts: z.record(z.string(), byClaim),
  stems: z.record(z.string(), byClaim),
  stance: z.strictObject({
    bias: byStance,
    cues: z.record(z.string(), byStance),
    words: z.record(z.string(), byStance),
    openings: z.record(z.string(), byStance),
    /** By claim: what is said about it by those who assert and those who reject it. */
    about: z.record(z.string(), z.record(z.string(), byStance)),
  }),
})
export type Learned = z.infer<typeof Learned>
