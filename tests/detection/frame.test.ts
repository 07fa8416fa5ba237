/** What a message says around a claim, and whether the claims of the shipped pack are read rightly in frames that no training has seen. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createDetector } from '../../src/detection/detector.ts'
import { frameOf } from '../../src/detection/frame.ts'
import { loadPacks } from '../../src/registry.ts'
import { framedBy, readFrames } from '../../src/tools/frames.ts'

const data = join(import.meta.dirname, '..', '..', 'data')
const packs = await loadPacks(data)
const detector = createDetector(packs)

/** The frame around the words given as the claim's own, which are neighbours. */
function around(text: string, claim: string): Set<string> {
  const reading = detector.study(text)?.reading
  if (!reading) throw new Error(`the gate ends "${text}"`)
  const wanted = claim.split(' ')
  const words = reading.tokens.map(({ word }) => word)
  const first = words.findIndex((_, at) => wanted.every((word, offset) => words[at + offset] === word))
  const own = new Set(wanted.map((_, offset) => first + offset))
  return frameOf(reading, { own, first, last: first + wanted.length - 1, negatedBy: [] })
}

describe('the frame around a claim', () => {
  test("the claim's own words are no features; what stands before and after is told apart", () => {
    const frame = around('They say Lenin was paid. Nonsense.', 'lenin was paid')
    expect([...frame]).toEqual(expect.arrayContaining(['o:they', 'b:say', 'p:say #', 'x:say', 'a:nonsens', 'w:nonsense']))
    expect([...frame].filter((name) => /lenin|paid/.test(name))).toEqual([])
  })
  test('a negation reaches to the claim, or to the end of its sentence behind it, and no further', () => {
    const before = around('Nobody can show that Lenin was paid', 'lenin was paid')
    expect(before).toContain('nb:show')
    expect(before).toContain('jn:show')
    const after = around('Lenin was paid, not that anyone cares. They know it.', 'lenin was paid')
    expect(after).toContain('na:care')
    expect(after).not.toContain('na:know')
  })
  test('without a negation the joining word stands as it is', () => {
    const frame = around('Everyone knows that Lenin was paid', 'lenin was paid')
    expect(frame).toContain('j:know')
    expect(frame).not.toContain('jn:know')
  })
})

const claims = packs.flatMap((pack) => pack.rebuttals.map(({ claim }) => claim))
const heldBack = await readFrames(join(data, 'frames-held-back.jsonl'))
/** Share of messages that the bot would answer: in every frame of a stance a third of the claims, each time another one. */
function answered(frames: readonly string[]): number {
  const messages = frames.flatMap((frame, turn) => claims.filter((_, at) => at % 3 === turn % 3).map((claim) => framedBy(frame, claim)))
  const spoken = messages.filter((message) => {
    const [best] = detector.detect(message)
    return best && best.score >= detector.bars.speak && (best.stance === 'support' || best.stance === 'query')
  })
  return spoken.length / messages.length
}

describe('claims of the shipped pack in frames that no training has read', () => {
  test('few are answered where the claim is rejected or reported', () => {
    expect(answered(heldBack.deny)).toBeLessThanOrEqual(0.06)
    expect(answered(heldBack.comment)).toBeLessThanOrEqual(0.16)
  })
  test('most are answered where it is asserted or asked', () => {
    expect(answered(heldBack.support)).toBeGreaterThanOrEqual(0.83)
    expect(answered(heldBack.query)).toBeGreaterThanOrEqual(0.9)
  })
  test('the training has not read them', async () => {
    const known = new Set(Object.values(await readFrames(join(data, 'frames.jsonl'))).flat())
    expect(
      Object.values(heldBack)
        .flat()
        .filter((frame) => known.has(frame)),
    ).toEqual([])
  })
})

test('a line without a place for the claim, or with two, is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'for-the-record-frames-'))
  const file = join(folder, 'frames.jsonl')
  for (const frame of ['no claim here', '{c} and {c}']) {
    await writeFile(file, `${JSON.stringify({ stance: 'deny', frame })}\n`)
    await expect(readFrames(file)).rejects.toThrow('must have {c} once')
  }
  await rm(folder, { recursive: true })
})
