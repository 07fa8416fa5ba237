/** When Slack fails: refused tokens, lost answers, limits, silence. Real Bolt; Discord beside it where it counts. */
import { afterEach, describe, expect, test } from 'vitest'
import type { Post } from '../../src/bot/adapter.ts'
import { createBot } from '../../src/bot/bot.ts'
import { PostError } from '../../src/bot/errors.ts'
import { ChannelSettings, Daily } from '../../src/bot/settings.ts'
import { startFakeDiscord } from '../support/fake-discord/server.ts'
import { home as discordHome, channels as onDiscord } from '../support/fake-discord/world.ts'
import { startFakeSlack } from '../support/fake-slack/server.ts'
import { channels, member, team } from '../support/fake-slack/world.ts'
import { keptLog } from '../support/kept-log.ts'
import { makeWorld, myth } from '../support/world.ts'
import { makeAdapter as makeDiscord, shownOn as shownOnDiscord } from './discord-harness.ts'
import { keepingBot, pause, plain, until } from './harness.ts'
import { general, makeAdapter, shownOn, startOn, startSlack } from './slack-harness.ts'
import { makeSlackWorld, modes, type SlackWorld } from './slack-world.ts'

type Started = Awaited<ReturnType<typeof startSlack>>
const closing: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close()
})
const kept = <T extends { close(): Promise<void> }>(one: T): T => {
  closing.push(one)
  return one
}
const start = async (more: Parameters<typeof startSlack>[1] = {}, bot = keepingBot()) => ({
  ...kept(await startSlack(bot, more)),
  bot,
})
let keys = 0
const postIn = ({ adapter }: Pick<Started, 'adapter'>, more: Partial<Post> = {}) =>
  adapter.post({ place: general, mode: 'channel', card: plain(), key: `k${++keys}`, ...more })
const failureOf = (error: unknown) => (error instanceof PostError ? error.failure : error)
const ready = ({ adapter }: Pick<Started, 'adapter'>) => adapter.parts.map(({ isReady }) => isReady)

describe('a refused token', () => {
  test.each(modes)('at the start, by %s: red and said once; accepted later it begins by itself', async (mode) => {
    const slack = await start({ mode, fake: { isValid: false } })
    expect(ready(slack)).toEqual([false, mode === 'http'])
    expect(failureOf(await postIn(slack).catch((error: unknown) => error))).toBe('dead-credential')
    await pause(400)
    expect(slack.downs).toEqual([{ reason: expect.stringContaining('SLACK_BOT_TOKEN'), exitCode: undefined }])
    Object.assign(slack.fake.valid, { bot: true, app: true })
    await until('both parts', () => ready(slack).every(Boolean))
    await slack.fake.say(channels.general, 'at last')
    await until('the words', () => slack.bot.heard.length === 1)
  })

  test('the app token alone, at the start: red, and green when it is mended', async () => {
    const fake = kept(await startFakeSlack())
    fake.valid.app = false
    const world = kept(await makeWorld())
    const { adapter, downs } = await makeAdapter(fake, world.store)
    await startOn(fake, adapter, keepingBot())
    expect(ready({ adapter })).toEqual([true, false])
    // What needs no socket works.
    await postIn({ adapter })
    fake.valid.app = true
    await until('the socket', () => ready({ adapter }).every(Boolean))
    expect(downs).toMatchObject([{ reason: expect.stringContaining('SLACK_APP_TOKEN') }])
    await adapter.stop()
  })

  test.each<[string, (slack: SlackWorld) => Promise<unknown>]>([
    ['a command', (slack) => slack.run('/settings show')],
    ['Home', (slack) => slack.fake.openHome(member)],
    ['an unasked post', (slack) => slack.say(myth)],
    ['a shortcut', async (slack) => slack.fake.shortcut('check', await slack.say('x'))],
  ])('in mid-run is noticed at the first call, here of %s; the process goes on', async (_, act) => {
    const slack = kept(await makeSlackWorld('socket'))
    await slack.enable('reply')
    slack.fake.valid.bot = false
    await act(slack)
    await until('red', () => slack.adapter.parts[0]?.isReady === false)
    expect(slack.downs).toHaveLength(1)
    slack.fake.valid.bot = true
    await until('green', () => slack.adapter.parts[0]?.isReady)
  })

  test('when the socket is recycled or breaks: red, tried again, never the end of the process', async () => {
    const rejections: unknown[] = []
    const note = (error: unknown) => void rejections.push(error)
    process.on('unhandledRejection', note)
    const slack = await start()
    for (const end of ['recycle', 'cut'] as const) {
      slack.fake.valid.app = false
      slack.fake.sockets[end]()
      await until('red', () => !ready(slack)[1])
      await pause(200)
      slack.fake.valid.app = true
      await until('green', () => ready(slack)[1])
      await slack.fake.say(channels.general, `after ${end}`)
      await until('the words', () => slack.bot.heard.some(({ text }) => text === `after ${end}`))
    }
    expect(slack.downs).toHaveLength(2)
    expect(rejections).toEqual([])
    process.off('unhandledRejection', note)
  })

  test('Discord’s daily fact comes on its day, Slack’s when Slack is there again', async () => {
    const world = kept(await makeWorld())
    const [slackFake, discordFake] = [kept(await startFakeSlack({ isValid: false })), kept(await startFakeDiscord())]
    const log = keptLog()
    let clock = Date.UTC(2026, 10, 24, 9, 0, 30)
    const now = () => clock
    const { adapter: discord } = await makeDiscord(discordFake, { store: world.store, commands: world.commands, now })
    const { adapter: slack } = await makeAdapter(slackFake, world.store, { now })
    const { library, detector, store, commands } = world
    const bot = createBot({ library, detector, store, adapters: [discord, slack], commands, log, now, instance: 'one' })
    await Promise.all([discord.start(bot), startOn(slackFake, slack, bot)])
    const daily = ChannelSettings.parse({ daily: Daily.parse({ time: '09:00', zone: 'UTC', since: '2026-11-01T00:00:00.000Z' }) })
    for (const [platform, server, channel] of [
      ['discord', discordHome, onDiscord.news],
      ['slack', team, channels.general],
    ] as const) {
      const settings = await store.settings({ platform, server })
      await store.saveSettings({ platform, server }, { ...settings, channels: { [channel]: daily } }, [])
    }
    await bot.tick()
    await until('Discord’s fact', () => shownOnDiscord(discordFake).length === 1)
    expect(shownOn(slackFake)).toEqual([])
    slackFake.valid.bot = true
    slackFake.valid.app = true
    await until('Slack', () => ready({ adapter: slack }).every(Boolean))
    for (let minute = 0; minute < 3; minute += 1) {
      clock += 61_000
      await bot.tick()
    }
    expect(shownOn(slackFake)).toHaveLength(1)
    expect(shownOnDiscord(discordFake)).toHaveLength(1)
    await Promise.all([discord.stop(), slack.stop()])
  })
})

