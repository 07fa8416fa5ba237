/** What the trainers write is read as what they have learned, whatever the names are. */
import { expect, test } from 'vitest'
import { type LookUpWeights, learnedFrom, lookUpsFrom, type Weights } from '../../src/tools/weights-text.ts'

const none: Record<string, never> = {}
const weights: Weights = {
  // A rebuttal may be named by its year: an object would have these in another order than the list has.
  claims: ['july-days', '1917', '905', 'april-theses'],
  bias: [0.1, 0.2, 0.3, 0.4, 0.5],
  evidence: { pattern: 1, patterns: 2, saying: 3, mass: 4, share: 5, margin: 6 },
  concepts: {},
  stems: { '1917': [[1, 2]], april: [[3, 2]] },
  stance: { bias: [1, 2, 3, 4], cues: {}, frame: {}, about: { 'july-days': none, '1917': none, '905': none, 'april-theses': none } },
}
const answer = { bias: 1, features: new Map(), present: new Map([['1917', 1]]), missing: new Map(), openings: new Map() }
const lookUps: LookUpWeights = { answer, cards: { ids: weights.claims, bias: weights.bias, words: weights.stems } }

test('ids that are years keep their numbers', () => {
  const { claims, bias } = learnedFrom(weights)
  expect({ claims, bias }).toEqual({ claims: weights.claims, bias: weights.bias })
  const { cards } = lookUpsFrom(lookUps)
  expect({ ids: cards.ids, bias: cards.bias }).toEqual({ ids: weights.claims, bias: weights.bias })
})

test('a name that could not be told from what stands around it is refused', () => {
  for (const name of ['', 'a\tb', 'a\nb', '[a'])
    expect(() => learnedFrom({ ...weights, stems: { [name]: [[0, 1]] } })).toThrow(/name of a weight/)
})
