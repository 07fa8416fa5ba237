/**
 * Whether the first card found answers the query at all. In: its features, the query's words, and what its pack has learned from look-ups
 * (look-ups.tsv, made by src/tools/train-look-ups.ts). Out: a chance. A pack without that file is judged by the general weights.
 */
import { type Asked, askedNames } from './asked.ts'
import { featureNames, type Row } from './features.ts'
import type { AnswerWeights } from './look-ups.ts'
import { writtenWords } from './query.ts'
import { weigh } from './rank.ts'
import { answerWeights } from './rank-weights.ts'
import type { Rebuttal } from './schema.ts'
import { fold, stemOf, textLimit } from './text.ts'

export type QueryWord = { kind: 'present' | 'missing' | 'openings'; name: string }

/** What a pack's weights see of a query beside its features. */
export function queryWords(query: string, card: ReadonlySet<string>): QueryWord[] {
  const words = writtenWords(query.slice(0, textLimit)).map(({ word }) => fold(word))
  const stems = new Set(words.map(stemOf))
  const openings = [words[0], `${words[0]} ${words[1]}`].slice(0, words.length)
  return [
    ...[...stems].map((name) => ({ kind: card.has(name) ? ('present' as const) : ('missing' as const), name })),
    ...openings.map((name) => ({ kind: 'openings' as const, name: name ?? '' })),
  ]
}

/** Every stem of a rebuttal's text, stopwords too. */
export function cardStems({ title, claim, phrasings, answer, details, tags }: Rebuttal): ReadonlySet<string> {
  const texts = [title, claim, ...phrasings, answer, ...details, ...tags]
  return new Set(texts.flatMap((text) => writtenWords(text)).map(({ word }) => stemOf(fold(word))))
}

const chanceOf = (score: number): number => 1 / (1 + Math.exp(-score))

export const answerChance = (row: Row): number => chanceOf(answerWeights.bias + weigh(row, answerWeights))

/** What is known of the first card found. */
export type AnswerRow = Row & Asked
export const answerFeatures = [...featureNames, ...askedNames] as const

/** The chance by a pack's own weights, for the first card found and its row of features. */
export type AnswerReader = (row: AnswerRow, query: string, card: Rebuttal) => number

export function createAnswerReader({ bias, features, ...tables }: AnswerWeights): AnswerReader {
  const byFeature = answerFeatures.flatMap((name) => {
    const weight = features.get(name)
    return weight === undefined ? [] : [{ name, weight }]
  })
  const stemsOf = new WeakMap<Rebuttal, ReadonlySet<string>>()
  return (row, query, card) => {
    let stems = stemsOf.get(card)
    if (!stems) {
      stems = cardStems(card)
      stemsOf.set(card, stems)
    }
    let score = bias
    for (const { name, weight } of byFeature) score += weight * row[name]
    for (const { kind, name } of queryWords(query, stems)) score += tables[kind].get(name) ?? 0
    return chanceOf(score)
  }
}
