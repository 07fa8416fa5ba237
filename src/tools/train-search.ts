/**
 * Learns src/knowledge/rank-weights.ts: one order for posts and look-ups alike, and when the first is an answer. In: --data DIR (a set in the
 * format of CheckThat! 2020, of which only the folder "train" is read), golden/ask.jsonl and the tuning half of the packs. Out: that file's
 * source on standard output, what cross-validation says on standard error. The halves that are held back are not read.
 */
import { join } from 'node:path'
import { readGolden } from '../cli/eval.ts'
import { createDetector } from '../detection/detector.ts'
import { featureNames, type Row } from '../knowledge/features.ts'
import { leadOf } from '../knowledge/rank.ts'
import { createSearch, type Search } from '../knowledge/search.ts'
import { loadPacks } from '../registry.ts'
import { readAsk } from './bench/ask-set.ts'
import { averagePrecision } from './bench/retrieval.ts'
import { readRetrievalSet } from './bench/retrieval-set.ts'
import { dot, type Example, fitChance, fitList, type List } from './fit.ts'
import { readOptions, refuse } from './options.ts'

const root = join(import.meta.dirname, '..', '..')
const folds = 5
/** Look-ups are few beside the posts; lines written for detection are longer than look-ups and count for less. */
const weightOf = { post: 1, ask: 2, line: 0.03, nothing: 1.5, misspelt: 1.5 }

type Query = List & { claims: string[]; right: boolean[]; found: string[]; group: string }

const rowOf = (features: Row): Float64Array => Float64Array.from(featureNames, (name) => features[name])

function queryOf(search: Search, text: string, claims: string[], weight: number): Query {
  const found = search.features(text)
  return {
    claims,
    found: found.map((one) => one.rebuttal),
    rows: found.map((one) => rowOf(one.features)),
    right: found.map((one) => claims.includes(one.rebuttal)),
    weight,
    group: claims[0] ?? text,
  }
}

/** Every word of five letters or more without its third, or with the last two exchanged: what fingers do. */
const mistyped = (query: string): string =>
  query
    .split(' ')
    .map((word, place) =>
      word.length < 5 ? word : place % 2 ? `${word.slice(0, -2)}${word.at(-1)}${word.at(-2)}` : word.slice(0, 2) + word.slice(3),
    )
    .join(' ')

async function readPosts(folder: string): Promise<Query[]> {
  const { rebuttals, splits } = await readRetrievalSet(folder).catch((error: Error) =>
    refuse(`The set in ${folder} can not be read: ${error.message}`),
  )
  const search = createSearch(rebuttals)
  const train = splits.find((split) => split.name === 'train') ?? refuse(`${folder} has no folder "train": nothing else is learned from.`)
  return train.asked.map(({ text, right }) => queryOf(search, text, [...right], weightOf.post))
}

async function readLookUps(): Promise<{ asked: Query[]; misspelt: Query[]; lines: Query[] }> {
  const packs = await loadPacks(join(root, 'data'), ['look-ups'])
  const rebuttals = packs.flatMap((pack) => pack.rebuttals)
  const concepts = Object.assign({}, ...packs.map((pack) => pack.concepts))
  const search = createSearch(rebuttals, { concepts, claimsIn: createDetector(packs).claimsIn })
  // The packs' weights were learned on these very lines: what they say of them proves nothing, so the lines are read without.
  const unlearned = createSearch(rebuttals, { concepts })
  const asked: Query[] = []
  const misspelt: Query[] = []
  const lines: Query[] = []
  for (const pack of packs) {
    for (const { query, rebuttal, also } of await readAsk(join(root, 'data', pack.id), 'tuning')) {
      const right = rebuttal ? [rebuttal, ...also] : []
      asked.push({ ...queryOf(search, query, right, weightOf.ask), group: query })
      misspelt.push({ ...queryOf(search, mistyped(query), right, weightOf.misspelt), group: query })
    }
    for (const { text, label, rebuttal, also } of await readGolden(join(root, 'data', pack.id), 'tuning')) {
      if (label === 'deny' || label === 'comment') continue
      const isClaim = label === 'support' || label === 'query'
      lines.push(queryOf(unlearned, text, isClaim && rebuttal ? [rebuttal, ...also] : [], weightOf.line))
    }
  }
  return { asked, misspelt, lines }
}

