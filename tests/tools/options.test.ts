/** A wrong option of a tool is one sentence that says what there is, and exit code 2: no stack trace, and no work begun. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const tools = join(import.meta.dirname, '..', '..', 'src', 'tools')

const run = (file: string, args: readonly string[]) =>
  new Promise<{ code: unknown; out: string; errors: string }>((resolve) => {
    execFile(process.execPath, [join(tools, file), ...args], { timeout: 60_000 }, (error, out, errors) =>
      resolve({ code: error ? error.code : 0, out, errors }),
    )
  })

test.concurrent.each([
  ['sim/sim.ts', ['--seed', 'x'], '--seed needs a whole number from 0 up, not "x".'],
  ['sim/sim.ts', ['--seed'], 'There are --long, --seed N and --days D.'],
  ['bench/bench.ts', ['discord', 'cpus'], 'There is no benchmark "cpus".'],
  ['train-pack.ts', ['--fold', '4'], 'There are --pack ID, --packs DIR, --chatter FILE and --folds N.'],
  ['train-pack.ts', ['--pack', 'nope'], 'There is no pack "nope"'],
  ['train-look-ups.ts', ['--pack'], 'There are --pack ID and --packs DIR.'],
  ['train-look-ups.ts', ['--pack', 'nope'], '--pack names one of trotsky-series.'],
  ['train-search.ts', [], 'train-search needs --data DIR'],
  ['train-search.ts', ['--data', '/nowhere'], 'The set in /nowhere can not be read'],
  ['train-look-ups.ts', ['--packs', '/nowhere'], 'There is no packs folder at /nowhere.'],
])('%s %j', { timeout: 90_000 }, async (file, args, sentence) => {
  const { code, out, errors } = await run(file, args)
  expect(errors).toContain(sentence)
  expect({ code, out, lines: errors.trim().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 })
})
