/**
 * Learns a pack's look-ups.json: when the first card found answers a query. In: golden/ask.jsonl of the pack (never the half held back), its
 * learned.json and the order of src/knowledge/rank-weights.ts, so it runs after train-pack.ts and train-search.ts; --pack ID. Out: that
 * file, and what five folds say of look-ups that the weights had not seen.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createDetector } from '../detection/detector.ts'
import { cardStems, createAnswerReader, LookUps, queryWords } from '../knowledge/answer.ts'
import { featureNames, type Row } from '../knowledge/features.ts'
import { leadOf, rankScore } from '../knowledge/rank.ts'
import type { Pack, Rebuttal } from '../knowledge/schema.ts'
import { createSearch } from '../knowledge/search.ts'
import { loadPacks } from '../registry.ts'
import { type AskLine, readAsk } from './bench/ask-set.ts'
import { fitSoftmax } from './softmax.ts'

const root = join(import.meta.dirname, '..', '..')
const folds = 5
/** Telling people something wrong is worse than telling them that nothing is known. */
const weightOfNothing = 1.5
/** Weights below this are left out. */
const leastWeight = 0.05

const option = (name: string): string | undefined => process.argv[process.argv.indexOf(`--${name}`) + 1 || process.argv.length]
const packs = await loadPacks(join(root, 'data'))
const pack = packs.find(({ id }) => id === (option('pack') ?? packs[0]?.id)) as Pack
const byId = new Map(pack.rebuttals.map((rebuttal) => [rebuttal.id, rebuttal]))
const search = createSearch(pack.rebuttals, { concepts: pack.concepts, claimsIn: createDetector([pack]).claimsIn })

/** A look-up with the first card found; `place` of the right one, -1 where it is not found. */
type Lesson = { line: AskLine; card: Rebuttal; row: Row; place: number }

function lessonOf(line: AskLine): Lesson | undefined {
  const found = search
    .features(line.query)
    .map((one) => ({ ...one, rank: rankScore(one.features) }))
    .sort((a, b) => b.rank - a.rank)
  const [first] = found
  const card = byId.get(first?.rebuttal ?? '')
  if (!first || !card) return undefined
  const right = [line.rebuttal, ...line.also]
  const row = { ...first.features, lead: leadOf(found.map(({ rank }) => rank)) }
  return { line, card, row, place: found.findIndex(({ rebuttal }) => right.includes(rebuttal)) }
}

function learn(lessons: readonly Lesson[]): LookUps {
  const scale = featureNames.map((name) => {
    const values = lessons.map(({ row }) => row[name])
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
    return { name, mean, spread }
  })
  const usable = scale.filter(({ spread }) => spread > 0)
  const examples = lessons.map(({ line, card, row, place }) => ({
    names: queryWords(line.query, cardStems(card)).map(({ kind, name }) => `${kind}:${name}`),
    values: usable.map(({ name, mean, spread }) => (row[name] - mean) / spread),
    right: [place === 0 ? 1 : 0],
    weight: line.rebuttal ? 1 : weightOfNothing,
  }))
  const fitted = fitSoftmax(examples, { classes: 2, values: usable.length, rounds: 60, rate: 0.1, decay: 0.02, least: 2 })
  const difference = ([no = 0, yes = 0]: readonly number[]) => yes - no
  const features: LookUps['features'] = {}
  let bias = difference(fitted.bias)
  usable.forEach(({ name, mean, spread }, index) => {
    const weight = difference(fitted.values[index] ?? []) / spread
    features[name] = round(weight)
    bias -= weight * mean
  })
  const wordsOf = (kind: string) =>
    Object.fromEntries(
      [...fitted.rows]
        .filter(([name]) => name.startsWith(`${kind}:`))
        .map(([name, row]) => [name.slice(kind.length + 1), round(difference(row))] as const)
        .filter(([, weight]) => Math.abs(weight) >= leastWeight)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  return {
    bias: round(bias),
    features,
    present: wordsOf('present'),
    missing: wordsOf('missing'),
    openings: wordsOf('openings'),
  }
}
const round = (value: number): number => Math.round(value * 1000) / 1000

const lines = await readAsk(join(root, 'data', pack.id), 'tuning')
const lessons = lines.map((line, index) => ({ lesson: lessonOf(line), fold: index % folds, line }))
const known = (list: typeof lessons): Lesson[] => list.flatMap(({ lesson }) => lesson ?? [])
const judged = Array.from({ length: folds }, (_, fold) => {
  const chance = createAnswerReader(learn(known(lessons.filter((one) => one.fold !== fold))))
  return lessons
    .filter((one) => one.fold === fold)
    .map(({ lesson, line }) => ({
      line,
      place: lesson?.place ?? -1,
      chance: lesson ? chance(lesson.row, line.query, lesson.card) : 0,
    }))
}).flat()
for (const bar of [0.3, 0.35, 0.4, 0.45, 0.5]) {
  const share = (list: typeof judged, test: (one: (typeof judged)[number]) => boolean) =>
    (list.filter(test).length / list.length).toFixed(3)
  const asked = judged.filter(({ line }) => line.rebuttal)
  const within = (most: number) => share(asked, ({ place, chance }) => chance >= bar && place >= 0 && place < most)
  const abstains = share(
    judged.filter(({ line }) => !line.rebuttal),
    ({ chance }) => chance < bar,
  )
  console.log(`${folds} folds, bar ${bar}: first ${within(1)}, among three ${within(3)}, abstains ${abstains}`)
}
const learned = LookUps.parse(learn(known(lessons)))
await writeFile(join(root, 'data', pack.id, 'look-ups.json'), `${JSON.stringify(learned, null, 1)}\n`)
console.log(
  `data/${pack.id}/look-ups.json: ${Object.keys(learned.present).length} words present, ${Object.keys(learned.missing).length} missing`,
)
