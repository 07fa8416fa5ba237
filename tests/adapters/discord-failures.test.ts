/** What goes wrong with Discord's connection, and what the adapter makes of it. The real library on the fake Discord. */
import { afterEach, describe, expect, test } from 'vitest'
import { createThrottle, gatewayTiming } from '../../src/adapters/discord/gateway.ts'
import { PostError } from '../../src/bot/errors.ts'
import type { FakeOptions } from '../support/fake-discord/server.ts'
import { below, channels, guildId, home, token } from '../support/fake-discord/world.ts'
import { keptLog } from '../support/kept-log.ts'
import { general, makeAdapter, shownOn, slash, startDiscord, visibleAnswers } from './discord-harness.ts'
import { type KeepingBot, keepingBot, pause, plain, until } from './harness.ts'

type Started = Awaited<ReturnType<typeof startDiscord>> & { bot: KeepingBot; log: ReturnType<typeof keptLog> }
let started: Started | undefined
afterEach(async () => {
  await started?.close()
  started = undefined
})

async function start(more: Parameters<typeof startDiscord>[1] = {}, fake: FakeOptions = {}): Promise<Started> {
  const bot = keepingBot()
  const log = keptLog()
  started = { ...(await startDiscord(bot, { log, ...more, fake })), bot, log }
  return started
}
const isReady = ({ adapter }: Pick<Started, 'adapter'>) => adapter.parts.every((part) => part.isReady)
const hears = async ({ fake, bot }: Started, text: string) => {
  fake.say(channels.general, text)
  await until(`hearing ${text}`, () => bot.heard.some((message) => message.text === text), 15_000)
}

describe('what only a person can mend', () => {
  test.each([
    [4004, 'DISCORD_TOKEN'],
    [4013, 'intents'],
    [4014, 'DISCORD_MESSAGE_CONTENT=off'],
  ])('close %i at the start: one clear line, exit 78, one identify', async (code, names) => {
    const fake = (await start()).fake
    const identifies = fake.gateway.identifies.length
    fake.gateway.refuse = code
    const { adapter, downs } = await makeAdapter(fake, { timing: { startWithin: 300, hangsAfter: 120 } })
    await adapter.start(keepingBot())
    await pause(800)
    expect(downs).toEqual([{ reason: expect.stringContaining(names), exitCode: 78 }])
    expect(downs[0]?.reason).toContain(String(code))
    expect(fake.gateway.identifies.length).toBe(identifies + 1)
    expect(adapter.parts.every((part) => !part.isReady && part.detail.includes(String(code)))).toBe(true)
    await adapter.stop()
  })

  test('the intent is taken away mid-run: the same', async () => {
    const { fake, downs } = await start()
    fake.gateway.close(4014)
    await until('the report', () => downs.length > 0)
    expect(downs).toMatchObject([{ exitCode: 78 }])
    await pause(700)
    expect(fake.gateway.identifies).toHaveLength(1)
  })

  test('401 at the start, and 401 mid-run: one report, no further request', async () => {
    const { fake, adapter, downs } = await start()
    const other = await makeAdapter(fake, { env: { DISCORD_TOKEN: `${token}x` } })
    await other.adapter.start(keepingBot())
    expect(other.downs).toEqual([{ reason: expect.stringContaining('DISCORD_TOKEN'), exitCode: 78 }])
    fake.faults.push({ on: /POST .*\/messages$/, status: 401, body: { code: 0, message: '401: Unauthorized' } })
    const post = { place: general, mode: 'channel', card: plain(), key: 'k1' } as const
    await expect(adapter.post(post)).rejects.toMatchObject({ failure: 'dead-credential', code: 'discord-401' })
    const requests = fake.requests.length
    await expect(adapter.post(post)).rejects.toBeInstanceOf(PostError)
    expect(fake.requests.length).toBe(requests)
    expect(downs).toMatchObject([{ exitCode: 78 }])
  })

  test('shard numbers that do not fit are said at once', async () => {
    const { adapter } = await makeAdapter({ api: 'http://127.0.0.1:9/api' }, { env: { DISCORD_SHARDS: '0,4', DISCORD_SHARD_COUNT: 4 } })
    await expect(adapter.start(keepingBot())).rejects.toThrow('below DISCORD_SHARD_COUNT')
  })
})