describe('answers that are lost, limits, silence', () => {
  const sent = ({ fake }: Started) => fake.requests.filter(({ method }) => method === 'chat.postMessage').length

  test.each([
    ['the connection drops', {}],
    ['502', { status: 502 }],
  ])('stored, then %s: one request, one post, outcome unknown; a second try finds it', async (_, how) => {
    const slack = await start()
    slack.fake.faults.push({ on: /chat\.postMessage/, after: true, ...how })
    const key = 'k-lost'
    expect(failureOf(await postIn(slack, { key }).catch((error: unknown) => error))).toBe('unknown')
    await pause(100)
    expect([sent(slack), shownOn(slack.fake).length]).toEqual([1, 1])
    const found = await postIn(slack, { key, again: true })
    expect(found.id).toBe(shownOn(slack.fake)[0]?.id)
    expect(sent(slack)).toBe(1)
  })

  test('a second try that may not look says so, and sends nothing', async () => {
    const slack = await start({ fake: { scopes: ['chat:write', 'commands'] } })
    expect(slack.adapter.abilities.findsOwnPosts).toBe(false)
    expect(failureOf(await postIn(slack, { again: true }).catch((error: unknown) => error))).toBe('unknown')
    expect(sent(slack)).toBe(0)
  })

  test('429 on one channel: it waits its time, the others do not, and each post appears once', async () => {
    const slack = await start()
    slack.fake.faults.push({ on: /chat\.postMessage/, retryAfter: 1 })
    const began = performance.now()
    const held = postIn(slack).then(() => performance.now() - began)
    await until('the refusal', () => sent(slack) === 1)
    const before = performance.now()
    await postIn(slack, { place: { ...general, channel: channels.other } })
    const other = performance.now() - before
    expect(other).toBeLessThan(700)
    expect(await held).toBeGreaterThan(950)
    expect(shownOn(slack.fake)).toHaveLength(2)
    console.log(`slack: a post to channel B took ${Math.round(other)} ms while channel A was held for 1 s`)
  })

  test('a Slack that never answers holds nothing for ever: posts, rights, Home, answers', async () => {
    const slack = kept(await makeSlackWorld('http', { patience: { request: 300 } }))
    const never = { delay: Number.POSITIVE_INFINITY, times: 99 }
    slack.fake.faults.push({ on: /./, ...never })
    const outcome = await postIn(slack).catch((error: unknown) => error)
    expect(outcome).toMatchObject({ failure: 'unknown', code: 'slack-timeout' })
    await slack.fake.command('/settings show')
    await slack.fake.openHome(member)
    await until('the log of it', () => slack.log.lines.some(({ code }) => code === 'slack-rights-unknown'))
    await until('the answer given up', () => slack.log.lines.some(({ code }) => code === 'slack-listener-failed'))
    await until('Home given up', () => slack.log.lines.some(({ code }) => code === 'slack-home-failed'))
    slack.fake.faults.length = 0
    expect(await slack.run('/help')).toHaveLength(1)
  })

  test.each([
    ['is_archived', 'gone'],
    ['restricted_action_read_only_channel', 'blocked'],
    ['missing_scope', 'forbidden'],
    ['account_inactive', 'dead-credential'],
    ['internal_error', 'unknown'],
    ['no_such_word_yet', 'rejected'],
  ])('%s is %s', async (error, failure) => {
    const slack = await start()
    slack.fake.faults.push({ on: /chat\.postMessage/, error })
    expect(failureOf(await postIn(slack).catch((thrown: unknown) => thrown))).toBe(failure)
    expect(shownOn(slack.fake)).toEqual([])
  })

  test('blocks that Slack refuses come once more as text alone', async () => {
    const slack = await start()
    slack.fake.faults.push({ on: /chat\.postMessage/, error: 'invalid_blocks' })
    await postIn(slack)
    expect(slack.fake.requests.filter(({ method }) => method === 'chat.postMessage').map(({ args }) => 'blocks' in args)).toEqual([
      true,
      false,
    ])
  })
})
