/**
 * Learns src/detection/stance-weights.ts. In: the tuning half of the golden sets (never the held-back one) and the packs' phrasings, which
 * are all assertions. Out: the file's text on standard output, and how the half it saw is read.
 */
import { join } from 'node:path'
import { readGolden } from '../cli/eval.ts'
import { createDetector } from '../detection/detector.ts'
import type { Stance } from '../detection/match.ts'
import { focusOf } from '../detection/signals.ts'
import { stanceNames } from '../detection/stance.ts'
import { type StanceFeatures, stanceFeatureNames, stanceFeatures } from '../detection/stance-features.ts'
import { loadPacks } from '../registry.ts'

const root = join(import.meta.dirname, '..', '..')
const option = (name: string): string | undefined => process.argv[process.argv.indexOf(`--${name}`) + 1 || process.argv.length]
const data = option('packs') ?? join(root, 'data')

type Example = { features: StanceFeatures; stance: Stance; weight: number }
const packs = await loadPacks(data)
const detector = createDetector(packs)
const ids = packs.flatMap((pack) => pack.rebuttals.map(({ id }) => id))
function cuesOf(text: string, rebuttal: string): StanceFeatures | undefined {
  const study = detector.study(text)
  const candidate = study?.candidates[ids.indexOf(rebuttal)]
  return study && candidate ? stanceFeatures(study.text, study.reading.tokens, focusOf(candidate, study.reading)) : undefined
}
const examples: Example[] = []
for (const pack of packs) {
  for (const line of await readGolden(join(data, pack.id), 'tuning')) {
    if (!line.rebuttal || line.label === 'near-miss' || line.label === 'off-topic') continue
    const found = cuesOf(line.text, line.rebuttal)
    if (found) examples.push({ features: found, stance: line.label, weight: 1 })
  }
  for (const rebuttal of pack.rebuttals) {
    for (const phrasing of rebuttal.phrasings) {
      const found = cuesOf(phrasing, rebuttal.id)
      if (found) examples.push({ features: found, stance: 'support', weight: 0.1 })
    }
  }
}

const names = ['bias', ...stanceFeatureNames] as const
const weights: Record<Stance, Record<string, number>> = { support: {}, deny: {}, query: {}, comment: {} }
const value = (features: StanceFeatures, name: string): number => (name === 'bias' ? 1 : features[name as keyof StanceFeatures])
const chances = (features: StanceFeatures): number[] => {
  const scores = stanceNames.map((stance) =>
    Math.exp(names.reduce((sum, name) => sum + (weights[stance][name] ?? 0) * value(features, name), 0)),
  )
  const total = scores.reduce((sum, score) => sum + score, 0)
  return scores.map((score) => score / total)
}
const total = examples.reduce((sum, one) => sum + one.weight, 0)
const ridge = 0.004
for (let step = 0; step < 3000; step += 1) {
  const slope: Record<Stance, Record<string, number>> = { support: {}, deny: {}, query: {}, comment: {} }
  for (const { features, stance, weight } of examples) {
    const guess = chances(features)
    stanceNames.forEach((name, index) => {
      const error = (((guess[index] ?? 0) - (name === stance ? 1 : 0)) * weight) / total
      if (error) for (const feature of names) slope[name][feature] = (slope[name][feature] ?? 0) + error * value(features, feature)
    })
  }
  for (const stance of stanceNames) {
    for (const name of names) {
      const old = weights[stance][name] ?? 0
      weights[stance][name] = old - 1.5 * ((slope[stance][name] ?? 0) + (name === 'bias' ? 0 : ridge * old))
    }
  }
}
const right = examples.filter(({ features, stance }) => {
  const guess = chances(features)
  return stanceNames[guess.indexOf(Math.max(...guess))] === stance
})
console.error(
  `${examples.length} examples, ${((100 * right.length) / examples.length).toFixed(1)} % read rightly (the half it learned from)`,
)
const table = stanceNames.map(
  (stance) => `  ${stance}: { ${names.map((name) => `${name}: ${(weights[stance][name] ?? 0).toFixed(2)}`).join(', ')} },`,
)
console.log(
  `/** Weights of the stance model, as src/tools/train-stance.ts prints them. In: nothing. Out: a table. */\nimport type { Stance } from './match.ts'\n\nexport const stanceWeights: Record<Stance, Record<string, number>> = {\n${table.join('\n')}\n}`,
)
