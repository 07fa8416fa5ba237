/**
 * Learns the weights of src/detection/calibration.ts. In: the tuning half (never the held-back one) and, with --chatter FILE, real chat lines
 * that repeat no claim. Out: the weights as source, to be pasted; and what they reach on the half they saw.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readGolden } from '../cli/eval.ts'
import { weights as current, type Features } from '../detection/calibration.ts'
import { createDetector } from '../detection/detector.ts'
import { loadPacks } from '../registry.ts'

const root = join(import.meta.dirname, '..', '..')
const option = (name: string): string | undefined => process.argv[process.argv.indexOf(`--${name}`) + 1 || process.argv.length]

type Example = { features: Features; isClaim: boolean; weight: number }

const data = option('packs') ?? join(root, 'data')
const packs = await loadPacks(data)
const detector = createDetector(packs)
const ids = packs.flatMap((pack) => pack.rebuttals.map(({ id }) => id))
/** Rebuttals for which anything at all speaks. */
const candidates = (text: string) =>
  (detector.study(text)?.candidates ?? [])
    .filter(({ hits, termScore }) => hits.length > 0 || termScore > 0)
    .map(({ rebuttal, features }) => ({ rebuttal: ids[rebuttal] ?? '', features }))
const examples: Example[] = []
for (const pack of packs) {
  for (const line of await readGolden(join(data, pack.id), 'tuning')) {
    for (const { rebuttal, features } of candidates(line.text)) {
      if (line.also.includes(rebuttal)) continue
      examples.push({ features, isClaim: rebuttal === line.rebuttal, weight: 1 })
    }
  }
}
const chatter = option('chatter')
if (chatter) {
  const lines = (await readFile(chatter, 'utf8')).split('\n').filter((_, index) => index % 6 === 0)
  for (const line of lines) for (const { features } of candidates(line)) examples.push({ features, isClaim: false, weight: 0.05 })
}

/** Gradient descent on the logistic loss with a light ridge; plain, and the same on every run. */
const names = Object.keys(current).filter((name) => name !== 'bias') as (keyof Features)[]
const learned: Record<string, number> = { ...current }
const total = examples.reduce((sum, one) => sum + one.weight, 0)
const ridge = 0.002
for (let step = 0; step < 1500; step += 1) {
  const rate = step < 1000 ? 1 : 0.3
  const slope: Record<string, number> = { bias: 0 }
  for (const name of names) slope[name] = ridge * (learned[name] ?? 0)
  for (const { features, isClaim, weight } of examples) {
    const sum = names.reduce((all, name) => all + (learned[name] ?? 0) * features[name], learned.bias ?? 0)
    const error = ((1 / (1 + Math.exp(-sum)) - (isClaim ? 1 : 0)) * weight) / total
    slope.bias = (slope.bias ?? 0) + error
    for (const name of names) slope[name] = (slope[name] ?? 0) + error * features[name]
  }
  for (const name of ['bias', ...names]) learned[name] = (learned[name] ?? 0) - rate * 4 * (slope[name] ?? 0)
}
console.log(`${examples.length} examples, ${examples.filter((one) => one.isClaim).length} of them claims`)
console.log(
  `export const weights: Features & { bias: number } = {\n${['bias', ...names].map((name) => `  ${name}: ${(learned[name] ?? 0).toFixed(3)},`).join('\n')}\n}`,
)