describe('connections', () => {
  test('dropped sockets, a request to reconnect, a resumable session: resumed, and no event is lost or doubled', async () => {
    const run = await start()
    const { fake, bot } = run
    for (const [index, hurt] of [
      () => fake.gateway.close(),
      () => fake.gateway.askToReconnect(),
      () => fake.gateway.close(4000),
    ].entries()) {
      hurt()
      fake.say(channels.general, `meanwhile ${index}`)
      await until('the resume', () => fake.gateway.resumes === index + 1 && isReady(run))
      await hears(run, `after ${index}`)
    }
    expect(fake.gateway.identifies).toHaveLength(1)
    const texts = bot.heard.map((message) => message.text)
    expect(texts.sort()).toEqual(['after 0', 'after 1', 'after 2', 'meanwhile 0', 'meanwhile 1', 'meanwhile 2'])
  })

  test('an invalid session is begun anew', async () => {
    const run = await start()
    run.fake.gateway.invalidate(false)
    await until('a new session', () => run.fake.gateway.identifies.length === 2 && isReady(run))
    await hears(run, 'again')
  })

  test('INVALID_SESSION right after RESUMED does not end the process', async () => {
    const run = await start()
    run.fake.gateway.invalidAfterResumed = true
    run.fake.gateway.close()
    await until('a new session', () => run.fake.gateway.identifies.length === 2 && isReady(run))
    await hears(run, 'again')
  })

  test('an open socket that says nothing is noticed within two beats, and resumed', async () => {
    const run = await start({}, { heartbeat: 150 })
    run.fake.gateway.isMute = true
    await until('red', () => !isReady(run))
    run.fake.gateway.isMute = false
    await until('green', () => isReady(run), 15_000)
    await hears(run, 'again')
    // With Discord's 41 s between beats, two of them are under two minutes.
    expect(2 * 41_250).toBeLessThan(120_000)
  })

  test('a resume that is never answered: red, then a new session', async () => {
    const run = await start({ timing: { hangsAfter: 1500 } })
    run.fake.gateway.ignoresResume = true
    run.fake.gateway.close()
    await until('red', () => !isReady(run))
    await until('a new session', () => run.fake.gateway.identifies.length === 2 && isReady(run), 10_000)
    await hears(run, 'again')
    expect(run.log.lines.map(({ code }) => code)).toContain('discord-shard-hangs')
    await until('one connection', () => run.fake.gateway.connections() === 1, 5000)
    expect(gatewayTiming.hangsAfter).toBeLessThan(120_000)
  })

  test('a shard given up while it connects leaves no second connection behind', async () => {
    const run = await start({ timing: { hangsAfter: 600 } })
    run.fake.gateway.isMute = true
    run.fake.gateway.close()
    await pause(2500)
    run.fake.gateway.isMute = false
    await until('green', () => isReady(run), 15_000)
    await pause(1200)
    run.fake.say(channels.general, 'once')
    await until('hearing it', () => run.bot.heard.length > 0)
    await pause(50)
    expect(run.bot.heard).toHaveLength(1)
  })

  test('a start while Discord is away tries again, ever later, and says so', async () => {
    const { fake } = await start()
    fake.faults.push({ on: /gateway\/bot/, status: 503, times: 2 })
    const log = keptLog()
    const { adapter } = await makeAdapter(fake, { log, timing: { retryStart: 40 } })
    await adapter.start(keepingBot())
    expect(adapter.parts).toMatchObject([{ isReady: false, detail: expect.stringContaining('503') }])
    await until('ready', () => adapter.parts.every((part) => part.isReady))
    expect(log.lines.filter(({ code }) => code === 'discord-start-failed')).toHaveLength(2)
    await adapter.stop()
  })

  test('with no session starts left it waits instead of burning the token', async () => {
    const { fake } = await start()
    fake.remaining = 0
    const { adapter } = await makeAdapter(fake, { timing: { retryStart: 50 } })
    const before = fake.gateway.identifies.length
    await adapter.start(keepingBot())
    await pause(120)
    expect(fake.gateway.identifies.length).toBe(before)
    fake.remaining = 5
    await until('ready', () => adapter.parts.every((part) => part.isReady))
    await adapter.stop()
  })

  test('a shard that can’t stay up identifies fewer than 20 times in an hour', async () => {
    // One hour at a thousandth of the scale.
    const throttle = createThrottle(1, { identifyEvery: 5, longestWait: 300, hangsAfter: 90 })
    const end = performance.now() + 3600
    const signal = new AbortController().signal
    let count = 0
    for (;;) {
      await throttle.waitForIdentify(0, signal)
      if (performance.now() > end) break
      count += 1
    }
    expect(count).toBeGreaterThan(8)
    expect(count).toBeLessThan(20)
  })

  test('several shards, and two processes that share them, hear every server once', async () => {
    const run = await start({ env: { DISCORD_SHARDS: '0', DISCORD_SHARD_COUNT: 2 } }, { guilds: 40 })
    const other = keepingBot()
    const second = await makeAdapter(run.fake, { env: { DISCORD_SHARDS: '1', DISCORD_SHARD_COUNT: 2 } })
    await second.adapter.start(other)
    expect(run.adapter.parts.map(({ name }) => name)).toEqual(['shard 0'])
    expect(second.adapter.parts.map(({ name }) => name)).toEqual(['shard 1'])
    for (let index = 0; index < 40; index += 1) {
      const guild = String(BigInt(home) + BigInt(index) * 4_194_304n)
      run.fake.gateway.dispatch('GUILD_DELETE', { id: guild })
    }
    await until('all', () => run.bot.leftServers.length + other.leftServers.length === 40)
    expect(run.bot.leftServers).toHaveLength(20)
    await second.adapter.stop()
  })

  test('shards of one process are red and green by themselves', async () => {
    const run = await start({}, { shards: 3, maxConcurrency: 3 })
    expect(run.adapter.parts.map(({ name, isReady: ready }) => [name, ready])).toEqual([0, 1, 2].map((id) => [`shard ${id}`, true]))
    for (const part of run.adapter.parts) expect(part.lastEventAt).toBeGreaterThan(0)
  })
})

