/** Look-up on the shipped pack: the right card first, an honest nothing, suggestions while typing; and queries of any shape. */

import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openPacks } from '../../src/detection/open.ts'
import { createAnswerReader } from '../../src/knowledge/answer.ts'
import { createCardReader } from '../../src/knowledge/asked.ts'
import type { Pack, Rebuttal } from '../../src/knowledge/schema.ts'
import { createSearch } from '../../src/knowledge/search.ts'
import { loadPacks } from '../../src/registry.ts'
import { askFigures, readAsk } from '../../src/tools/bench/ask-set.ts'

const data = join(import.meta.dirname, '..', '..', 'data')
const packs = (await loadPacks(data)) as [Pack]
const { library } = openPacks(packs)
const asked = await readAsk(join(data, 'trotsky-series'), 'tuning')

describe('search', () => {
  test('every rebuttal has three differently worded queries', () => {
    for (const { id } of library.rebuttals) expect(asked.filter((one) => one.rebuttal === id).length, id).toBeGreaterThanOrEqual(3)
  })

  test.each(['tuning', 'held-back'] as const)(
    '%s half: the right card first or among three, and nothing where the packs have nothing',
    async (half) => {
      const all = await readAsk(join(data, 'trotsky-series'), half)
      // Of the tuning half, which is four times the other and was learned from, every fourth.
      const lines = half === 'tuning' ? all.filter((_, at) => at % 4 === 0) : all
      const figures = askFigures(lines, (query) => library.search(query, 3).map((hit) => hit.rebuttal.id))
      expect(figures.askFirst).toBeGreaterThanOrEqual(0.95)
      expect(figures.askThree).toBeGreaterThanOrEqual(0.96)
      expect(figures.askAbstains).toBeGreaterThanOrEqual(0.97)
    },
  )

  test.each([
    ['germn plott', 'german-plot'],
    ['GERMAN GOLD', 'german-gold'],
    ['seald train lenin', 'sealed-train'],
  ])('%s is %s', (query, id) => {
    expect(library.search(query)[0]?.rebuttal.id).toBe(id)
  })

  test('any text at all is answered or not, but never breaks it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (query) => {
        expect(library.search(query).length).toBeLessThanOrEqual(3)
        expect(library.suggest(query).length).toBeLessThanOrEqual(25)
      }),
      { numRuns: 300 },
    )
  })

  test.each(['ﷺ', 'é', '漢', 'a', "a'", 'lenin '])('2,000 characters of "%s" end soon', (part) => {
    const query = part.repeat(2000 / part.length)
    const began = performance.now()
    library.search(query)
    library.suggest(query)
    // A word of many letters once took five seconds to compare with every word of the packs.
    expect(performance.now() - began).toBeLessThan(500)
  })
})

describe('suggest', () => {
  test('three letters are enough, titles come first, each card once', () => {
    const offers = library.suggest('ger')
    expect(offers[0]?.label).toMatch(/ger/i)
    expect(new Set(offers.map((offer) => offer.rebuttal)).size).toBe(offers.length)
  })
  test('nothing typed: a first page to choose from', () => {
    expect(library.suggest('').length).toBe(25)
  })
})

describe('a pack with look-ups.tsv beside one without it', () => {
  const [pack] = packs
  const { lookUps = expect.unreachable() } = pack
  // A card that has moved to another pack, and says something else there.
  const moved = {
    ...pack.rebuttals[0],
    id: 'german-plot',
    title: 'Bridges',
    claim: 'A bridge.',
    phrasings: [],
    answer: '',
    details: [],
    tags: [],
  }
  const others = pack.rebuttals.filter(({ id }) => id !== 'german-plot')
  const reader = { asked: createCardReader(lookUps.cards), chance: createAnswerReader(lookUps.answer) }

  test('weights speak for the cards of their own pack alone', () => {
    expect(reader.asked(['german', 'plot', 'german+plot']).get('german-plot')?.asked).toBeGreaterThan(0.4)
    const { rank } = createSearch([...others, moved as Rebuttal], { lookUpsOf: (id) => (id === 'german-plot' ? undefined : reader) })
    expect(rank('german plot', 40)).not.toContain('german-plot')
    expect(rank('bridges', 1)).toEqual(['german-plot'])
    expect(rank('sealed train', 1)).toEqual(['sealed-train'])
  })
  test('which of the two is read first makes no difference', () => {
    const { learned: _, lookUps: __, ...plain } = pack
    const both = [
      { ...pack, rebuttals: others },
      { ...plain, id: 'bridges', rebuttals: [moved as Rebuttal] },
    ]
    const [one, other] = [both, both.toReversed()].map((list) => openPacks(list).library)
    for (const query of ['german plot', 'sealed train', 'bridges', 'seeled trian', 'who was lenin'])
      expect(one?.search(query).map(({ rebuttal, score }) => [rebuttal.id, score.toFixed(9)])).toEqual(
        other?.search(query).map(({ rebuttal, score }) => [rebuttal.id, score.toFixed(9)]),
      )
  })
})

test('the weights of packs are let go once they are read', () => {
  for (const pack of library.packs)
    expect(Object.keys(pack)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(?:learned|lookUps)$/)]))
})
