/** Auto-replies, withdrawals, addressed messages and daily facts of the real bot on the fake Discord. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Daily } from '../../src/bot/settings.ts'
import { directChannel } from '../support/fake-discord/server.ts'
import { botUser, channels, type FakeMessage, guildPayload, moderator } from '../support/fake-discord/world.ts'
import { myth, otherMyth } from '../support/world.ts'
import { type DiscordWorld, makeDiscordWorld, server } from './discord-world.ts'
import { pause, until } from './harness.ts'

let discord: DiscordWorld
afterEach(async () => {
  const { violations } = discord.fake
  await discord.close()
  expect(violations).toEqual([])
})
const posts = () => discord.fake.requests.filter(({ method, path }) => method === 'POST' && /\/messages$|\/threads$/.test(path))
/** Until the bot has dealt with everything said so far: it answers a direct message last. */
async function caughtUp() {
  const before = discord.shown().length
  discord.fake.say(directChannel, 'are you there?')
  await until(
    'the answer to a direct message',
    () => discord.shown().length > before && discord.shown().some(({ channel }) => channel === directChannel),
  )
  await pause(20)
}
const inServer = () => discord.shown().filter(({ channel }) => channel !== directChannel)

describe('with the content intent', () => {
  beforeEach(async () => {
    discord = await makeDiscordWorld()
  })

  test('a new server gets nothing unasked', async () => {
    for (let index = 0; index < 50; index += 1) discord.fake.say(channels.general, myth)
    await caughtUp()
    expect(inServer()).toEqual([])
  })

  test('mode reply: one short card with verdict, source and buttons, without a ping, once per claim', async () => {
    await discord.enable('reply')
    const trigger = discord.fake.say(channels.general, myth)
    discord.fake.say(channels.general, myth)
    await discord.showing(1)
    await caughtUp()
    const [reply] = inServer()
    expect(inServer()).toHaveLength(1)
    expect(reply).toMatchObject({ as: 'reply', buttons: ['Details', 'Why?', 'Not this'], pings: 0 })
    expect(reply?.text).toMatch(/·/)
    const body = discord.fake.sent.get(reply?.id ?? '') as {
      nonce: string
      enforce_nonce: boolean
      message_reference: { message_id: string }
    }
    expect(body).toMatchObject({ enforce_nonce: true, message_reference: { message_id: trigger.id, fail_if_not_exists: true } })
    expect(body.nonce.length).toBeLessThanOrEqual(25)
  })

  test('mode thread: a thread on the trigger; in a thread it stays there', async () => {
    await discord.enable('thread')
    const trigger = discord.fake.say(channels.general, myth)
    await discord.showing(1)
    expect(discord.shown()[0]).toMatchObject({ as: 'thread', channel: trigger.id })
    const thread = trigger.id
    discord.fake.say(thread, otherMyth)
    await discord.showing(2)
    expect(discord.shown()[1]).toMatchObject({ as: 'reply', channel: thread })
    discord.fake.erase(trigger)
    await discord.showing(1)
  })

  test('mode react: a bookmark; a member who presses it gets the card once, a bot does not', async () => {
    await discord.enable('react')
    const trigger = discord.fake.say(channels.general, myth)
    await until('the reaction', () => discord.fake.reactions.size === 1)
    discord.fake.react(trigger, '🔖', { id: botUser.id })
    discord.fake.react(trigger, '👍')
    await caughtUp()
    expect(inServer()).toEqual([])
    discord.fake.react(trigger, '🔖')
    discord.fake.react(trigger, '🔖', moderator)
    await until('the card', () => inServer().length === 1)
    await caughtUp()
    expect(inServer()).toMatchObject([{ as: 'reply' }])
    discord.fake.erase(trigger)
    await until('the card is gone', () => inServer().length === 0)
  })

  test('a trigger that goes while its card is being shown leaves no card behind', async () => {
    await discord.enable('react')
    const trigger = discord.fake.say(channels.general, myth)
    await until('the reaction', () => discord.fake.reactions.size === 1)
    discord.fake.react(trigger, '🔖')
    discord.fake.erase(trigger)
    await caughtUp()
    await until('no card', () => inServer().length === 0)
  })

  test('a press on somebody else’s bookmark says nothing', async () => {
    discord.fake.react(discord.fake.say(channels.general, 'hello'), '🔖')
    await caughtUp()
    expect(inServer()).toEqual([])
  })

  test('mode suggest: the moderators’ channel alone; a moderator answers from there', async () => {
    await discord.enable('suggest')
    await discord.run('settings moderators', { channel: channels.moderators }, { human: { id: '900000000000000003', permissions: 32n } })
    discord.fake.say(channels.general, myth)
    const [suggestion] = await discord.showing(1)
    expect(suggestion?.channel).toBe(channels.moderators)
    await discord.press(suggestion?.id ?? '', 'Reply now', { human: moderator })
    const shown = await discord.showing(2)
    expect(shown[1]?.as).toBe('thread')
  })

  test('an edit that removes the claim, a deletion, a bulk deletion take the reply away; an unfurled link does not', async () => {
    await discord.enable('reply', channels.general, { cooldownHours: 0, budget: 50 })
    const say = async (): Promise<FakeMessage> => {
      const message = discord.fake.say(channels.general, myth)
      await discord.showing(1)
      return message
    }
    const edited = await say()
    discord.fake.gateway.dispatch('MESSAGE_UPDATE', { ...edited, guild_id: server.server, content: 'x', embeds: [{ title: 'a link' }] })
    await caughtUp()
    expect(inServer()).toHaveLength(1)
    discord.fake.edit(edited, 'something else entirely')
    await until('the withdrawal', () => inServer().length === 0)
  })

  test.each(['MESSAGE_DELETE', 'MESSAGE_DELETE_BULK'])('%s takes the reply away', async (kind) => {
    await discord.enable('reply')
    const trigger = discord.fake.say(channels.general, myth)
    await discord.showing(1)
    if (kind === 'MESSAGE_DELETE') discord.fake.erase(trigger)
    else discord.fake.gateway.dispatch(kind, { ids: [trigger.id, '1', '2'], channel_id: channels.general, guild_id: server.server })
    await discord.showing(0)
  })

  test('deleted while the answer is made: no reply is left behind', async () => {
    await discord.enable('reply')
    const trigger = discord.fake.say(channels.general, myth)
    discord.fake.erase(trigger)
    await caughtUp()
    await until('nothing is left', () => inServer().length === 0)
    expect(discord.log.lines.filter(({ level }) => level === 'error')).toEqual([])
  })

  test('two bots of this make in one channel say nothing to each other', async () => {
    await discord.enable('reply')
    for (let index = 0; index < 20; index += 1)
      discord.fake.say(channels.general, myth, {
        author: { id: '900000000000000070', username: 'twin', discriminator: '0', avatar: null, bot: true },
      })
    await caughtUp()
    expect(inServer()).toEqual([])
  })

  test('a channel that denies writing costs no request', async () => {
    await discord.enable('reply', channels.denied)
    const before = discord.fake.requests.length
    for (let index = 0; index < 100; index += 1) discord.fake.say(channels.denied, `${myth} ${index}`)
    await pause(100)
    expect(discord.fake.requests.length).toBe(before)
    await until('the log', () => discord.log.lines.find(({ fields }) => fields.cause === 'discord-missing-SEND_MESSAGES'))
    await caughtUp()
  })

  test('permissions that change are followed', async () => {
    await discord.enable('reply', channels.denied)
    discord.fake.gateway.dispatch('CHANNEL_UPDATE', { id: channels.denied, type: 0, guild_id: server.server, permission_overwrites: [] })
    discord.fake.say(channels.denied, myth)
    await discord.showing(1)
  })

  test('without embeds: plain text; without threads: a reply; in a voice channel: a reply', async () => {
    await discord.enable('reply', channels.plain)
    await discord.enable('thread', channels.noThreads)
    await discord.enable('thread', channels.voice)
    discord.fake.say(channels.plain, myth)
    const [plain] = await discord.showing(1)
    expect(discord.fake.sent.get(plain?.id ?? '')).not.toHaveProperty('embeds')
    discord.fake.say(channels.noThreads, myth)
    await discord.showing(2)
    discord.fake.say(channels.voice, myth)
    expect((await discord.showing(3)).map(({ as }) => as)).toEqual(['reply', 'reply', 'reply'])
  })

  test('a mention is answered in a thread, a direct message in place; opt-out and privacy commands hold', async () => {
    discord.fake.say(channels.general, `<@${botUser.id}> ${myth}`)
    const [answer] = await discord.showing(1)
    expect(answer).toMatchObject({ as: 'thread', text: expect.stringMatching(/gold/i) })
    discord.fake.say(directChannel, myth)
    expect((await discord.showing(2))[1]).toMatchObject({ as: 'reply', channel: directChannel })
    await discord.run('me optout')
    await discord.enable('reply')
    discord.fake.say(channels.general, myth)
    await caughtUp()
    expect(inServer()).toHaveLength(1)
  })

  test('a server that removed the bot is left, one with an outage is not', async () => {
    await discord.enable('reply')
    discord.fake.gateway.dispatch('GUILD_DELETE', { id: server.server, unavailable: true })
    await caughtUp()
    expect(await discord.world.store.servers()).toHaveLength(1)
    discord.fake.gateway.dispatch('GUILD_DELETE', { id: server.server })
    await caughtUp()
    expect(await discord.world.store.servers()).toEqual([])
    // Added again: its settings are still there.
    discord.fake.gateway.dispatch('GUILD_CREATE', guildPayload(0))
    await caughtUp()
    expect(await discord.world.store.servers()).toHaveLength(1)
  })
})