test('an edit or a deletion waits for the message it is about; other messages do not wait', async () => {
  const { fake, bot } = await start()
  const done: string[] = []
  bot.listen = async ({ event, text }) => {
    if (text === 'slow') await pause(150)
    done.push(`${event} ${text}`)
  }
  const message = fake.say(channels.general, 'slow')
  fake.edit(message, 'quick')
  fake.erase(message)
  fake.say(channels.general, 'another')
  await until('all', () => done.length === 4)
  expect(done).toEqual(['posted another', 'posted slow', 'edited quick', 'deleted '])
})

const slow = (to: 'asker' | 'channel') => async () => {
  await pause(200)
  return { card: plain({ lead: 'At last.' }), to }
}

describe('requests', () => {
  const post = (key: string) => ({ place: general, mode: 'channel', card: plain(), key }) as const

  test('a reply to a message that is gone is told as gone', async () => {
    const { adapter } = await start()
    const to = { place: general, id: '123456789012345678' }
    await expect(adapter.post({ ...post('k'), mode: 'reply', to })).rejects.toMatchObject({ failure: 'gone' })
  })

  test.each([
    [403, 50001, 'forbidden'],
    [400, 50083, 'forbidden'],
    [400, 200000, 'blocked'],
    [400, 50035, 'rejected'],
    [503, 130000, 'unknown'],
  ])('%i with code %i is %s', async (status, code, failure) => {
    const { adapter, fake } = await start()
    fake.faults.push({ on: /POST .*\/messages$/, status, body: { code, message: 'x' }, times: 3 })
    await expect(adapter.post(post('k'))).rejects.toMatchObject({ failure })
  })

  test('a channel that Discord holds back costs no further request, and no other channel waits', async () => {
    const { adapter, fake } = await start()
    fake.faults.push({
      on: new RegExp(`${channels.general}/messages`),
      status: 429,
      body: { message: 'slow', retry_after: 30, global: false },
    })
    await expect(adapter.post(post('a'))).rejects.toMatchObject({ failure: 'too-fast' })
    const requests = fake.requests.length
    await expect(adapter.post(post('b'))).rejects.toMatchObject({ failure: 'too-fast' })
    expect(fake.requests.length).toBe(requests)
    await adapter.post({ ...post('c'), place: { ...general, channel: channels.news } })
  })

  test.each([
    [403, 50013],
    [404, 10003],
  ])('a channel that refused (%i, %i) is not asked again for an hour, unless somebody changes who may do what', async (status, code) => {
    let clock = Date.parse('2026-03-10T12:00:00Z')
    const run = await start({ now: () => clock })
    const { fake, adapter } = run
    fake.faults.push({ on: /POST .*\/messages$/, status, body: { code, message: 'x' }, times: 2 })
    const asked = () => fake.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/messages')).length
    const post = (place = general) =>
      adapter.post({ place, mode: 'channel', card: plain(), key: `k${clock}` }).catch((error: PostError) => error.code)
    for (let index = 0; index < 50; index += 1) expect(await post()).toBe(`discord-${code}`)
    expect(asked()).toBe(1)
    clock += 3_600_001
    expect(await post()).toBe(`discord-${code}`)
    expect(asked()).toBe(2)
    expect(await post({ ...general, channel: channels.news })).toMatchObject({ id: expect.any(String) })
    fake.gateway.dispatch('GUILD_ROLE_UPDATE', { guild_id: home, role: { id: '1', permissions: '0' } })
    await hears(run, 'what came after the change')
    expect(await post()).toMatchObject({ id: expect.any(String) })
  })

  const elsewhere = (index: number) => {
    const server = 1 + (index % 4)
    return { ...general, server: guildId(server), channel: below(server, 1, 20 + Math.floor(index / 4)) }
  }
  const sent = (fake: Started['fake']) => fake.requests.filter(({ path }) => path.endsWith('/messages'))

  // Who has to wait for half a second gets a connection of its own: on a machine that stands still for so long all of them.
  test('a burst of posts shares few connections', { retry: 2 }, async () => {
    const { adapter, fake } = await start({}, { guilds: 5 })
    fake.faults.push({ on: /POST .*\/messages$/, delay: 20, times: 40 })
    await Promise.all(Array.from({ length: 40 }, (_, index) => adapter.post({ ...post(`k${index}`), place: elsewhere(index) })))
    expect(new Set(sent(fake).map(({ connection }) => connection)).size).toBeLessThanOrEqual(16)
  })

  test('posts that Discord is slow with hold up no others, and no answer that a person waits for', async () => {
    const { adapter, fake, bot } = await start({ timing: { deferAfter: 50 } }, { guilds: 5 })
    bot.answer = slow('asker')
    fake.faults.push({ on: /POST .*\/messages$/, delay: 4000, times: 16 })
    const posts = Array.from({ length: 24 }, (_, index) => adapter.post({ ...post(`k${index}`), place: elsewhere(index) }))
    await pause(50)
    const interaction = fake.interact(2, slash('help', {}))
    await until('the deferred answer', () => visibleAnswers(interaction).some(({ text }) => text.includes('At last.')))
    await until('the posts behind', () => sent(fake).length === 8)
    // The others are on their way still.
    await Promise.all(posts)
    expect(sent(fake).length).toBe(24)
  })

  test('a request that never left is not an unknown outcome', async () => {
    const run = await start()
    await run.fake.close()
    await expect(run.adapter.post(post('k'))).rejects.toMatchObject({ failure: 'too-fast', code: 'discord-ECONNREFUSED' })
  })
})

