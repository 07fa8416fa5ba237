/** Weights by word: what is added for a name is what its line says, for every line and for no other name. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { claimRows, classRows } from '../../src/detection/rows.ts'
import { repeatedName } from '../../src/knowledge/rows.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const scoresOf = (rows: ReturnType<typeof classRows>, name: string) => {
  const scores = new Float64Array(4)
  rows(name, scores)
  return [...scores]
}
const nothing = [0, 0, 0, 0]

describe('rows of classes', () => {
  test('a name is found as it stands, and no part of it', () => {
    const rows = classRows(bytes('p:in 1917\t1 2 3 4\np:in\t-5 0 0 9999\nw:naïve\t7 0 0 0\nw:🔖\t8 0 0 0\n'), 4)
    expect(scoresOf(rows, 'p:in 1917')).toEqual([0.01, 0.02, 0.03, 0.04])
    expect(scoresOf(rows, 'p:in')).toEqual([-0.05, 0, 0, 99.99])
    expect(scoresOf(rows, 'w:naïve')).toEqual([0.07, 0, 0, 0])
    expect(scoresOf(rows, 'w:🔖')).toEqual([0.08, 0, 0, 0])
    for (const name of ['', 'p:', 'p:in 191', 'p:in 1917\t1', 'in', 'w:naive', 'w:\ud83d', 'p'.repeat(5000), '🔖'.repeat(5000)])
      expect(scoresOf(rows, name), name.slice(0, 20)).toEqual(nothing)
  })

  test('a table of no rows has nothing for anybody', () => {
    expect(scoresOf(classRows(bytes(''), 4), 'w:myth')).toEqual(nothing)
  })

  test('whatever the names: each has its own weights', () => {
    const name = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((text) => !/[\t\n]/.test(text))
    const weights = fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: -9999, max: 9999 })))
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, weights), { selector: ([one]) => one, maxLength: 60 }), name, (table, other) => {
        const rows = classRows(bytes(table.map(([one, row]) => `${one}\t${row.join(' ')}\n`).join('')), 4)
        for (const [one, row] of table) expect(scoresOf(rows, one)).toEqual(row.map((weight) => weight / 100))
        if (!table.some(([one]) => one === other)) expect(scoresOf(rows, other)).toEqual(nothing)
      }),
    )
  })
})

test('a name that stands there a hundred thousand times is found out, and holds nobody up', { timeout: 2000 }, () => {
  const many = bytes(`first\t5 0 0 0\n${'twice\t7 0 0 0\n'.repeat(100_000)}`)
  expect(repeatedName(many)).toBe('twice')
  expect(repeatedName(many.subarray(0, 2 * 14 - 1))).toBeUndefined()
  expect(scoresOf(classRows(many, 4), 'twice')).toEqual([0.07, 0, 0, 0])
})

test('rows of claims add what they say, to those they name and to none of them', () => {
  const rows = claimRows(bytes('gold\t0:120 2:-31\ntrain\t1:5\n'), 2)
  const scores = Float64Array.of(1, 1, 1)
  for (const row of [0, 0, -1]) rows.add(row, scores)
  expect(rows.names).toEqual(['gold', 'train'])
  expect([...scores].map((score) => score.toFixed(4))).toEqual(['3.4000', '1.0000', '0.3800'])
  expect(rows.lead(0, 0)).toBeCloseTo(1.2)
  expect(rows.lead(0, 1)).toBe(0)
  expect(rows.lead(1, 1)).toBeCloseTo(0.05)
  expect(rows.lead(-1, 0)).toBe(0)
})
