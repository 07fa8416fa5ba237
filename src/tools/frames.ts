/**
 * Sentences that people put around a claim, and what their author does with it: data/frames.jsonl. In: the file. Out: frames by stance, and
 * a claim laid into one. A pack's trainer uses them so that the stance is learned from what stands around a claim; they are about no pack.
 */
import { readFile } from 'node:fs/promises'
import * as z from 'zod'

const Frame = z.strictObject({
  stance: z.enum(['support', 'deny', 'query', 'comment']),
  /** "{c}" stands for the claim, once. */
  frame: z.string().refine((text) => text.split('{c}').length === 2, 'must have {c} once'),
})
export type Frames = Record<z.infer<typeof Frame>['stance'], string[]>

/** Throws a ZodError that names what is wrong with a line. */
export async function readFrames(file: string): Promise<Frames> {
  const frames: Frames = { support: [], deny: [], query: [], comment: [] }
  for (const line of (await readFile(file, 'utf8')).split('\n').filter(Boolean)) {
    const { stance, frame } = Frame.parse(JSON.parse(line))
    frames[stance].push(frame)
  }
  return frames
}

const smallInside = /^(?:The|A|It|In|At|His|Her|For|All|There|They)\b/

/** A claim without its full stop, small where it begins inside a sentence. */
export function framedBy(frame: string, claim: string): string {
  const plain = claim.replace(/[.!?]+$/, '')
  const isInside = frame.indexOf('{c}') > 1
  return frame.replace('{c}', () => (isInside ? plain.replace(smallInside, (word) => word.toLowerCase()) : plain))
}