describe('slow answers', () => {
  test('one for all comes after the private confirmation and takes its place', async () => {
    const { fake, bot } = await start({ timing: { deferAfter: 50 } })
    bot.answer = slow('channel')
    const interaction = fake.interact(2, slash('fact', {}))
    await until('both', () => interaction.answers.length === 2 && interaction.answers[0]?.isDeleted)
    expect(visibleAnswers(interaction)).toMatchObject([{ isPrivate: false, text: expect.stringContaining('At last.') }])
  })

  test('a confirmation whose answer is lost: the answer still comes, and nothing is sent twice', async () => {
    const { fake, bot, log } = await start({ timing: { deferAfter: 50 } })
    bot.answer = slow('asker')
    fake.faults.push({ on: /callback/, after: true, drop: true })
    const interaction = fake.interact(2, slash('help', {}))
    await until('the answer', () => interaction.answers.length === 1)
    expect(log.lines.map(({ code }) => code)).toContain('discord-defer-failed')
  })

  test('one that comes after the interaction died is logged, and nothing else happens', async () => {
    const { fake, log } = await start()
    fake.faults.push({ on: /callback/, status: 404, body: { code: 10062, message: 'Unknown interaction' } })
    fake.interact(2, slash('help', {}))
    const line = await until('the log', () => log.lines.find(({ code }) => code === 'discord-answer-failed'))
    expect(line.fields).toEqual({ cause: 'discord-10062' })
    expect(shownOn(fake)).toEqual([])
  })
})

