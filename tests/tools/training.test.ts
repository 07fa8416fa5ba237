/** A trainer that can't learn rightly says so in one line and leaves what there is. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
let folder = ''
const file = (name: string) => join(folder, 'trotsky-series', name)
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'for-the-record-training-'))
  await cp(join(root, 'data', 'trotsky-series'), join(folder, 'trotsky-series'), { recursive: true })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const run = (trainer: string) =>
  new Promise<{ code: unknown; out: string; errors: string }>((resolve) => {
    const args = [join(root, 'src', 'tools', trainer), '--packs', folder]
    execFile(process.execPath, args, { timeout: 60_000 }, (error, out, errors) => resolve({ code: error ? error.code : 0, out, errors }))
  })
const line = (query: string, rebuttal: string | null) =>
  `${JSON.stringify({ id: 'q1', query, text: query, label: 'query', rebuttal, also: [] })}\n`
const look = (query: string, rebuttal: string | null) => `${JSON.stringify({ id: 'q1', query, rebuttal, also: [] })}\n`

test.each([
  ['train-look-ups.ts', 'ask.jsonl', '', 'must have look-ups that a card answers and others that none does'],
  ['train-look-ups.ts', 'ask.jsonl', look('german gold', 'german-gold'), 'must have look-ups'],
  ['train-look-ups.ts', 'ask.jsonl', look('german gold', 'renamed-since'), 'q1: there is no rebuttal "renamed-since"'],
  ['train-look-ups.ts', 'ask.jsonl', `${look('x', null)}{"id":1}\n`, 'line 2 is not a look-up'],
  ['train-pack.ts', 'tuning.jsonl', line('x', null), 'line 1 is not a golden line'],
  ['train-pack.ts', 'tuning.jsonl', line('x', 'gone').replace('"query":"x",', ''), 'q1: there is no rebuttal "gone"'],
])('%s with a golden/%s that is not right', { timeout: 90_000 }, async (trainer, golden, text, sentence) => {
  const name = trainer === 'train-pack.ts' ? 'learned.tsv' : 'look-ups.tsv'
  const before = await readFile(file(name))
  await writeFile(file(join('golden', golden)), text)
  const { code, out, errors } = await run(trainer)
  expect(errors).toContain(sentence)
  expect({ code, out, lines: errors.trim().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 })
  expect(before.equals(await readFile(file(name)))).toBe(true)
})