const ranked = ({ rows, found, right }: Query, weights: Float64Array) =>
  rows
    .map((row, place) => ({ row, id: found[place] as string, isRight: right[place] as boolean, score: dot(weights, row) }))
    .sort((a, b) => b.score - a.score)

/** For each query its first hit: an answer or not. */
const firstHits = (queries: readonly Query[], weights: Float64Array): Example[] =>
  queries.flatMap((query) => {
    const list = ranked(query, weights)
    const [first] = list
    const weight = query.claims.length ? query.weight : query.weight * weightOf.nothing
    return first ? [{ row: withLead(list), isRight: first.isRight, weight }] : []
  })

const leadAt = featureNames.indexOf('lead')
function withLead(list: readonly { row: Float64Array; score: number }[]): Float64Array {
  const row = Float64Array.from(list[0]?.row ?? [])
  row[leadAt] = leadOf(list.map(({ score }) => score))
  return row
}

const learnOrder = (queries: readonly Query[]) => fitList(queries, 1, 250)
const learnAnswer = (queries: readonly Query[], order: Float64Array) => fitChance(firstHits(queries, order), 3, 500)

/** By a hash of the group, so that a claim's posts are all in one fold. */
function foldOf(group: string): number {
  let hash = 7
  for (const unit of group) hash = (Math.imul(hash, 131) + (unit.codePointAt(0) ?? 0)) | 0
  return Math.abs(hash >> 3) % folds
}

const mean = (list: readonly number[]): string => (list.reduce((sum, one) => sum + one, 0) / (list.length || 1)).toFixed(4)

function crossValidate(posts: readonly Query[], asked: readonly Query[], misspelt: readonly Query[], lines: readonly Query[]): void {
  const precision: number[] = []
  const chances: { chance: number; place: number; has: boolean }[] = []
  for (let fold = 0; fold < folds; fold += 1) {
    const kept = (query: Query) => foldOf(query.group) !== fold
    const order = learnOrder([...posts.filter(kept), ...asked.filter(kept), ...lines])
    const { bias, weights } = learnAnswer([...asked.filter(kept), ...misspelt.filter(kept), ...lines], order)
    for (const query of posts) {
      const ids = ranked(query, order).map((one) => one.id)
      if (!kept(query)) precision.push(averagePrecision(ids, new Set(query.claims)))
    }
    for (const query of asked) {
      if (kept(query)) continue
      const list = ranked(query, order)
      const chance = list.length ? 1 / (1 + Math.exp(-bias - dot(weights, withLead(list)))) : 0
      chances.push({ chance, place: list.findIndex((one) => one.isRight), has: query.claims.length > 0 })
    }
  }
  console.error(`cross-validated: MAP@5 on posts ${mean(precision)}`)
  const known = chances.filter((one) => one.has)
  const unknown = chances.filter((one) => !one.has)
  for (const bar of [0.2, 0.25, 0.3, 0.35, 0.4, 0.5]) {
    const within = (most: number) => mean(known.map(({ chance, place }) => Number(chance >= bar && place >= 0 && place < most)))
    console.error(
      `  bar ${bar}: first ${within(1)}, among three ${within(3)}, abstains ${mean(unknown.map(({ chance }) => Number(chance < bar)))}`,
    )
  }
}

const { values: options } = readOptions({ options: { data: { type: 'string' } } }, 'There is --data DIR.')
const posts = await readPosts(options.data ?? refuse('train-search needs --data DIR: a set in the format of CheckThat! 2020, Task 2.'))
const { asked, misspelt, lines } = await readLookUps()
crossValidate(posts, asked, misspelt, lines)
const order = learnOrder([...posts, ...asked, ...lines])
const answer = learnAnswer([...asked, ...misspelt, ...lines], order)
/** Three places, and no zero with a sign. */
const rounded = (weight: number): number => Number(weight.toFixed(3)) || 0
const table = (weights: Float64Array) => featureNames.map((name, place) => `  ${name}: ${rounded(weights[place] as number)},`).join('\n')
console.log(`/** What each feature is worth. Learned by src/tools/train-search.ts, which prints this file; not to be edited by hand. */
import type { FeatureName } from './features.ts'

/** The order of the candidates of one query. */
export const rankWeights: Readonly<Record<FeatureName, number>> = {
${table(order)}
}

/** Whether the first of them is an answer: a logistic model. */
export const answerWeights: Readonly<Record<FeatureName | 'bias', number>> = {
  bias: ${rounded(answer.bias)},
${table(answer.weights)}
}`)