describe('without the content intent', () => {
  beforeEach(async () => {
    discord = await makeDiscordWorld({ env: { DISCORD_MESSAGE_CONTENT: 'off' } })
  })

  test('commands, menu, mentions, direct messages and clean-up work; nothing else is passed on', async () => {
    expect(discord.fake.gateway.identifies[0]?.intents).toBe(1 | (1 << 9) | (1 << 10) | (1 << 12))
    await discord.enable('reply')
    discord.fake.say(channels.general, myth)
    await caughtUp()
    expect(inServer()).toEqual([])
    discord.fake.say(channels.general, `<@!${botUser.id}> ${myth}`, { mentions: [botUser] })
    await until('the answer', () => inServer().length === 1)
    expect((await discord.run('check', { text: myth })).seen[0]?.text).toMatch(/gold/i)
  })
})

describe('daily facts', () => {
  const at = Date.UTC(2026, 10, 24, 9, 0, 30)
  let clock = at
  const setDaily = async (channel: string) => {
    const settings = await discord.world.store.settings(server)
    const daily = Daily.parse({ time: '09:00', zone: 'UTC', since: '2026-11-01T00:00:00.000Z' })
    const base = { replies: { mode: 'off' as const, level: 'standard' as const }, cooldownHours: 24, budget: 3 }
    await discord.world.store.saveSettings(server, { ...settings, channels: { ...settings.channels, [channel]: { ...base, daily } } }, [])
  }
  beforeEach(async () => {
    clock = at
    discord = await makeDiscordWorld({ now: () => clock })
  })

  test('one post with a key that Discord enforces; every further tick is silent', async () => {
    await setDaily(channels.news)
    for (let minute = 0; minute < 5; minute += 1) {
      await discord.bot.tick()
      clock += 60_000
    }
    const [fact] = discord.shown()
    expect(discord.shown()).toHaveLength(1)
    expect(fact).toMatchObject({ as: 'channel', channel: channels.news, pings: 0 })
    expect(discord.fake.sent.get(fact?.id ?? '')).toMatchObject({ enforce_nonce: true, nonce: expect.stringMatching(/^d\w{5,24}$/) })
  })

  test('502 after acceptance: one visible post, and it is on record as posted', async () => {
    await setDaily(channels.news)
    discord.fake.faults.push({ on: /POST .*\/messages$/, status: 502, after: true, times: 2 })
    await discord.bot.tick()
    expect(posts()).toHaveLength(3)
    expect(discord.shown()).toHaveLength(1)
    const [run] = await discord.world.store.dailyHistory({ ...server, channel: channels.news }, 1)
    expect(run).toMatchObject({ state: 'posted', message: discord.shown()[0]?.id })
  })

  test('an answer that never comes, a restart past the platform’s window: the post is found, not sent again', async () => {
    await setDaily(channels.news)
    discord.fake.faults.push({ on: /POST .*\/messages$/, drop: true, after: true, times: 3 })
    await discord.bot.tick()
    expect(discord.shown()).toHaveLength(1)
    // The fake forgets the nonce, as Discord does after minutes.
    for (const message of discord.fake.messages.get(channels.news) ?? []) message.nonce = undefined
    clock += 10 * 60_000
    await discord.bot.tick()
    expect(discord.shown()).toHaveLength(1)
    const [run] = await discord.world.store.dailyHistory({ ...server, channel: channels.news }, 1)
    expect(run?.state).toBe('posted')
  })

  test('a request that had no effect is sent again a minute later', async () => {
    await setDaily(channels.news)
    discord.fake.faults.push({ on: /POST .*\/messages$/, status: 503, times: 3 })
    await discord.bot.tick()
    expect(discord.shown()).toEqual([])
    clock += 90_000
    await discord.bot.tick()
    expect(discord.shown()).toHaveLength(1)
  })

  test.each([
    ['a forum gets a post with a title', channels.forum, 'thread'],
    ['a text channel gets a message', channels.general, 'channel'],
  ] as const)('%s', async (_, channel, as) => {
    await setDaily(channel)
    await discord.bot.tick()
    expect(discord.shown()).toMatchObject([{ as }])
  })

  test('a channel that is gone or denied: no storm, settings kept', async () => {
    await setDaily(channels.denied)
    await setDaily('799999999999999999')
    discord.fake.faults.push({ on: /799999999999999999/, status: 404, body: { code: 10003, message: 'Unknown Channel' }, times: 9 })
    for (let minute = 0; minute < 5; minute += 1) {
      await discord.bot.tick()
      clock += 60_000
    }
    expect(posts()).toHaveLength(1)
    expect(Object.keys((await discord.world.store.settings(server)).channels)).toHaveLength(2)
  })
})
