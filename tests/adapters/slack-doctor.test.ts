/** What the doctor says of a Slack token: by the scopes that Slack itself names. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type FakeSlack, startFakeSlack } from '../support/fake-slack/server.ts'
import { allScopes, tokens } from '../support/fake-slack/world.ts'

let fake: FakeSlack | undefined
afterEach(() => fake?.close())

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'for-the-record.mjs')
type Finding = { part: string; state: string; detail: string }

/** The doctor as a process of its own: what it finds about Slack, and how it ends. */
async function examine(more: Record<string, string> = {}): Promise<Finding & { code: number }> {
  const env = {
    ...{ PATH: process.env.PATH, STATE_DIR: join(import.meta.dirname, 'no-such-state') },
    ...{ SLACK_BOT_TOKEN: tokens.bot, SLACK_APP_TOKEN: tokens.app, SLACK_API_URL: fake?.api, ...more },
  }
  const [code, stdout] = await new Promise<[number, string]>((resolve) => {
    const child = execFile(process.execPath, [launcher, 'doctor', '--json'], { env }, (_, out) => resolve([child.exitCode ?? -1, out]))
  })
  const found = (JSON.parse(stdout) as { findings: Finding[] }).findings.find(({ part }) => part === 'slack')
  if (!found) throw new Error('nothing is said of Slack')
  return { ...found, code }
}

const without = (...taken: string[]) => allScopes.filter((scope) => !taken.includes(scope))

test('with all scopes, auto-replies can be had', async () => {
  fake = await startFakeSlack()
  const { state, detail, code } = await examine()
  expect([state, code]).toEqual(['ok', 0])
  expect(detail).toContain('Auto-replies can be switched on (channels:history, groups:history)')
})

test('without the history scopes auto-replies are off, and that is no fault', async () => {
  fake = await startFakeSlack({ scopes: without('channels:history', 'groups:history') })
  const { state, detail, code } = await examine()
  expect([state, code]).toEqual(['ok', 0])
  expect(detail).toContain('Auto-replies off: history scope missing')
})

test('without a scope that the bot needs, and with a token that Slack refuses, something must be mended', async () => {
  fake = await startFakeSlack({ scopes: without('users:read') })
  expect(await examine()).toMatchObject({ state: 'wrong', code: 1, detail: expect.stringContaining('users:read') })
  fake.valid.bot = false
  const refused = await examine()
  expect(refused).toMatchObject({ state: 'wrong', code: 1, detail: expect.stringContaining('does not take SLACK_BOT_TOKEN') })
  expect(refused.detail).not.toContain(tokens.bot)
})

test('a Slack that can not be reached is no fault of the configuration', async () => {
  fake = await startFakeSlack()
  const { state, detail } = await examine({ SLACK_API_URL: 'http://127.0.0.1:1/api/' })
  expect(state).toBe('ok')
  expect(detail).toContain('Slack could not be asked (slack-')
})
