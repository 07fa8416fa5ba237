/** Whether the first card answers: what a pack's weights see of a query, and that words from outside cannot upset them. */
import { describe, expect, test } from 'vitest'
import { cardStems, createAnswerReader, LookUps, queryWords } from '../../src/knowledge/answer.ts'
import { featureNames, type Row } from '../../src/knowledge/features.ts'
import type { Rebuttal } from '../../src/knowledge/schema.ts'

const card = {
  title: 'The bridge of Avignon',
  claim: 'Nobody ever danced on the bridge.',
  phrasings: [],
  answer: 'Chroniclers describe dances.',
  details: [],
  tags: ['bridges'],
} as unknown as Rebuttal
const zero = Object.fromEntries(featureNames.map((name) => [name, 0])) as Row
const lookUps: LookUps = { bias: 0, features: zero, present: { bridg: 2 }, missing: { born: -3 }, openings: { when: -1, 'when was': -1 } }

describe('words of a query', () => {
  test('those that the card has, those it has not, and how it begins', () => {
    expect(queryWords('When was the bridge born?', cardStems(card))).toEqual([
      { kind: 'missing', name: 'when' },
      { kind: 'missing', name: 'was' },
      { kind: 'present', name: 'the' },
      { kind: 'present', name: 'bridg' },
      { kind: 'missing', name: 'born' },
      { kind: 'openings', name: 'when' },
      { kind: 'openings', name: 'when was' },
    ])
  })
  test('one word begins with itself alone; none with nothing', () => {
    expect(queryWords('bridge', cardStems(card)).filter(({ kind }) => kind === 'openings')).toEqual([{ kind: 'openings', name: 'bridge' }])
    expect(queryWords('???', cardStems(card))).toEqual([])
  })
})

describe('the chance that it is an answer', () => {
  const chance = createAnswerReader(lookUps)
  test('words speak for and against it', () => {
    expect(chance(zero, 'bridge', card)).toBeCloseTo(1 / (1 + Math.exp(-2)))
    expect(chance(zero, 'when was the bridge born', card)).toBeCloseTo(1 / (1 + Math.exp(3)))
  })
  test('a feature that the file does not know weighs nothing, and one that it alone knows is passed over', () => {
    const chanceBy = createAnswerReader({ ...lookUps, features: { lead: 1, ofAnotherVersion: 100 } })
    expect(chanceBy({ ...zero, lead: 2, names: 50 }, '', card)).toBeCloseTo(1 / (1 + Math.exp(-2)))
  })
  test('names that every object has are words like others', () => {
    expect(chance(zero, 'constructor toString __proto__ hasOwnProperty', card)).toBe(0.5)
  })
})

test('look-ups.json with a weight that is no number is refused', () => {
  expect(LookUps.safeParse(lookUps).success).toBe(true)
  expect(LookUps.safeParse({ ...lookUps, missing: { born: 'much' } }).success).toBe(false)
  expect(LookUps.safeParse({ ...lookUps, features: { lead: null } }).success).toBe(false)
})
