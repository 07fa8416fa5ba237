/** Real processes: the bot killed after it confirmed an event, and the whole program with Discord beside a Slack whose tokens are revoked. */
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { startChild } from '../support/child.ts'
import { startFakeDiscord } from '../support/fake-discord/server.ts'
import { botUser, token as discordToken, channels as onDiscord } from '../support/fake-discord/world.ts'
import { type FakeSlack, startFakeSlack } from '../support/fake-slack/server.ts'
import type { Fault } from '../support/fake-slack/web-api.ts'
import { admin, bot as app, channels, tokens } from '../support/fake-slack/world.ts'
import { myth } from '../support/world.ts'
import { shownOn as shownOnDiscord } from './discord-harness.ts'
import { pause, until } from './harness.ts'
import { type Mode, shownOn } from './slack-harness.ts'

const root = join(import.meta.dirname, '..', '..')
let fake: FakeSlack
let folder: string
beforeEach(async () => {
  fake = await startFakeSlack()
  folder = await mkdtemp(join(tmpdir(), 'for-the-record-test-'))
})
afterEach(async () => {
  await fake.close()
  await rm(folder, { recursive: true, force: true })
})

describe('killed after the confirmation', () => {
  const startBot = async (mode: Mode) => {
    delete fake.port
    const child = startChild(join(root, 'tests', 'support', 'processes', 'slack-bot.ts'), [JSON.stringify({ mode, api: fake.api, folder })])
    const port = /port (\d+)/.exec(await child.firstLine)?.[1]
    if (port) fake.port = Number(port)
    return child
  }
  const post = /chat\.postMessage/
  const seen = () => fake.requests.filter(({ method }) => method === 'chat.postMessage').length
  const underWay: Fault[] = [
    { on: post, delay: 200 },
    { on: post, delay: 200, status: 503 },
  ]
  /** When the process dies, what becomes of the requests that were under way, and how it connects after that. */
  const deaths: [(sent: Promise<unknown>) => Promise<unknown>, Fault[], Mode][] = [
    [(sent) => sent, [], 'http'],
    [(sent) => sent, [], 'socket'],
    // Slack takes one answer in and refuses the other, and nobody hears of it.
    [() => until('the posts', () => seen() === 2), underWay, 'socket'],
  ]

  // Four starts of the whole bot.
  test('at once, by socket and by HTTP, and in the middle of the answers: a message and a question are answered once', {
    timeout: 60_000,
  }, async () => {
    const answers = () => shownOn(fake).map(({ channel, thread }) => `${channel} ${thread}`)
    let child = await startBot('socket')
    await fake.command('/settings replies mode:reply cooldown:0 budget:50', { human: admin })
    await until('the setting', () => [...fake.exchanges.values()].some(({ answers }) => answers.length > 0))
    for (const [moment, faults, next] of deaths) {
      fake.requests.length = 0
      fake.faults.push(...faults)
      const triggers = [fake.say(channels.general, myth), fake.say(channels.direct, `${myth}?`)]
      // Nobody may be there any more to confirm the second.
      for (const sent of triggers) sent.catch(() => {})
      await moment(Promise.all(triggers))
      child.process.kill('SIGKILL')
      await child.ended
      // Requests that were under way are still dealt with by Slack.
      await pause(250)
      const confirmed = await Promise.all(triggers.map((sent) => Promise.race([sent, pause(50)])))
      const due = confirmed.flatMap((message) => (message ? [`${message.channel} ${message.ts}`] : []))
      expect(due).toHaveLength(2)
      child = await startBot(next)
      await until('the answers', () => due.every((one) => answers().includes(one)), 10_000)
    }
    await pause(700)
    expect(new Set(answers()).size).toBe(answers().length)
    expect(answers()).toHaveLength(2 * deaths.length)
    expect(fake.violations).toEqual([])
    child.process.kill('SIGKILL')
    await child.ended
  })
})

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

test('the whole program: Slack’s tokens are revoked in mid-run, Discord answers on, readyz is red for Slack alone, SIGTERM ends it with 0', async () => {
  const discord = await startFakeDiscord()
  onTestFinished(() => discord.close())
  const port = await freePort()
  const env = {
    ...process.env,
    ...{ DISCORD_TOKEN: discordToken, DISCORD_API_URL: discord.api, DISCORD_MESSAGE_CONTENT: 'on' },
    ...{ SLACK_BOT_TOKEN: tokens.bot, SLACK_APP_TOKEN: tokens.app, SLACK_API_URL: fake.api },
    ...{ STATE_DIR: folder, PORT: String(port), LOG_LEVEL: 'info' },
  }
  const child = spawn(process.execPath, ['bin/for-the-record.mjs', 'start'], { cwd: root, env })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  let code: number | null | undefined
  child.on('exit', (given) => {
    code = given
  })
  const readyParts = async () => {
    const page = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    const { parts = [] } = page ? ((await page.json()) as { parts?: { part: string; ready: boolean }[] }) : {}
    return { status: page?.status, red: parts.filter(({ ready }) => !ready).map(({ part }) => part) }
  }
  const askDiscord = async (count: number) => {
    discord.say(onDiscord.noThreads, `<@${botUser.id}> ${myth}`)
    await until(`Discord’s answer ${count}`, () => shownOnDiscord(discord).length === count, 10_000)
  }
  await until('both platforms', async () => (await readyParts()).status === 200, 20_000)
  const canary = 'canary7f3a'
  await fake.say(channels.general, `<@${app.user}> ${canary}`)
  await until('Slack’s answer', () => shownOn(fake).length === 1)
  await askDiscord(1)

  Object.assign(fake.valid, { bot: false, app: false })
  await fake.event({ type: 'tokens_revoked', tokens: { bot: [app.user] } })
  fake.sockets.cut()
  await until('red', async () => (await readyParts()).red.length === 2)
  // The library alone ends the process within six seconds of this.
  await pause(6500)
  expect(await readyParts()).toEqual({ status: 503, red: ['slack token', 'slack socket'] })
  expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200)
  await askDiscord(2)
  expect(code).toBeUndefined()
  expect(output.split('\n').filter((line) => line.includes('platform-down'))).toHaveLength(2)

  child.kill('SIGTERM')
  await until('the end', () => code !== undefined, 10_000)
  expect(code).toBe(0)
  expect(output).not.toMatch(new RegExp(`${canary}|${tokens.bot}|${tokens.app}`))
  for (const file of await readdir(folder)) expect((await readFile(join(folder, file))).includes(canary), file).toBe(false)
})
