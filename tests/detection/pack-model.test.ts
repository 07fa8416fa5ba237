/** Weights that a pack brings: the learner, what the file may say, and that a rebuttal without weights is still found. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createDetector } from '../../src/detection/detector.ts'
import { openPacks } from '../../src/detection/open.ts'
import { compileModel } from '../../src/detection/pack-model.ts'
import { judgeStance } from '../../src/detection/stance.ts'
import { readLearned } from '../../src/knowledge/learned.ts'
import { eachRow, textIn } from '../../src/knowledge/rows.ts'
import type { Pack } from '../../src/knowledge/schema.ts'
import { WeightsFault } from '../../src/knowledge/sections.ts'
import { loadPacks } from '../../src/registry.ts'
import { fitSoftmax } from '../../src/tools/softmax.ts'

const data = join(import.meta.dirname, '..', '..', 'data')
const [pack] = (await loadPacks(data)) as [Pack]
const learned = pack.learned as NonNullable<Pack['learned']>

describe('learned.tsv of the shipped pack', () => {
  test('names claims, concepts and stances that exist', () => {
    const ids = new Set(pack.rebuttals.map(({ id }) => id))
    for (const id of learned.claims) expect(ids.has(id), id).toBe(true)
    expect(learned.bias).toHaveLength(learned.claims.length + 1)
    eachRow(learned.concepts, (from, at) => {
      const name = textIn(learned.concepts, from, at)
      expect(pack.concepts[name], name).toBeDefined()
    })
    expect([...learned.stance.about.keys()].sort()).toEqual([...ids].sort())
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

/** The least file there may be: two claims. */
const small = [
  '[claims]\ngold\t-53\ntrain\t7\n*\t487\n',
  '[evidence]\npattern\t120\npatterns\t133\nsaying\t191\nmass\t310\nshare\t70\nmargin\t169\n',
  '[concepts]\nlenin\t0:-33 2:37\n[stems]\ngold\t0:120 1:-31\n1917\t1:5\n',
  '[stance]\n*\t1 -2 3 4\ndenies\t-12 87 0 -5\n',
  '[frame]\nw:myth\t-12 87 0 -5\np:in 1917\t3 0 0 0\n',
  '[about gold]\nkaiser\t10 0 0 0\n[about train]\n',
].join('')
const read = (text: string) => readLearned(new TextEncoder().encode(text))

test('a small learned.tsv is read as it is written', () => {
  const { claims, bias, evidence, stance } = read(small)
  expect({ claims, bias }).toEqual({ claims: ['gold', 'train'], bias: [-0.53, 0.07, 4.87] })
  expect(evidence.mass).toBe(3.1)
  expect(stance.bias).toEqual([0.01, -0.02, 0.03, 0.04])
  expect([...stance.cues]).toEqual([['denies', [-0.12, 0.87, 0, -0.05]]])
  expect([...stance.about.keys()]).toEqual(['gold', 'train'])
})

test.each([
  ['a weight that is no number', 'gold\t0:120 1:-31', 'gold\t0:much'],
  ['a weight too long', 'gold\t0:120 1:-31', 'gold\t0:12345'],
  ['half a pair', 'gold\t0:120 1:-31', 'gold\t0:120 1'],
  ['pairs without a colon', 'gold\t0:120 1:-31', 'gold\t0 120'],
  ['a weight for a claim that is not listed', 'gold\t0:120 1:-31', 'gold\t3:2'],
  ['a weight for half a claim', 'lenin\t0:-33 2:37', 'lenin\t0.5:2'],
  ['more pairs than claims', 'lenin\t0:-33 2:37', 'lenin\t0:1 1:1 2:1 2:1'],
  ['a row without weights', 'gold\t0:120 1:-31', 'gold\t'],
  ['a row without a name', '1917\t1:5', '\t1:5'],
  ['a row without a tab', '1917\t1:5', '1917 1:5'],
  ['an empty line', '1917\t1:5', ''],
  ['line breaks of another system', '1917\t1:5', '1917\t1:5\r'],
  ['a stance short of one', 'w:myth\t-12 87 0 -5', 'w:myth\t1 2 3'],
  ['a stance too many', 'w:myth\t-12 87 0 -5', 'w:myth\t1 2 3 4 5'],
  ['a stance without a bias', '*\t1 -2 3 4\n', ''],
  ['no table at all', '[concepts]\nlenin\t0:-33 2:37\n', ''],
  ['a section nobody knows', '[frame]', '[more]'],
  ['a section twice', '[about train]', '[about gold]'],
  ['a head that is cut short', '[about train]', '[about train'],
  ['no place for none of the claims', '*\t487\n', ''],
  ['a claim twice', 'train\t7', 'gold\t7'],
  ['a kind of evidence that is missing', 'mass\t310\n', ''],
  ['a kind of evidence nobody knows', 'mass\t310', 'weight\t310'],
  ['two kinds of evidence in one name', 'pattern\t120\npatterns\t133\n', 'pattern,patterns\t120\n'],
  ['two weights for one claim', 'gold\t0:120 1:-31', 'gold\t1:120 1:-31'],
  ['claims out of order', 'gold\t0:120 1:-31', 'gold\t1:-31 0:120'],
  ['a name that nobody could write', '1917\t1:5', `${'9'.repeat(1001)}\t1:5`],
  ['a bracket within a line', '1917\t1:5', '19[17]\t1:5'],
  ['a claim with nothing said about it', '[about train]\n', ''],
  ['something said about no claim', '[about train]', '[about train]\n[about nobody]'],
  ['more claims than its numbers can name', 'train\t7\n', Array.from({ length: 10_000 }, (_, number) => `c${number}\t0\n`).join('')],
  ['a mark of byte order before a claim', 'train\t7', '\ufefftrain\t7'],
])('learned.tsv with %s is refused', (_, right, wrong) => {
  expect(small).toContain(right)
  expect(() => read(small.replace(right, wrong))).toThrow(WeightsFault)
})

test('what is wrong is told in a few plain letters, whatever the file has there', () => {
  const told = (text: string) => {
    try {
      read(text)
    } catch (error) {
      if (error instanceof WeightsFault) return { where: error.where, problem: error.message, remedy: error.remedy }
    }
    return expect.unreachable()
  }
  expect(told(small.replace('1917\t1:5', '\u001b]0;title\u0007\t1:5 x')).where).toBe('[stems] ?]0;title?')
  expect(told(small.replace('1917\t1:5', 'x'.repeat(100_000))).where).toHaveLength('[stems] '.length + 60)
  expect(told(small.replaceAll('\n', '\r\n'))).toEqual({
    where: '',
    problem: 'has line breaks of Windows (CR LF), and needs line feeds alone',
    remedy: expect.stringContaining('.gitattributes'),
  })
  expect(told(small.replace('[about train]', '[about gold]')).problem).toBe('stands there twice')
})

test('learned.tsv that is empty, or cut short anywhere within a line, is refused', () => {
  const file = readFileSync(join(data, pack.id, 'learned.tsv'))
  for (const length of [0, 1, 10, file.length - 1]) expect(() => readLearned(file.subarray(0, length))).toThrow(WeightsFault)
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
