/**
 * learned.tsv of a pack: linear weights that src/tools/train-pack.ts draws from the pack's golden lines, phrasings, details and facts.
 * In: the file's bytes. Out: Learned. Made by a tool, never by hand; a pack without it is read by the general weights.
 *
 * Sections, each with lines of a name, a tab and whole numbers, which are hundredths:
 *   [claims]    ids and biases, in the order of their numbers below; the last, "*", is none of them
 *   [evidence]  what each other kind of evidence adds
 *   [concepts]  by name, and [stems] alike: number of a claim:weight, and so on; the number after the last claim is none of them
 *   [stance]    "*", the bias, then cues: what each says for support, deny, query, comment
 *   [frame]     alike, for what is said around the claim, by the marks of src/detection/frame.ts; [about ID], one for each claim: for
 *               what is said about it
 */
import type { Rows } from './rows.ts'
import { pairsOf, rowsOf, sectionsOf, tableOf, unnamed, WeightsFault } from './sections.ts'

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

const stances = 4
const aboutMark = 'about '

/** Throws WeightsFault. */
export function readLearned(file: Uint8Array): Learned {
  const { take, others } = sectionsOf(file)
  const biases = [...tableOf('claims', take('claims'), 1)]
  const none = biases.length - 1
  if (biases[none]?.[0] !== unnamed) throw new WeightsFault('[claims]', `must end with "${unnamed}", none of them`)
  const evidence = new Map([...tableOf('evidence', take('evidence'), 1)].map(([kind, [weight = 0]]) => [kind, weight]))
  if (evidence.size !== packEvidence.length || !packEvidence.every((kind) => evidence.has(kind)))
    throw new WeightsFault('[evidence]', `must name ${packEvidence.join(', ')}, and nothing else`)
  const [concepts, stems] = [pairsOf('concepts', take('concepts'), none), pairsOf('stems', take('stems'), none)]
  const { [unnamed]: bias, ...cues } = Object.fromEntries(tableOf('stance', take('stance'), stances))
  if (!bias) throw new WeightsFault('[stance]', `has no "${unnamed}", the bias`)
  const frame = rowsOf('frame', take('frame'), stances)
  const ids = biases.slice(0, -1).map(([id]) => id)
  const about = new Map(ids.map((id) => [id, rowsOf(`${aboutMark}${id}`, take(`${aboutMark}${id}`), stances)] as const))
  for (const name of others().keys()) throw new WeightsFault(`[${name}]`, 'is known to nobody')
  return {
    claims: ids,
    bias: biases.map(([, [weight = 0]]) => weight),
    evidence: Object.fromEntries(evidence) as Learned['evidence'],
    concepts,
    stems,
    stance: { bias, cues: new Map(Object.entries(cues)), frame, about },
  }
}
