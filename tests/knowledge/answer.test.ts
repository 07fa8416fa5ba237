/** Whether the first card answers: what a pack's weights see of a query, and that words from outside cannot upset them. */
import { describe, expect, test } from 'vitest'
import { type AnswerRow, answerFeatures, cardStems, createAnswerReader, queryWords } from '../../src/knowledge/answer.ts'
import { createCardReader, wordsAsked } from '../../src/knowledge/asked.ts'
import { type LookUps, readLookUps } from '../../src/knowledge/look-ups.ts'
import type { Rebuttal } from '../../src/knowledge/schema.ts'

const card = {
  title: 'The bridge of Avignon',
  claim: 'Nobody ever danced on the bridge.',
  phrasings: [],
  answer: 'Chroniclers describe dances.',
  details: [],
  tags: ['bridges'],
} as unknown as Rebuttal
const zero = Object.fromEntries(answerFeatures.map((name) => [name, 0])) as AnswerRow
const weights = (table: Record<string, number>) => new Map(Object.entries(table))
const answer: LookUps['answer'] = {
  bias: 0,
  features: weights({ lead: 0 }),
  present: weights({ bridg: 2 }),
  missing: weights({ born: -3 }),
  openings: weights({ when: -1, 'when was': -1 }),
}

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
  const chance = createAnswerReader(answer)
  test('words speak for and against it', () => {
    expect(chance(zero, 'bridge', card)).toBeCloseTo(1 / (1 + Math.exp(-2)))
    expect(chance(zero, 'when was the bridge born', card)).toBeCloseTo(1 / (1 + Math.exp(3)))
  })
  test('a feature that the file does not know weighs nothing, and one that it alone knows is passed over', () => {
    const chanceBy = createAnswerReader({ ...answer, features: weights({ lead: 1, ofAnotherVersion: 100 }) })
    expect(chanceBy({ ...zero, lead: 2, names: 50 }, '', card)).toBeCloseTo(1 / (1 + Math.exp(-2)))
  })
  test('names that every object has are words like others', () => {
    expect(chance(zero, 'constructor toString __proto__ hasOwnProperty', card)).toBe(0.5)
  })
})

const file = `[answer]
*\t-120
lead\t50
[present]
bridg\t200
[missing]
born\t-300
[openings]
when was\t-100
[cards]
avignon\t10
venice\t0
*\t0
[words]
bridg\t0:150 1:150
bridg+sigh\t1:300
born\t2:400
danc\t0:200
`
const bytes = (text: string) => new TextEncoder().encode(text)

describe('look-ups.tsv', () => {
  test('is read as it is written', () => {
    const { answer, cards } = readLookUps(bytes(file))
    expect(answer).toEqual({
      bias: -1.2,
      features: weights({ lead: 0.5 }),
      present: weights({ bridg: 2 }),
      missing: weights({ born: -3 }),
      openings: weights({ 'when was': -1 }),
    })
    expect(cards).toMatchObject({ ids: ['avignon', 'venice'], bias: [0.1, 0, 0] })
  })
  test.each([
    ['a weight that is no number', 'bridg\t200', 'bridg\tmuch', '[present] bridg'],
    ['a card that is none of its cards', '0:200', '3:200', '[words] danc'],
    ['a pair without a weight', '0:200', '0:', '[words] danc'],
    ['cards that do not end with none of them', '*\t0\n[words]', '[words]', '[cards]'],
    ['an answer without a bias', '*\t-120\n', '', '[answer]'],
    ['a section that nobody knows', '[cards]', '[else]\nx\t1\n[cards]', '[else]'],
    ['a section that is missing', '[openings]\nwhen was\t-100\n', '', '[openings]'],
  ])('%s is refused, and told where', (_, right, wrong, where) => {
    expect(file).toContain(right)
    expect(() => readLookUps(bytes(file.replace(right, wrong)))).toThrow(expect.objectContaining({ name: 'WeightsFault', where }))
  })
  test('one that was cut off is refused', () => {
    for (const length of [0, 1, 9, file.length - 1]) expect(() => readLookUps(bytes(file.slice(0, length)))).toThrow()
  })
})

describe('which card is asked for', () => {
  const read = createCardReader(readLookUps(bytes(file)).cards)
  const asked = (query: string, meant = new Map<string, string>()) => read(wordsAsked(query, meant))
  test('words, and pairs of neighbours, speak for a card; others for none', () => {
    expect(asked('the bridge: dancing?').get('avignon')?.asked).toBeGreaterThan(0.8)
    expect(asked('bridge sighs').get('venice')?.asked).toBeGreaterThan(0.9)
    expect(asked('sighs about a bridge').get('venice')?.asked).toBeLessThan(0.5)
    for (const { asked: chance, askedOdds } of asked('who was born there').values()) {
      expect(chance).toBeLessThan(0.1)
      expect(askedOdds).toBeLessThan(-3)
    }
  })
  test('the chances are those of the scores: one card against the next, and against none', () => {
    const { asked: chance, askedOdds, askedLead } = asked('dance').get('avignon') ?? expect.unreachable()
    expect(chance).toBeCloseTo(Math.exp(2.1) / (Math.exp(2.1) + 2))
    expect(askedOdds).toBeCloseTo(2.1)
    expect(askedLead).toBeCloseTo(2.1)
    expect(asked('dance').get('venice')?.askedLead).toBeCloseTo(-2.1)
  })
  test('a misspelt word counts for the one that is meant', () => {
    expect(asked('brigde dancing', new Map([['brigd', 'bridg']]))).toEqual(asked('bridge dancing'))
  })
  test('weights beyond all measure still make a chance', () => {
    const heavy = file.replace('bridg\t0:150 1:150', Array.from('abcdefghij', (letter) => `${letter}\t0:9999`).join('\n'))
    const reader = createCardReader(readLookUps(bytes(heavy)).cards)
    const words = reader(wordsAsked('a b c d e f g h i j', new Map()))
    expect(words.get('avignon')).toEqual({ asked: 1, askedOdds: 6, askedLead: 6 })
    expect(words.get('venice')).toMatchObject({ asked: 0, askedLead: -6 })
  })
  test('words that nobody has seen leave it at what is likely anyway', () => {
    const bias = Math.exp(0.1) / (Math.exp(0.1) + 2)
    for (const query of ['', '???', 'constructor __proto__', 'x'.repeat(5000)]) expect(asked(query).get('avignon')?.asked).toBeCloseTo(bias)
  })
})
