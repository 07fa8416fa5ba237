/**
 * Learns a pack's learned.json. In: the pack's tuning lines (never the held-back half), phrasings, details and facts; with --chatter FILE
 * real chat lines that repeat no claim; --pack ID. Out: data/<pack>/learned.json, and what the weights reach on lines they had not seen
 * (four folds, --folds 0 leaves that out). Same input, same weights: orders are drawn from a seed.
 *
 * Two linear models. Which claim: a softmax over the pack's claims and "none", on concepts, stems and the other kinds of evidence.
 * Which stance: a softmax over the four, on cues, words beside the claim, and what is said about this claim: the sentences of a rebuttal's
 * own details teach what its refutation sounds like, its phrasings what its believers say.
 */
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GoldenLine, readGolden } from '../cli/eval.ts'
import { createDetector, type Study } from '../detection/detector.ts'
import { compileModel, distinct, type PackModel, stanceWords } from '../detection/pack-model.ts'
import { stanceNames } from '../detection/stance.ts'
import { stanceFeatureNames, stanceFeatures } from '../detection/stance-features.ts'
import { Learned, packEvidence } from '../knowledge/learned.ts'
import { type Pack, withoutMarks } from '../knowledge/schema.ts'
import { loadPacks } from '../registry.ts'
import { frames } from './frames.ts'
import { type Example, type Fitted, fitSoftmax } from './softmax.ts'

const root = join(import.meta.dirname, '..', '..')
const option = (name: string): string | undefined => process.argv[process.argv.indexOf(`--${name}`) + 1 || process.argv.length]
const data = option('packs') ?? join(root, 'data')
const packs = await loadPacks(data)
const pack = packs.find(({ id }) => id === (option('pack') ?? packs[0]?.id)) as Pack
const ids = pack.rebuttals.map(({ id }) => id)
const none = ids.length
const { learned: _before, ...bare } = pack
const detector = createDetector([bare])
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
const sentences = (text: string): string[] => withoutMarks(text).split(/(?<=[.!?]) /)

/** Frames laid around each claim and phrasing. */
const framesEach = JSON.parse(process.env.EACH ?? '{"support":1,"deny":2,"query":1,"comment":1}')
const within = (frame: string, said: string): string => {
  const plain = said.replace(/[.!?]+$/, '')
  return frame.replace('{c}', frame.indexOf('{c}') > 1 ? plain.replace(/^(?:The|A|It|In|At|His|Her|For|All|There|They)\b/, (word) => word.toLowerCase()) : plain)
}

