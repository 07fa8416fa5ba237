/**
 * Learns a pack's look-ups.tsv: which card the words of a query ask for, and when the first card found answers it. In: golden/ask.jsonl of
 * the pack and its tuning half (never what is held back), its cards, its learned.tsv and the order of src/knowledge/rank-weights.ts, so it
 * runs after train-pack.ts and train-search.ts; --pack ID, --packs DIR. Out: that file, and what five folds say of look-ups that the weights had
 * not seen.
 */
import { join } from 'node:path'
import { readGolden } from '../cli/eval.ts'
import { createDetector } from '../detection/detector.ts'
import { type AnswerRow, answerFeatures, cardStems, createAnswerReader, queryWords } from '../knowledge/answer.ts'
import { type CardReader, createCardReader, notAsked } from '../knowledge/asked.ts'
import { type LookUps, readLookUps } from '../knowledge/look-ups.ts'
import { inOrder, leadOf } from '../knowledge/rank.ts'
import type { Rebuttal } from '../knowledge/schema.ts'
import { createSearch } from '../knowledge/search.ts'
import { type AskLine, readAsk } from './bench/ask-set.ts'
import { type CardLesson, learnCardWords } from './card-words.ts'
import { readOptions, refuse } from './options.ts'
import { fitSoftmax } from './softmax.ts'
import { linesFor, packToTrain, sentencesOf, writeWeights } from './training.ts'
import { type LookUpWeights, lookUpsFrom, lookUpsText } from './weights-text.ts'

const root = join(import.meta.dirname, '..', '..')
const folds = 5
/** Telling people something wrong is worse than telling them that nothing is known. */
const weightOfNothing = 1.5
/** Weights below this are left out. */
const leastWeight = 0.05

const { values: options } = readOptions(
  { options: { pack: { type: 'string' }, packs: { type: 'string', default: join(root, 'data') } } },
  'There are --pack ID and --packs DIR.',
)
const data = options.packs
const pack = await packToTrain(data, options.pack, ['look-ups'])
const byId = new Map(pack.rebuttals.map((rebuttal) => [rebuttal.id, rebuttal]))
const search = createSearch(pack.rebuttals, { concepts: pack.concepts, claimsIn: createDetector([pack]).claimsIn })

const golden = await linesFor(pack, 'ask.jsonl', readAsk(join(data, pack.id), 'tuning'))
// Learned from one kind alone, everything would be an answer, or nothing.
if (!golden.some(({ rebuttal }) => rebuttal) || golden.every(({ rebuttal }) => rebuttal))
  refuse(
    `${pack.id}/golden/ask.jsonl must have look-ups that a card answers and others that none does. Without the file leave look-ups.tsv out: the general weights serve.`,
  )
const lines = golden.map((line, index) => {
  const { query, rebuttal, also } = line
  return {
    line,
    fold: index % folds,
    words: search.words(query),
    cards: rebuttal ? [rebuttal, ...also] : [],
    found: search.features(query),
  }
})
type Line = (typeof lines)[number]

/** What else tells how people speak of a card: its own words, and messages; they are no look-ups and count for less. */
const weightOf = { lookUp: 1, saying: 0.7, detail: 0.5, message: 0.3 }
const lesson = (text: string, cards: readonly string[], weight: number): CardLesson => ({ words: search.words(text), cards, weight })
const fromCards = pack.rebuttals.flatMap(({ id, title, claim, phrasings, answer, details }) => [
  ...[title, claim, ...phrasings].map((text) => lesson(text, [id], weightOf.saying)),
  ...[answer, ...details].flatMap(sentencesOf).map((text) => lesson(text, [id], weightOf.detail)),
])
const messages = await linesFor(pack, 'tuning.jsonl', readGolden(join(data, pack.id), 'tuning'))
const fromMessages = messages.flatMap(({ text, label, rebuttal, also }) => {
  const isAbout = label === 'support' || label === 'query'
  return isAbout || label === 'near-miss' ? [lesson(text, isAbout && rebuttal ? [rebuttal, ...also] : [], weightOf.message)] : []
})
/** Each pair of neighbours in a message is new: only those that look-ups have are worth a place. */
const asked = new Set(lines.flatMap(({ words }) => words))
const known = fromMessages.map((one) => ({ ...one, words: one.words.filter((word) => asked.has(word)) }))
const learnCards = (list: readonly Line[]): LookUpWeights['cards'] =>
  learnCardWords(
    pack.rebuttals.map(({ id }) => id),
    [...list.map(({ words, cards }) => ({ words, cards, weight: weightOf.lookUp })), ...fromCards, ...known],
  )

