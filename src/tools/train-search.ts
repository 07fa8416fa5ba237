/**
 * Learns the weights of src/knowledge/rank.ts. In: golden/ask.jsonl of the packs, and the tuning half's questions and near misses.
 * Out: the weights as source, to be pasted, and what they reach on the half they saw.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readGolden } from '../cli/eval.ts'
import { type RankFeatures, rankWeights } from '../knowledge/rank.ts'
import { createSearch } from '../knowledge/search.ts'
import { loadPacks } from '../registry.ts'

const root = join(import.meta.dirname, '..', '..')
const packs = await loadPacks(join(root, 'data'))
const search = createSearch(packs.flatMap((pack) => pack.rebuttals))
type Example = { features: RankFeatures; isRight: boolean; weight: number }
const examples: Example[] = []
const add = (query: string, right: readonly string[], weight: number) => {
  for (const { rebuttal, features } of search.features(query)) examples.push({ features, isRight: right.includes(rebuttal), weight })
}
for (const pack of packs) {
  const text = await readFile(join(root, 'data', pack.id, 'golden', 'ask.jsonl'), 'utf8')
  for (const line of text.split('\n').filter(Boolean)) {
    const { query, rebuttal, also } = JSON.parse(line) as { query: string; rebuttal: string | null; also: string[] }
    add(query, rebuttal ? [rebuttal, ...also] : [], rebuttal ? 1 : 2)
  }
  for (const line of await readGolden(join(root, 'data', pack.id), 'tuning')) {
    if (line.label === 'query' || line.label === 'support') add(line.text, line.rebuttal ? [line.rebuttal, ...line.also] : [], 0.3)
    if (line.label === 'off-topic' || line.label === 'near-miss') add(line.text, [], 0.5)
  }
}
const names = Object.keys(rankWeights).filter((name) => name !== 'bias') as (keyof RankFeatures)[]
const learned: Record<string, number> = { ...rankWeights }
const total = examples.reduce((sum, one) => sum + one.weight, 0)
for (let step = 0; step < 3000; step += 1) {
  const slope: Record<string, number> = { bias: 0 }
  for (const name of names) slope[name] = 0.001 * (learned[name] ?? 0)
  for (const { features, isRight, weight } of examples) {
    const sum = names.reduce((all, name) => all + (learned[name] ?? 0) * features[name], learned.bias ?? 0)
    const error = ((1 / (1 + Math.exp(-sum)) - (isRight ? 1 : 0)) * weight) / total
    slope.bias = (slope.bias ?? 0) + error
    for (const name of names) slope[name] = (slope[name] ?? 0) + error * features[name]
  }
  for (const name of ['bias', ...names]) learned[name] = (learned[name] ?? 0) - 3 * (slope[name] ?? 0)
}
console.log(`{ ${['bias', ...names].map((name) => `${name}: ${(learned[name] ?? 0).toFixed(2)}`).join(', ')} }`)
