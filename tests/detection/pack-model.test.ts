/** Weights that a pack brings: the learner, what the file may say, and that a rebuttal without weights is still found. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createDetector } from '../../src/detection/detector.ts'
import { openPacks } from '../../src/detection/open.ts'
import { compileModel } from '../../src/detection/pack-model.ts'
import { judgeStance } from '../../src/detection/stance.ts'
import { Learned } from '../../src/knowledge/learned.ts'
import type { Pack } from '../../src/knowledge/schema.ts'
import { loadPacks } from '../../src/registry.ts'
import { fitSoftmax } from '../../src/tools/softmax.ts'

const [pack] = (await loadPacks(join(import.meta.dirname, '..', '..', 'data'))) as [Pack]
const learned = pack.learned as NonNullable<Pack['learned']>

describe('learned.json of the shipped pack', () => {
  test('names claims, concepts and stances that exist', () => {
    const ids = new Set(pack.rebuttals.map(({ id }) => id))
    for (const id of learned.claims) expect(ids.has(id), id).toBe(true)
    expect(learned.bias).toHaveLength(learned.claims.length + 1)
    for (const table of [learned.concepts, learned.stems])
      for (const [name, row] of Object.entries(table))
        expect(
          row.every((value, index) => index % 2 === 1 || (value >= 0 && value <= learned.claims.length)),
          name,
        ).toBe(true)
    for (const concept of Object.keys(learned.concepts)) expect(pack.concepts[concept], concept).toBeDefined()
    for (const id of Object.keys(learned.stance.about)) expect(ids.has(id), id).toBe(true)
  })

  test('knows every rebuttal: who adds one runs src/tools/train-pack.ts', () => {
    for (const { id } of pack.rebuttals) expect(learned.claims).toContain(id)
  })

  test("a claim's own words lead", () => {
    const detector = createDetector([pack])
    const model = compileModel(pack, detector.vocabulary)
    const reading = detector.study('the kaiser paid lenin in gold')?.reading
    if (!model || !reading) throw new Error('the shipped pack has weights and the sentence passes the gate')
    const scores = [...model.lexical(reading)]
    expect(model.claims[scores.indexOf(Math.max(...scores))]).toBe('german-gold')
    expect(model.lead(detector.study('lenin, anyone?')?.reading.entries ?? [])).toBeLessThan(model.lead(reading.entries))
  })
})

test('a rebuttal that the weights do not know is found by the general ones', () => {
  // As if its id were new: the weights speak of a claim that the pack no longer has.
  const claims = learned.claims.map((id) => (id === 'german-gold' ? 'an-older-name' : id))
  const detector = createDetector([{ ...pack, learned: { ...learned, claims } }])
  const found = detector.detect('everyone knows lenin was paid by the kaiser, it all ran on german gold')
  expect(found.map(({ rebuttal }) => rebuttal)).toContain('german-gold')
})

test('a pack without weights is read by the general ones', () => {
  const { learned: _, ...bare } = pack
  const [best] = createDetector([bare]).detect('lenin was paid by the kaiser, it ran on german gold')
  expect(best).toMatchObject({ rebuttal: 'german-gold', stance: 'support' })
})

test.each([
  ['a weight that is no number', { stems: { gold: [0, 'much'] } }],
  ['a stance short of one', { stance: { ...learned.stance, frame: 'w:myth 1 2 3' } }],
  ['no table at all', { concepts: null }],
  ['a field nobody knows', { more: {} }],
  ['a bias too many', { bias: [...learned.bias, 0] }],
  ['a bias too few', { bias: learned.bias.slice(1) }],
  ['a claim twice', { claims: learned.claims.map(() => 'german-gold') }],
  ['a weight for a claim that is not listed', { stems: { gold: [learned.claims.length + 1, 2] } }],
  ['a weight for half a claim', { concepts: { lenin: [0.5, 2] } }],
])('learned.json with %s is refused', (_, fault) => {
  expect(Learned.safeParse(learned).success).toBe(true)
  expect(Learned.safeParse({ ...learned, ...fault }).success).toBe(false)
})

test('a concept may bear the name of something every object has', () => {
  const concepts = {
    ...pack.concepts,
    constructor: ['gaudi', '@lenin'],
    lenin: [...(pack.concepts.lenin ?? []), '@valueof', '@constructor'],
  }
  const { detector, library } = openPacks([{ ...pack, concepts }])
  expect(detector.detect('everyone knows lenin was paid by the kaiser')[0]?.rebuttal).toBe('german-gold')
  expect(library.search('german gold')[0]?.rebuttal.id).toBe('german-gold')
})

describe('stance from chances', () => {
  test.each([
    [[0.6, 0.2, 0.1, 0.1], 'support'],
    [[0.2, 0.2, 0.5, 0.1], 'query'],
    [[0.4, 0.55, 0.03, 0.02], 'deny'],
    [[0.3, 0.2, 0.1, 0.4], 'comment'],
  ] as const)('%j is %s', (chances, stance) => {
    expect(judgeStance([...chances]).stance).toBe(stance)
  })

  test('asking and asserting add up: both are answered', () => {
    expect(judgeStance([0.45, 0.1, 0.4, 0.05]).sure).toBeCloseTo(0.85)
  })
})

describe('the learner', () => {
  const example = (names: string[], right: number) => ({ names, right: [right], weight: 1 })
  const lessons = [...Array(20)].flatMap(() => [example(['gold', 'the'], 0), example(['train', 'the'], 1), example(['tea', 'the'], 2)])
  const options = { classes: 3, rounds: 20, rate: 0.15, decay: 0.02, least: 2 }

  test('a word that tells two classes apart weighs for its own; one that stands everywhere weighs little', () => {
    const { rows } = fitSoftmax(lessons, options)
    const [first = 0, second = 0] = rows.get('gold') ?? []
    expect(first - second).toBeGreaterThan(1)
    expect(Math.max(...(rows.get('the') ?? []).map(Math.abs))).toBeLessThan(first / 2)
  })

  test('the same lessons give the same weights, and a word seen once none', () => {
    const once = [...lessons, example(['hapax'], 0)]
    expect(fitSoftmax(once, options)).toEqual(fitSoftmax(once, options))
    expect(fitSoftmax(once, options).rows.has('hapax')).toBe(false)
  })
})