const noAnswer: LookUps['answer'] = { bias: 0, features: new Map(), present: new Map(), missing: new Map(), openings: new Map() }

/** A look-up with the first card found; `place` of the right one, -1 where it is not found. */
type Lesson = { line: AskLine; card: Rebuttal; row: AnswerRow; place: number }

function lessonOf({ line, words, cards, found }: Line, read: CardReader): Lesson | undefined {
  const said = read(words)
  const list = inOrder(found, (id) => said.get(id)?.asked ?? 0)
  const [first] = list
  const card = byId.get(first?.rebuttal ?? '')
  if (!first || !card) return undefined
  const row = { ...first.features, ...(said.get(card.id) ?? notAsked), lead: leadOf(list.map(({ rank }) => rank)) }
  return { line, card, row, place: list.findIndex(({ rebuttal }) => cards.includes(rebuttal)) }
}

function learn(lessons: readonly Lesson[]): LookUps['answer'] {
  const scale = answerFeatures.map((name) => {
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
  const features = new Map<string, number>()
  let bias = difference(fitted.bias)
  usable.forEach(({ name, mean, spread }, index) => {
    const weight = difference(fitted.values[index] ?? []) / spread
    features.set(name, weight)
    bias -= weight * mean
  })
  const wordsOf = (kind: string) =>
    new Map(
      [...fitted.rows]
        .filter(([name]) => name.startsWith(`${kind}:`))
        .map(([name, row]) => [name.slice(kind.length + 1), difference(row)] as const)
        .filter(([, weight]) => Math.abs(weight) >= leastWeight)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  return {
    bias,
    features,
    present: wordsOf('present'),
    missing: wordsOf('missing'),
    openings: wordsOf('openings'),
  }
}

/**
 * What the words say of a look-up that taught them proves nothing: each fifth of the look-ups is read by words learned from the others, here
 * and for what is learned from them.
 */
const unseen = Array.from({ length: folds }, (_, fold) => {
  const cards = learnCards(lines.filter((one) => one.fold !== fold))
  const read = createCardReader(lookUpsFrom({ answer: noAnswer, cards }).cards)
  return lines.filter((one) => one.fold === fold).map((one) => ({ ...one, lesson: lessonOf(one, read) }))
}).flat()
const lessons = (list: typeof unseen): Lesson[] => list.flatMap(({ lesson }) => lesson ?? [])
const judged = Array.from({ length: folds }, (_, fold) => {
  const chance = createAnswerReader(learn(lessons(unseen.filter((one) => one.fold !== fold))))
  return unseen
    .filter((one) => one.fold === fold)
    .map(({ lesson, line }) => ({
      line,
      place: lesson?.place ?? -1,
      chance: lesson ? chance(lesson.row, line.query, lesson.card) : 0,
    }))
}).flat()
// About the bar of src/knowledge/search.ts, which is chosen by them.
for (const bar of [0.2, 0.25, 0.3, 0.35, 0.4]) {
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
const weights = { answer: learn(lessons(unseen)), cards: learnCards(lines) }
const file = await writeWeights(data, pack, 'look-ups.tsv', lookUpsText(weights), readLookUps)
console.log(
  `${file}: ${weights.answer.present.size} words present, ${weights.answer.missing.size} missing, ${Object.keys(weights.cards.words).length} that ask for cards`,
)