const tuning = await readGolden(join(data, pack.id), 'tuning')
const golden = lessonsOf(tuning, ({ label }) => (label === 'deny' ? 0.5 : 1))
const phrasings = lessonsOf(
  pack.rebuttals.flatMap(({ id, title, claim, phrasings }) => [claim, title, ...phrasings].map((text) => about(text, id, 'support'))),
  () => 0.7,
)
/** Short plain assertions: the sentences that go into frames. */
const plainly = /[?"“]|\b(?:not|no|nah|nope|never|myth|believe|think|say|says|tbh|lol|imo)\b/i
const isPlain = ({ text, label }: Line): boolean => label === 'support' && text.length < 70 && !plainly.test(text)
const sayings = [
  ...pack.rebuttals.flatMap(({ id, claim, phrasings }) => [claim, ...phrasings].map((said) => ({ id, said }))),
  ...tuning.filter(isPlain).map(({ text, rebuttal }) => ({ id: rebuttal as string, said: text })),
]
const pool = stanceNames.map((stance) => [...frames[stance], ...(process.env.MORE ? readFileSync(process.env.MORE, 'utf8').split('\n').filter(Boolean).map((l) => JSON.parse(l)).filter((f) => f.stance === stance).map((f) => f.frame) : [])])
const framed = lessonsOf(
  sayings.flatMap(({ id, said }, number) =>
      stanceNames.flatMap((stance, at) =>
        Array.from({ length: framesEach[stance] }, (_, turn) => {
          const list = pool[at] as string[]
          return about(within(list[(number * framesEach[stance] + turn) % list.length] ?? '', said), id, stance)
        }),
      ),
    ),
  () => 1,
)
const details = lessonsOf(
  pack.rebuttals.flatMap(({ id, answer, details }) => [answer, ...details].flatMap(sentences).map((text) => about(text, id, 'deny'))),
  () => 0.3,
)
const facts = lessonsOf(
  pack.facts.map(({ text }) => nothing(text)),
  () => 0.5,
)
const chatter = option('chatter')
const chat = chatter
  ? lessonsOf(
      (await readFile(chatter, 'utf8'))
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
  fitSoftmax(lessons.map(claimExample), { classes: none + 1, shared: packEvidence.length, rounds: 40, rate: 0.15, decay: 0.02, least: 2 })

/** What the stance model sees: "q:cue" with its value, "w:word", "o:opening", "a:claim stem". */
function stanceExample(model: PackModel, { line, study }: Lesson, weight: number): Example {
  const claim = ids.indexOf(line.rebuttal as string)
  const focus = model.focus(study.reading, claim)
  const cues = stanceFeatures(study.text, study.reading.tokens, focus)
  const marks = { word: 'w:', before: 'b:', after: 'f:', pair: 'p:', opening: 'o:', about: `a:${line.rebuttal} ` }
  return {
    names: stanceWords(study.reading, focus).map(({ kind, name }) => marks[kind] + name),
    values: stanceFeatureNames.map((name) => cues[name]),
    right: [stanceNames.indexOf(line.label as 'support')],
    weight,
  }
}
const FW = Number(process.env.FW ?? 0.5)
function fitStance(model: PackModel, lessons: readonly Lesson[]): Fitted {
  const staged = lessons.filter(({ line }) => !isNone(line))
  const examples = [
    ...staged.map((lesson) => stanceExample(model, lesson, 1)),
    ...phrasings.map((lesson) => stanceExample(model, lesson, 0.4)),
    ...framed.map((lesson) => stanceExample(model, lesson, FW)),
    ...details.map((lesson) => stanceExample(model, lesson, 0.3)),
  ]
  return fitSoftmax(examples, {
    classes: stanceNames.length,
    values: stanceFeatureNames.length,
    rounds: 25,
    rate: 0.1,
    decay: 0.05,
    least: 2,
    dropout: 0.3,
  })
}

/** Weights below this are left out: they change no decision and make the file three times as large. */
const leastWeight = 0.2
const round = (value: number): number => Math.round(value * 100) / 100

const byClaim = (row: readonly number[]): number[] =>
  row.flatMap((value, index) => (Math.abs(value) >= leastWeight ? [index, round(value)] : []))
const rowsBy = <T>(
  fitted: Fitted,
  mark: string,
  shape: (row: readonly number[]) => T,
  isWorth: (shaped: T) => boolean,
): Record<string, T> =>
  Object.fromEntries(
    [...fitted.rows]
      .filter(([name]) => name.startsWith(mark))
      .map(([name, row]) => [name.slice(mark.length), shape(row)] as const)
      .filter(([, shaped]) => isWorth(shaped))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
const isAnyClaim = (row: readonly number[]): boolean => row.length > 0
const isAnyStance = (row: readonly number[]): boolean => row.some((value) => Math.abs(value) >= leastWeight)
const byStance = (row: readonly number[]): number[] => row.map(round)

function learnedFrom(lessons: readonly Lesson[]): Learned {
  const claims = fitClaims([...lessons, ...phrasings, ...facts, ...chat])
  const learned: Learned = {
    claims: ids,
    bias: claims.bias.map(round),
    evidence: Object.fromEntries(packEvidence.map((name, index) => [name, round(claims.shared[index] ?? 0)])) as Learned['evidence'],
    concepts: rowsBy(claims, 'c:', byClaim, isAnyClaim),
    stems: rowsBy(claims, 's:', byClaim, isAnyClaim),
    stance: { bias: [0, 0, 0, 0], cues: {}, words: {}, before: {}, after: {}, pairs: {}, openings: {}, about: {} },
  }
  const model = compileModel({ ...pack, learned }, vocabulary) as PackModel
  const stance = fitStance(model, lessons)
  learned.stance = {
    bias: byStance(stance.bias),
    cues: Object.fromEntries(stanceFeatureNames.map((name, index) => [name, byStance(stance.values[index] ?? [])])),
    words: rowsBy(stance, 'w:', byStance, isAnyStance),
    before: rowsBy(stance, 'b:', byStance, isAnyStance),
    after: rowsBy(stance, 'f:', byStance, isAnyStance),
    pairs: rowsBy(stance, 'p:', byStance, isAnyStance),
    openings: rowsBy(stance, 'o:', byStance, isAnyStance),
    about: Object.fromEntries(ids.map((id) => [id, rowsBy(stance, `a:${id} `, byStance, isAnyStance)])),
  }
  return learned
}

/** Figures on lines the weights had not seen: each quarter is read by weights learned from the other three. */
async function crossValidate(folds: number): Promise<void> {
  const { figuresOf, judgeAll } = await import('../cli/eval.ts')
  const lines = (await readGolden(join(data, pack.id), 'tuning')).map((line, index) => ({ line, fold: index % folds }))
  const foldOf = new Map(lines.map(({ line, fold }) => [line.text, fold]))
  const judged = Array.from({ length: folds }, (_, fold) => {
    const learned = learnedFrom(golden.filter(({ line }) => foldOf.get(line.text) !== fold))
    const tested = createDetector([{ ...pack, learned }])
    return judgeAll(
      lines.filter((one) => one.fold === fold).map(({ line }) => line),
      tested,
    )
  }).flat()
  console.log(`${folds} folds, unseen lines`, figuresOf(judged))
}

const folds = Number(option('folds') ?? 4)
if (folds) await crossValidate(folds)
const learned = Learned.parse(learnedFrom(golden))
const table = (rows: Record<string, unknown>): string =>
  `{\n${Object.entries(rows)
    .map(([name, row]) => `    ${JSON.stringify(name)}: ${JSON.stringify(row)}`)
    .join(',\n')}\n  }`
const { stance, claims, bias, ...rest } = learned
const parts = [
  `  "claims": ${JSON.stringify(claims)}`,
  `  "bias": ${JSON.stringify(bias)}`,
  ...Object.entries(rest).map(([name, rows]) => `  ${JSON.stringify(name)}: ${table(rows)}`),
  `  "stance": {\n    "bias": ${JSON.stringify(stance.bias)},\n    "cues": ${table(stance.cues)},\n    "words": ${table(stance.words)},\n    "before": ${table(stance.before)},\n    "after": ${table(stance.after)},\n    "pairs": ${table(stance.pairs)},\n    "openings": ${table(stance.openings)},\n    "about": ${table(stance.about)}\n  }`,
]
await writeFile(join(data, pack.id, 'learned.json'), `{\n${parts.join(',\n')}\n}\n`)
console.log(`data/${pack.id}/learned.json: ${Object.keys(learned.stems).length} stems, ${Object.keys(stance.words).length} words of stance`)
