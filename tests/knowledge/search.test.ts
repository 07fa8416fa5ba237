/** Look-up on the shipped pack: the right card first, an honest nothing, suggestions while typing; and queries of any shape. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLibrary } from '../../src/knowledge/library.ts'
import { loadPacks } from '../../src/registry.ts'

const data = join(import.meta.dirname, '..', '..', 'data')
const library = createLibrary(await loadPacks(data))
type Asked = { query: string; rebuttal: string | null; also: string[] }
const asked = readFileSync(join(data, 'trotsky-series', 'golden', 'ask.jsonl'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Asked)

describe('search', () => {
  test('every rebuttal has three differently worded queries', () => {
    for (const { id } of library.rebuttals) expect(asked.filter((one) => one.rebuttal === id).length, id).toBeGreaterThanOrEqual(3)
  })

  test('finds the right card first, or at least among three', () => {
    const known = asked.filter((one) => one.rebuttal)
    const ranks = known.map(({ query, rebuttal, also }) =>
      library.search(query, 3).findIndex((hit) => hit.rebuttal.id === rebuttal || also.includes(hit.rebuttal.id)),
    )
    expect(ranks.filter((rank) => rank === 0).length / known.length).toBeGreaterThanOrEqual(0.95)
    expect(ranks.filter((rank) => rank >= 0).length / known.length).toBeGreaterThanOrEqual(0.98)
  })

  test('says nothing where the packs have no answer', () => {
    const unknown = asked.filter((one) => !one.rebuttal)
    expect(unknown.filter(({ query }) => !library.search(query).length).length / unknown.length).toBeGreaterThanOrEqual(0.95)
  })

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
