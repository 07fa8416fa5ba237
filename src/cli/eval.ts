/**
 * The verb eval: how right the bot is on the shipped sets. In: data/<pack>/golden/{tuning,held-back}.jsonl and floors.json.
 * Out: precision, recall, replies by label and the stance confusion; exit 1 when a figure falls below its committed floor.
 * It asks the live decision: mode reply, level standard, no history.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { UserError } from '../bot/errors.ts'
import { type Decision, decide } from '../bot/policy.ts'
import { createDetector, type Detector } from '../detection/detector.ts'
import type { Stance } from '../detection/match.ts'
import { CoreEnv, readEnv } from '../env.ts'
import { loadPacks } from '../registry.ts'

export const GoldenLine = z.strictObject({
  id: z.string(),
  text: z.string(),
  label: z.enum(['support', 'deny', 'query', 'comment', 'near-miss', 'off-topic']),
  rebuttal: z.string().nullable(),
  also: z.array(z.string()).default([]),
})
export type GoldenLine = z.infer<typeof GoldenLine>
export type Half = 'tuning' | 'held-back'

/** The lines of one half of a pack's golden set. Throws UserError naming the line that is not right. */
export async function readGolden(folder: string, half: Half): Promise<GoldenLine[]> {
  const file = join(folder, 'golden', `${half}.jsonl`)
  const text = await readFile(file, 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line, index) => {
      try {
        return GoldenLine.parse(JSON.parse(line))
      } catch {
        throw new UserError(`${file}: line ${index + 1} is not a golden line (id, text, label, rebuttal, also).`)
      }
    })
}

export type Figures = {
  lines: number
  precision: number
  supportRecall: number
  queryRecall: number
  denyReplies: number
  commentReplies: number
  nearMissReplies: number
  offTopicReplies: number
  stanceAccuracy: number
}

export type Judged = { line: GoldenLine; decision: Decision; isRight: boolean }

export const judgeAll = (lines: readonly GoldenLine[], detector: Detector): Judged[] =>
  lines.map((line) => {
    const decision = decide(detector.detect(line.text), { mode: 'reply', level: 'standard', bars: detector.bars })
    const said = decision.match?.rebuttal
    return { line, decision, isRight: said !== undefined && (said === line.rebuttal || line.also.includes(said)) }
  })

const share = (part: number, whole: number): number => (whole ? part / whole : 1)

export function figuresOf(judged: readonly Judged[]): Figures {
  const of = (label: GoldenLine['label']) => judged.filter(({ line }) => line.label === label)
  const replied = (list: readonly Judged[]) => list.filter(({ decision }) => decision.action === 'reply')
  const rightly = (list: readonly Judged[]) => replied(list).filter(({ isRight }) => isRight)
  const said = replied(judged)
  // A right reply: the right card, to somebody who asserted or asked.
  const good = said.filter(({ line, isRight }) => isRight && (line.label === 'support' || line.label === 'query'))
  const staged = judged.filter(({ line, isRight }) => isRight && stances.includes(line.label as Stance))
  return {
    lines: judged.length,
    precision: share(good.length, said.length),
    supportRecall: share(rightly(of('support')).length, of('support').length),
    queryRecall: share(rightly(of('query')).length, of('query').length),
    denyReplies: share(replied(of('deny')).length, of('deny').length),
    commentReplies: share(replied(of('comment')).length, of('comment').length),
    nearMissReplies: share(replied(of('near-miss')).length, of('near-miss').length),
    offTopicReplies: share(replied(of('off-topic')).length, of('off-topic').length),
    stanceAccuracy: share(staged.filter(({ line, decision }) => decision.match?.stance === line.label).length, staged.length),
  }
}

const stances: readonly Stance[] = ['support', 'deny', 'query', 'comment']

/** Rows: what the author did. Columns: what was read. Only lines whose claim was found. */
function confusion(judged: readonly Judged[]): string[] {
  const rows = stances.map((label) => {
    const list = judged.filter(({ line, isRight }) => line.label === label && isRight)
    return `  ${label.padEnd(8)} ${stances.map((stance) => String(list.filter(({ decision }) => decision.match?.stance === stance).length).padStart(8)).join('')}`
  })
  return [`  ${'written'.padEnd(8)} ${stances.map((stance) => stance.padStart(8)).join('')}`, ...rows]
}

function perRebuttal(judged: readonly Judged[]): string[] {
  const ids = [...new Set(judged.flatMap(({ line }) => line.rebuttal ?? []))].sort()
  return ids.map((id) => {
    const own = judged.filter(({ line }) => line.rebuttal === id && line.label === 'support')
    const hit = own.filter(({ decision, isRight }) => decision.action === 'reply' && isRight)
    const wrong = judged.filter(
      ({ decision, isRight, line }) =>
        decision.action === 'reply' &&
        decision.match?.rebuttal === id &&
        !(isRight && (line.label === 'support' || line.label === 'query')),
    )
    return `  ${id.padEnd(28)} recall ${hit.length}/${own.length}  false replies ${wrong.length}`
  })
}

const floorsSchema = z.record(z.string(), z.number())
/** Figures that must not exceed their floor; all others must not fall below. */
const ceilings = new Set(['denyReplies', 'commentReplies', 'nearMissReplies', 'offTopicReplies'])

export async function evaluate({ json }: { json?: true }, env: NodeJS.ProcessEnv): Promise<number> {
  const folder = readEnv(CoreEnv, env).PACKS_DIR
  const packs = await loadPacks(folder)
  const detector = createDetector(packs)
  const report: Record<string, Figures> = {}
  const broken: string[] = []
  for (const pack of packs) {
    const floors = floorsSchema.parse(JSON.parse(await readFile(join(folder, pack.id, 'golden', 'floors.json'), 'utf8').catch(() => '{}')))
    for (const half of ['tuning', 'held-back'] as const) {
      const lines = await readGolden(join(folder, pack.id), half)
      if (!lines.length) continue
      const judged = judgeAll(lines, detector)
      const figures = figuresOf(judged)
      report[`${pack.id} ${half}`] = figures
      if (!json) print(pack.id, half, figures, judged)
      for (const [name, floor] of Object.entries(floors)) {
        const value = figures[name as keyof Figures]
        if (ceilings.has(name) ? value > floor : value < floor)
          broken.push(`${pack.id} ${half}: ${name} is ${value.toFixed(3)}, its floor ${floor}`)
      }
    }
  }
  if (json) process.stdout.write(`${JSON.stringify({ figures: report, broken }, null, 2)}\n`)
  else process.stdout.write(broken.length ? `${broken.join('\n')}\n` : 'Every figure holds its floor.\n')
  return broken.length ? 1 : 0
}

function print(pack: string, half: Half, figures: Figures, judged: readonly Judged[]): void {
  const lines = [
    `${pack}, ${half} half: ${figures.lines} lines`,
    ...Object.entries(figures)
      .filter(([name]) => name !== 'lines')
      .map(([name, value]) => `  ${name.padEnd(18)} ${value.toFixed(3)}`),
    'stance, where the claim was found',
    ...confusion(judged),
    'per rebuttal',
    ...perRebuttal(judged),
  ]
  process.stdout.write(`${lines.join('\n')}\n\n`)
}
