/** The whole program as an operator starts it, with Discord alone: exit codes, signals, and where a message's text must never appear. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FakeDiscord, startFakeDiscord } from '../support/fake-discord/server.ts'
import { botUser, channels, token } from '../support/fake-discord/world.ts'
import { shownOn } from './discord-harness.ts'
import { pause, until } from './harness.ts'

const root = join(import.meta.dirname, '..', '..')
let fake: FakeDiscord
let folder: string
let child: ChildProcess | undefined
let output = ''
let ended: Promise<number | null>

beforeEach(async () => {
  fake = await startFakeDiscord()
  folder = await mkdtemp(join(tmpdir(), 'for-the-record-test-'))
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await fake.close()
  await rm(folder, { recursive: true, force: true })
})

function startProgram(): void {
  output = ''
  const env = {
    ...process.env,
    DISCORD_TOKEN: token,
    DISCORD_API_URL: fake.api,
    DISCORD_MESSAGE_CONTENT: 'on',
    STATE_DIR: folder,
    PORT: '0',
    LOG_LEVEL: 'info',
  }
  const started = spawn(process.execPath, ['bin/for-the-record.mjs', 'start'], { cwd: root, env })
  for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => (output += chunk))
  ended = new Promise((resolve) => started.on('exit', (code) => resolve(code)))
  child = started
}

test('an intent that is switched off: one line that names the switch, exit 78, no loop', async () => {
  fake.gateway.refuse = 4014
  startProgram()
  expect(await ended).toBe(78)
  expect(output.split('\n').filter((line) => line.includes('DISCORD_MESSAGE_CONTENT=off'))).toHaveLength(1)
  expect(output).not.toMatch(/\n\s+at /)
  expect(fake.gateway.identifies).toHaveLength(1)
})

test('a wrong token: exit 78', async () => {
  fake.faults.push({ on: /gateway\/bot/, status: 401, body: { code: 0, message: '401: Unauthorized' } })
  startProgram()
  expect(await ended).toBe(78)
  expect(output).toContain('DISCORD_TOKEN')
  expect(output).not.toContain(token)
})

test('SIGTERM while Discord is slow to come up: exit 0 at once', async () => {
  const slow = { on: /gateway\/bot/, delay: 20_000, times: 1 }
  fake.faults.push(slow)
  startProgram()
  await until('the start', () => slow.times === 0, 20_000)
  const before = performance.now()
  child?.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(performance.now() - before).toBeLessThan(8000)
})

test('SIGTERM under load: what was taken in is answered once, exit 0; no text is anywhere', async () => {
  startProgram()
  await until('the commands', () => fake.commands.length > 0, 20_000)
  const canary = 'canary-7f3a'
  for (let index = 0; index < 60; index += 1) fake.say(channels.noThreads, `<@${botUser.id}> ${canary} ${index}`)
  await until('the first answers', () => shownOn(fake).length > 5, 10_000)
  child?.kill('SIGTERM')
  expect(await ended).toBe(0)
  const answered = [...fake.sent.values()].map((body) => (body.message_reference as { message_id: string }).message_id)
  expect(new Set(answered).size).toBe(answered.length)
  await pause(100)
  expect([...fake.sent.values()]).toHaveLength(answered.length)
  expect(output).not.toContain(canary)
  for (const file of await readdir(folder)) expect((await readFile(join(folder, file))).includes(canary), file).toBe(false)
  expect(fake.violations).toEqual([])
})
