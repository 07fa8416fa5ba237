/**
 * A canary in whatever people type, through the real program as a process: it is in no file that stays, no log line and no crash output.
 * The terminal itself may show it: that is the conversation, seen by whoever typed it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from './adapters/harness.ts'
import { myth, otherMyth } from './support/world.ts'

const canary = 'xyzzyplugh7f3a'
const launcher = join(import.meta.dirname, '..', 'bin', 'for-the-record.mjs')
const lateCrash = join(import.meta.dirname, 'support', 'processes', 'late-crash.ts')

let folder: string
let child: ChildProcess
let shown = ''
let logged = ''
let ended: Promise<number | null>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'for-the-record-canary-'))
  shown = ''
  logged = ''
  const env = { ...process.env, STATE_DIR: folder, DATABASE_URL: '', LOG_LEVEL: 'debug', CRASH_TEXT: canary, NO_COLOR: '1' }
  // The program itself, not its launcher: the signal must reach it.
  child = spawn(process.execPath, ['--import', lateCrash, launcher, 'start'], { env })
  child.stdout?.on('data', (chunk: Buffer) => (shown += chunk))
  child.stderr?.on('data', (chunk: Buffer) => (logged += chunk))
  ended = new Promise((resolve) => child.on('close', resolve))
  await until('the first line', () => shown.includes('local channel'), 20_000)
})
afterEach(async () => {
  child.kill('SIGKILL')
  await ended
  await rm(folder, { recursive: true })
})

/** Types lines and waits until all of them were dealt with. */
async function type(lines: readonly string[]): Promise<void> {
  const answer = 'There is no such button.'
  const before = shown.split(answer).length
  child.stdin?.write(`${[...lines, '#999'].join('\n')}\n`)
  await until('the answers', () => shown.split(answer).length > before, 20_000)
}

const everyWayIn = [
  `${myth} ${canary}`,
  `/edit ${myth} and ${canary}`,
  `/edit ${canary}`,
  `${otherMyth} ${canary}`,
  '/delete',
  `@bot ${myth} ${canary}`,
  `/check ${myth} ${canary}`,
  `/test ${myth} ${canary}`,
  `/myth ${canary}`,
  `/fact ${canary}`,
  `/topics ${canary}`,
  `/${canary} ${canary}`,
  `/settings ${canary}`,
  `/settings import {"version":1,"${canary}":1}`,
  `/settings import ${canary}`,
  `/settings packs ${canary}`,
  `/settings replies mode:${canary}`,
  `/settings daily time:${canary} zone:${canary}`,
  `/pause ${canary}`,
  `/queue ${canary}`,
  '/me data',
  '/stats',
]

async function nowhere(): Promise<void> {
  for (const file of await readdir(folder)) expect((await readFile(join(folder, file))).includes(canary), file).toBe(false)
  expect(logged).not.toContain(canary)
  // Log lines are JSON; should any go to the screen, it holds none either.
  for (const line of shown.split('\n').filter((one) => one.startsWith('{'))) expect(line).not.toContain(canary)
}

test('typed in every way there is, with the most talkative log: in no file and no log line', async () => {
  await type(['/settings replies mode:reply level:eager', ...everyWayIn])
  // It did arrive: there were replies, and the bot's private answers quote it.
  expect(shown).toContain('replies to m')
  expect(shown).toContain(canary)
  await nowhere()
  child.stdin?.end()
  expect(await ended).toBe(0)
  await nowhere()
})

test('when memory breaks under it: the log tells that, without a word of what was said', async () => {
  await type(['/settings replies mode:reply level:eager', '/settings replies mode:reply'])
  for (const file of await readdir(folder))
    if (file.startsWith('for-the-record')) await writeFile(join(folder, file), 'no database '.repeat(4000))
  await type(everyWayIn)
  expect(logged).toContain('"code":"')
  expect(shown).toContain('My memory does not answer')
  await nowhere()
})

test('when it crashes over what somebody wrote: the log names the kind of error, and the exit code is 1', async () => {
  await type(['/settings replies mode:reply', ...everyWayIn])
  child.kill('SIGUSR2')
  expect(await ended).toBe(1)
  expect(logged).toContain('SyntaxError')
  await nowhere()
})
