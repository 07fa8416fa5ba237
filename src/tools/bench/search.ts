/**
 * Look-ups: speed and start-up and hits beside minisearch's defaults and fuse.js on the same pack in the same run. In: the shipped pack.
 * Out: lines with figures and ratios.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import Fuse from 'fuse.js'
import MiniSearch from 'minisearch'
import { openPacks } from '../../detection/open.ts'
import type { Rebuttal } from '../../knowledge/schema.ts'
import { loadPacks } from '../../registry.ts'
import { askFigures, readAsk } from './ask-set.ts'
import { line, summary, timed } from './measure.ts'

const root = join(import.meta.dirname, '..', '..', '..')

/** An engine that takes a tenth of a second for each is asked the last so many of the held-back half. */
const slowQueries = 200

export async function benchSearch(): Promise<void> {
  const packs = await loadPacks(join(root, 'data'))
  const { library } = openPacks(packs)
  const rebuttals = [...library.rebuttals]
  const folder = join(root, 'data', packs[0]?.id ?? '')
  const halves = [await readAsk(folder, 'tuning'), await readAsk(folder, 'held-back')] as const
  const queries = halves.flat().map((one) => one.query)

  const plain = new MiniSearch<Rebuttal>({
    fields: ['title', 'claim', 'phrasings', 'details'],
    extractField: (rebuttal, field) => String(rebuttal[field as keyof Rebuttal]),
  })
  plain.addAll(rebuttals)
  const fuse = new Fuse(rebuttals, { keys: ['title', 'claim', 'phrasings'], ignoreLocation: true, includeScore: true })
  const engines: [string, (query: string) => string[]][] = [
    ['ours', (query) => library.search(query).map((hit) => hit.rebuttal.id)],
    [
      'minisearch defaults',
      (query) =>
        plain
          .search(query)
          .slice(0, 3)
          .map((hit) => hit.id as string),
    ],
    ['fuse.js', (query) => fuse.search(query, { limit: 3 }).map((hit) => hit.item.id)],
  ]
  let ours = 0
  for (const [name, search] of engines) {
    const isSlow = name === 'fuse.js'
    const times = timed(isSlow ? queries.slice(-slowQueries) : queries, search, isSlow ? 1 : 10)
    const figures = summary(times)
    if (name === 'ours') ours = figures.mean
    line(`search, ${name}`, { ...figures, 'time against ours': figures.mean / ours })
    for (const [half, lines] of [
      ['tuning', halves[0]],
      ['held back', halves[1]],
    ] as const) {
      if (isSlow && half === 'tuning') continue
      const some = isSlow ? lines.slice(-slowQueries) : lines
      const { askFirst, askThree, askAbstains } = askFigures(some, search)
      line(`  ${half}`, { queries: some.length, 'right first': askFirst, 'among three': askThree, abstains: askAbstains })
    }
  }
  const prefixes = queries.flatMap((query) => [query.slice(0, 3), query.slice(0, 6)])
  line('suggest, ours', summary(timed(prefixes, (prefix) => library.suggest(prefix), 5)))
  startUp()
}

/** `ask` as a whole process against an empty one: wall time and peak memory. */
function startUp(): void {
  const run = (args: string[]) => {
    const began = performance.now()
    const result = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
    return { ms: performance.now() - began, output: `${result.stdout}${result.stderr}` }
  }
  const memory = (args: string[]): number => {
    const probe = `process.on('exit', () => process.stderr.write('MB ' + process.resourceUsage().maxRSS / 1024))`
    const { output } = run(['--import', `data:text/javascript,${encodeURIComponent(probe)}`, ...args])
    return Number(/MB ([\d.]+)/.exec(output)?.[1] ?? 0)
  }
  const ask = ['bin/for-the-record.mjs', 'ask', 'german', 'plot']
  const empty = ['-e', '0']
  run(ask)
  const rounds = Array.from({ length: 7 }, () => [run(ask).ms, run(empty).ms] as const)
  const median = (list: number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0
  const mine = median(rounds.map(([ms]) => ms))
  const bare = median(rounds.map(([, ms]) => ms))
  line('start-up of ask', {
    'median ms': mine,
    'MB peak': memory(ask),
    'bare node ms': bare,
    'bare node MB': memory(empty),
    ratio: mine / bare,
  })
}