describe('stopping', () => {
  test('under load: what was begun is finished, each once, then nothing more', async () => {
    const { adapter, fake, bot } = await start()
    bot.listen = async (message) => {
      await pause(Math.random() * 200)
      await adapter.post({ place: general, mode: 'reply', to: message.ref, card: plain(), key: `k${message.ref.id}` })
    }
    bot.answer = async () => {
      await pause(200)
      return { card: plain(), to: 'asker' }
    }
    const interactions = Array.from({ length: 20 }, () => fake.interact(2, slash('help', {})))
    for (let index = 0; index < 50; index += 1) fake.say(channels.general, `load ${index}`)
    await until('some of it', () => bot.heard.length >= 25)
    await adapter.stop()
    expect(shownOn(fake)).toHaveLength(bot.heard.length)
    expect(interactions.filter(({ answers }) => answers.length === 1)).toHaveLength(bot.ran.length)
    await expect(adapter.post({ place: general, mode: 'channel', card: plain(), key: 'late' })).rejects.toMatchObject({
      code: 'discord-stopped',
    })
    await until('no connection', () => fake.gateway.connections() === 0)
  })

  test('work that does not end is not waited for longer than the limit', async () => {
    const { adapter, fake, bot } = await start({ timing: { stopWithin: 200 } })
    bot.listen = () => new Promise(() => {})
    fake.say(channels.general, 'for ever')
    await until('hearing it', () => bot.heard.length > 0)
    const before = performance.now()
    await adapter.stop()
    expect(performance.now() - before).toBeLessThan(3000)
  })

  test('after stop it can start again, even between two tries, and hears each event once', async () => {
    const run = await start({ timing: { retryStart: 100 } })
    await run.adapter.stop()
    run.fake.faults.push({ on: /gateway\/bot/, status: 503 })
    await run.adapter.start(run.bot)
    await run.adapter.stop()
    await run.adapter.start(run.bot)
    await pause(200)
    await hears(run, 'again')
    await pause(50)
    expect(run.bot.heard).toHaveLength(1)
  })
})
