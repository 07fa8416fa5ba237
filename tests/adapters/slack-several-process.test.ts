/**
 * The whole program as a process, with several workspaces and Discord beside them: installed with a browser, one taken away, and no secret in
 * any log line, file, export or backup.
 */
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startFakeDiscord } from '../support/fake-discord/server.ts'
import { botUser, token as discordToken, channels as onDiscord } from '../support/fake-discord/world.ts'
import { startFakeSlack } from '../support/fake-slack/server.ts'
import { channels, member, other, otherMember, team, tokens } from '../support/fake-slack/world.ts'
import { createDatabase } from '../support/postgres.ts'
import { myth } from '../support/world.ts'
import { shownOn as shownOnDiscord } from './discord-harness.ts'
import { until } from './harness.ts'
import { settled, shownOn } from './slack-harness.ts'
import { install, otherKey, secretsOf, severalEnv } from './slack-several-world.ts'

const root = join(import.meta.dirname, '..', '..')
const launcher = join(root, 'bin', 'for-the-record.mjs')

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

test('two workspaces and Discord; one is taken away, the rest lives on; nothing secret is told or kept in plain', {
  timeout: 90_000,
}, async () => {
  const [fake, discord] = [await startFakeSlack(), await startFakeDiscord()]
  const folder = await mkdtemp(join(tmpdir(), 'for-the-record-test-'))
  onTestFinished(() => Promise.all([fake.close(), discord.close(), rm(folder, { recursive: true, force: true })]).then(() => {}))
  const [port, health] = [await freePort(), await freePort()]
  const { SLACK_BOT_TOKEN: _, ...several } = severalEnv
  const env: NodeJS.ProcessEnv = {
    ...{ PATH: process.env.PATH, HOME: folder, STATE_DIR: folder, PORT: String(health), LOG_LEVEL: 'debug' },
    ...{ DISCORD_TOKEN: discordToken, DISCORD_API_URL: discord.api, DISCORD_MESSAGE_CONTENT: 'on' },
    ...{ ...several, SLACK_SIGNING_SECRET: tokens.secret, SLACK_PORT: String(port), SLACK_API_URL: fake.api },
  }
  let told = ''
  const cli = async (words: string[], more: NodeJS.ProcessEnv = {}): Promise<{ code: number; out: string }> =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [launcher, ...words], { env: { ...env, ...more } }, (__, out, err) => {
        told += out + err
        resolve({ code: child.exitCode ?? -1, out: out + err })
      })
    })
  const child = spawn(process.execPath, [launcher, 'start'], { cwd: root, env })
  onTestFinished(() => void child.kill('SIGKILL'))
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (told += chunk))
  let code: number | null | undefined
  child.on('exit', (given) => {
    code = given
  })
  const partOfSlack = async () => {
    const page = await fetch(`http://127.0.0.1:${health}/readyz`).catch(() => undefined)
    const text = (await page?.text()) ?? ''
    told += text
    const { parts = [] } = JSON.parse(text || '{}') as { parts?: { part: string; ready: boolean; detail: string }[] }
    return { status: page?.status, detail: parts.find(({ part }) => part === 'slack workspaces')?.detail }
  }
  await until('the start', async () => (await partOfSlack()).status === 200, 30_000)
  expect((await partOfSlack()).detail).toContain('none installed yet')
  fake.port = port
  fake.oauth.isRotating = true
  for (const one of [team, other.team]) expect((await install(fake, one)).status).toBe(200)
  expect(await partOfSlack()).toEqual({ status: 200, detail: '2 installed' })
  const help = await settled(await fake.command('/help', { human: otherMember, channel: other.channels.general }))
  expect(help.answers).toHaveLength(1)
  await fake.say(other.channels.direct, myth, { human: otherMember })
  await until('the answer there', () => shownOn(fake).length === 1)

  // Beside the running bot.
  expect((await cli(['doctor'])).out).toContain('Workspaces: 2 installed.')
  const blind = await cli(['doctor'], { SLACK_INSTALLATION_KEY: otherKey })
  expect([blind.code, blind.out.includes('encrypted with another SLACK_INSTALLATION_KEY')]).toEqual([1, true])
  expect((await cli(['doctor'], { SLACK_INSTALLATION_KEY: '' })).out).toContain('SLACK_INSTALLATION_KEY: is needed for several workspaces')
  const exported = (await cli(['export'])).out
  expect(exported).not.toContain('v1.')
  expect((await cli(['backup', join(folder, 'copy.sqlite')])).code).toBe(0)

  await fake.uninstall(other.team, Math.floor(Date.now() / 1000) + 1)
  await until('one less', async () => (await partOfSlack()).detail === '1 installed')
  await fake.say(channels.direct, myth, { human: member })
  await until('the answer here', () => shownOn(fake).length === 2)
  discord.say(onDiscord.noThreads, `<@${botUser.id}> ${myth}`)
  await until('Discord’s answer', () => shownOnDiscord(discord).length === 1, 10_000)
  expect(told).not.toContain('platform-down')

  child.kill('SIGTERM')
  await until('the end', () => code !== undefined, 12_000)
  expect(code).toBe(0)
  const copied = await cli(['copy-store', await createDatabase()])
  expect(copied.out).toContain('credentials: 1')
  for (const secret of secretsOf(fake)) {
    expect(told.includes(secret), `told: ${secret.slice(0, 6)}`).toBe(false)
    for (const file of await readdir(folder)) {
      const bytes = await readFile(join(folder, file)).catch(() => Buffer.alloc(0))
      expect(bytes.includes(secret), `${file}: ${secret.slice(0, 6)}`).toBe(false)
    }
  }
  expect(fake.violations).toEqual([])
})
