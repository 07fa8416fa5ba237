/** What a message says around a claim, and that frames laid around the claims of the shipped pack are read for what they are. */
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

/** Frames of no training line: plain ways to reject, report, ask and assert. */
const unseen = {
  deny: ['Sorry, it is not correct that {c}', 'research has long disproved that {c}', '"{c}" is false, plain and simple', '{c}? Not at all.'],
  comment: ['The series claims that {c}', 'Episode 3 suggests that {c}', 'The chapter is about the allegation that {c}'],
  query: ['Is it true that {c}?', 'Did anyone here read whether {c}?', 'Hi, new here. Is it correct that {c}?'],
  support: ['I think {c}', 'As everyone knows, {c}', 'Fun fact: {c}'],
}
const claims = packs.flatMap((pack) => pack.rebuttals.map(({ claim }) => claim))
const spokenTo = (frame: string): number =>
  claims.filter((claim) => {
    const [best] = detector.detect(framedBy(frame, claim))
    return best && best.score >= detector.bars.speak && (best.stance === 'support' || best.stance === 'query')
  }).length / claims.length

describe('claims of the shipped pack in frames that no training has read', () => {
  test.each(unseen.deny)('rejected: %s', (frame) => expect(spokenTo(frame)).toBeLessThanOrEqual(0.1))
  test.each(unseen.comment)('reported: %s', (frame) => expect(spokenTo(frame)).toBeLessThanOrEqual(0.1))
  test.each(unseen.query)('asked: %s', (frame) => expect(spokenTo(frame)).toBeGreaterThanOrEqual(0.9))
  test.each(unseen.support)('asserted: %s', (frame) => expect(spokenTo(frame)).toBeGreaterThanOrEqual(0.9))
  test('the training has not read them', async () => {
    const known = new Set(Object.values(await readFrames(join(data, 'frames.jsonl'))).flat())
    expect(Object.values(unseen).flat().filter((frame) => known.has(frame))).toEqual([])
  })
})
