/**
 * Learns a pack's learned.tsv. In: the pack's tuning lines (never the held-back half), phrasings, details and facts, data/frames.jsonl; with
 * --chatter FILE real chat lines that repeat no claim; --pack ID. Out: data/<pack>/learned.tsv, and what the weights reach on lines they had not seen
 * (four folds, --folds 0 leaves that out). Same input, same weights: orders are drawn from a seed.
 *
 * Two linear models. Which claim: a softmax over the pack's claims and "none", on concepts, stems and the other kinds of evidence.
 * Which stance: a softmax over the four, on cues, the frame around the claim, and what is said about this claim: the sentences of a
 * rebuttal's own details teach what its refutation sounds like, its phrasings what its believers say. Assertions laid into frames of every
 * stance teach that the frame decides.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GoldenLine, readGolden } from '../cli/eval.ts'
import { createDetector, type Study } from '../detection/detector.ts'
import { frameOf } from '../detection/frame.ts'
import { aboutNames, compileModel, distinct, type PackModel } from '../detection/pack-model.ts'
import { stanceNames } from '../detection/stance.ts'
import { stanceFeatureNames, stanceFeatures } from '../detection/stance-features.ts'
import { type Learned, packEvidence, readLearned } from '../knowledge/learned.ts'
import { framedBy, readFrames } from './frames.ts'
import { numberOption, readOptions, refuse } from './options.ts'
import { type Example, type Fitted, fitSoftmax } from './softmax.ts'
import { linesFor, packToTrain, sentencesOf, writeWeights } from './training.ts'
import { learnedFrom, learnedText, type Weights } from './weights-text.ts'

const root = join(import.meta.dirname, '..', '..')
const { values: options } = readOptions(
  {
    options: {
      pack: { type: 'string' },
      packs: { type: 'string', default: join(root, 'data') },
      chatter: { type: 'string' },
      folds: { type: 'string', default: '4' },
    },
  },
  'There are --pack ID, --packs DIR, --chatter FILE and --folds N.',
)
const folds = numberOption('folds', options.folds, { least: 0 })
const { chatter } = options
const data = options.packs
const pack = await packToTrain(data, options.pack, ['learned', 'look-ups'])
const ids = pack.rebuttals.map(({ id }) => id)
const none = ids.length
const detector = createDetector([pack])
const { vocabulary } = detector

type Line = Pick<GoldenLine, 'text' | 'label' | 'rebuttal' | 'also'>
type Lesson = { line: Line; study: Study; weight: number }
const lessonsOf = (lines: readonly Line[], weight: (line: Line) => number): Lesson[] =>
  lines.flatMap((line) => {
    const study = detector.study(line.text)
    return study ? [{ line, study, weight: weight(line) }] : []
  })
const nothing = (text: string): Line => ({ text, label: 'off-topic', rebuttal: null, also: [] })
const about = (text: string, rebuttal: string, label: Line['label']): Line => ({ text, label, rebuttal, also: [] })

const tuning = await linesFor(pack, 'tuning.jsonl', readGolden(join(data, pack.id), 'tuning'))
const golden = lessonsOf(tuning, ({ label }) => (label === 'deny' ? 0.5 : 1))
const phrasings = lessonsOf(
  pack.rebuttals.flatMap(({ id, title, claim, phrasings }) => [claim, title, ...phrasings].map((text) => about(text, id, 'support'))),
  () => 0.7,
)
/** Short plain assertions: what frames are laid around, beside claims and phrasings. */
const notPlain = /[?"“]|\b(?:not|no|nah|nope|never|myth|believe|think|say|says|tbh|lol|imo)\b/i
const isPlain = ({ text, label }: Line): boolean => label === 'support' && text.length < 70 && !notPlain.test(text)
const assertions = [
  ...pack.rebuttals.flatMap(({ id, claim, phrasings }) => [claim, ...phrasings].map((said) => about(said, id, 'support'))),
  ...tuning.filter(isPlain),
]
const frames = await readFrames(join(root, 'data', 'frames.jsonl'))
/** Frames laid around each assertion; the next assertion has the next ones, so that all get their turn. */
const framesEach = { support: 3, deny: 6, query: 2, comment: 3 } as const
const framed = lessonsOf(
  assertions.flatMap(({ text, rebuttal }, number) =>
    stanceNames.flatMap((stance) => {
      const list = frames[stance]
      const each = list.length ? framesEach[stance] : 0
      return Array.from({ length: each }, (_, turn) => framedBy(list[(number * each + turn) % list.length] ?? '', text)).map((said) =>
        about(said, rebuttal as string, stance),
      )
    }),
  ),
  () => 0.4,
)
const details = lessonsOf(
  pack.rebuttals.flatMap(({ id, answer, details }) => [answer, ...details].flatMap(sentencesOf).map((text) => about(text, id, 'deny'))),
  () => 0.3,
)
const facts = lessonsOf(
  pack.facts.map(({ text }) => nothing(text)),
  () => 0.5,
)
const chat = chatter
  ? lessonsOf(
      (await readFile(chatter, 'utf8').catch(() => refuse(`--chatter: there is no file ${chatter} that can be read.`)))
        .split('\n')
        .filter((line, index) => line && index % 2 === 0)
        .map(nothing),
      () => 0.3,
    )
  : []

const isNone = ({ label, rebuttal }: Line): boolean => !rebuttal || label === 'near-miss' || label === 'off-topic'

/** What the claim model sees: "c:concept" and "s:stem" by name, and the evidence beside them for each claim. */
function claimExample({ line, study, weight }: Lesson): Example {
  const { mentions, entries } = study.reading
  const named = [...mentions.keys()].map((concept) => `c:${vocabulary.conceptNames[concept]}`)
  const stems = distinct(entries).map((entry) => `s:${entry.stem}`)
  return {
    names: [...named, ...stems],
    shared: study.candidates.map(({ features }) => packEvidence.map((name) => features[name])),
    right: isNone(line) ? [none] : [line.rebuttal as string, ...line.also].map((id) => ids.indexOf(id)),
    weight,
  }
}
const fitClaims = (lessons: readonly Lesson[]): Fitted =>
  fitSoftmax(lessons.map(claimExample), {
    classes: none + 1,
    shared: packEvidence.length,
    rounds: 40,
    rate: 0.15,
    decay: 0.02,
    least: 2,
    averaged: 12,
  })

/** What the stance model sees: cues with their values, the frame by its marks, and "c:stem" for what is said about this claim. */
function stanceExample(model: PackModel, { line, study }: Lesson, weight: number): Example {
  const claim = ids.indexOf(line.rebuttal as string)
  const focus = model.focus(study.reading, claim)
  const cues = stanceFeatures(study.text, study.reading.tokens, focus)
  return {
    names: [
      ...frameOf(study.reading, focus),
      ...[...aboutNames(study.reading)].map((stem) => `${aboutMark(line.rebuttal as string)}${stem}`),
    ],
    values: stanceFeatureNames.map((name) => cues[name]),
    right: [stanceNames.indexOf(line.label as 'support')],
    weight,
  }
}
const aboutMark = (id: string): string => `c:${id} `
function fitStance(model: PackModel, lessons: readonly Lesson[]): Fitted {
  const staged = lessons.filter(({ line }) => !isNone(line))
  const examples = [
    ...staged.map((lesson) => stanceExample(model, lesson, 1)),
    ...phrasings.map((lesson) => stanceExample(model, lesson, 0.4)),
    ...framed.map((lesson) => stanceExample(model, lesson, lesson.weight)),
    ...details.map((lesson) => stanceExample(model, lesson, 0.3)),
  ]
  return fitSoftmax(examples, {
    classes: stanceNames.length,
    values: stanceFeatureNames.length,
    rounds: 35,
    rate: 0.1,
    decay: 0,
    shrink: 0.012,
    least: 2,
    dropout: 0.4,
    averaged: 12,
  })
}

/** Weights of claims below this are left out: they change no decision and make the file three times as large. */
const leastWeight = 0.2
/** Those of stances have been brought to nothing by the learner where they say little; what is left is kept. */
const leastStance = 0.08
const round = (value: number): number => Math.round(value * 100) / 100

const byClaim = (row: readonly number[]): [claim: number, weight: number][] =>
  row.flatMap((value, index) => (Math.abs(value) >= leastWeight ? [[index, round(value)] as [number, number]] : []))
const rowsBy = <T>(
  fitted: Fitted,
  mark: string,
  shape: (row: readonly number[]) => T,
  isWorth: (shaped: T) => boolean,
  isOurs: (name: string) => boolean = () => true,
): Record<string, T> =>
  Object.fromEntries(
    [...fitted.rows]
      .filter(([name]) => name.startsWith(mark) && isOurs(name))
      .map(([name, row]) => [name.slice(mark.length), shape(row)] as const)
      .filter(([, shaped]) => isWorth(shaped))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
const isAnyClaim = (row: readonly unknown[]): boolean => row.length > 0
const isAnyStance = (row: readonly number[]): boolean => row.some((value) => Math.abs(value) >= leastStance)
const byStance = (row: readonly number[]): number[] => row.map(round)
const stanceRows = (fitted: Fitted, mark: string, isOurs?: (name: string) => boolean): Record<string, number[]> =>
  rowsBy(fitted, mark, byStance, isAnyStance, isOurs)

function weightsFrom(lessons: readonly Lesson[]): Weights {
  const claims = fitClaims([...lessons, ...phrasings, ...facts, ...chat])
  const weights: Weights = {
    claims: ids,
    bias: claims.bias.map(round),
    evidence: Object.fromEntries(packEvidence.map((name, index) => [name, round(claims.shared[index] ?? 0)])) as Learned['evidence'],
    concepts: rowsBy(claims, 'c:', byClaim, isAnyClaim),
    stems: rowsBy(claims, 's:', byClaim, isAnyClaim),
    stance: { bias: [0, 0, 0, 0], cues: {}, frame: {}, about: Object.fromEntries(ids.map((id) => [id, {}])) },
  }
  const model = compileModel({ ...pack, learned: learnedFrom(weights) }, vocabulary) as PackModel
  const stance = fitStance(model, lessons)
  weights.stance = {
    bias: byStance(stance.bias),
    cues: Object.fromEntries(stanceFeatureNames.map((name, index) => [name, byStance(stance.values[index] ?? [])])),
    frame: stanceRows(stance, '', (name) => !name.startsWith('c:')),
    about: Object.fromEntries(ids.map((id) => [id, stanceRows(stance, aboutMark(id))])),
  }
  return weights
}

/** Figures on lines the weights had not seen: each quarter is read by weights learned from the other three. */
async function crossValidate(folds: number): Promise<void> {
  const { figuresOf, judgeAll } = await import('../cli/eval.ts')
  const lines = (await readGolden(join(data, pack.id), 'tuning')).map((line, index) => ({ line, fold: index % folds }))
  const foldOf = new Map(lines.map(({ line, fold }) => [line.text, fold]))
  const judged = Array.from({ length: folds }, (_, fold) => {
    const learned = learnedFrom(weightsFrom(golden.filter(({ line }) => foldOf.get(line.text) !== fold)))
    const tested = createDetector([{ ...pack, learned }])
    return judgeAll(
      lines.filter((one) => one.fold === fold).map(({ line }) => line),
      tested,
    )
  }).flat()
  console.log(`${folds} folds, unseen lines`, figuresOf(judged))
}

if (folds) await crossValidate(folds)
const weights = weightsFrom(golden)
const file = await writeWeights(data, pack, 'learned.tsv', learnedText(weights), readLearned)
const counts = [weights.stems, weights.stance.frame].map((rows) => Object.keys(rows).length)
console.log(`${file}: ${counts[0]} stems, ${counts[1]} features of frames`)
