/** Every command, menu, button and autocomplete of the real bot over the real library on the fake Discord. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { applicationOf, commandsForDiscord, inviteUrl, registerDiscord } from '../../src/adapters/discord/register.ts'
import { commandFaults } from '../support/fake-discord/limits.ts'
import { directChannel } from '../support/fake-discord/server.ts'
import { admin, application, botUser, channels, home, member, messageOf, moderator, token, userOf } from '../support/fake-discord/world.ts'
import { myth, otherMyth } from '../support/world.ts'
import { makeAdapter, settled, visibleAnswers } from './discord-harness.ts'
import { type DiscordWorld, makeDiscordWorld } from './discord-world.ts'
import { keepingBot, pause, until } from './harness.ts'

let discord: DiscordWorld
beforeEach(async () => {
  discord = await makeDiscordWorld()
})
afterEach(async () => {
  const { violations } = discord.fake
  await discord.close()
  expect(violations).toEqual([])
})
const byAdmin = { human: admin }
const byModerator = { human: moderator }
const failed = 'That did not work'

describe('registration', () => {
  test('every command is declared within the limits, for those who may run it, wherever it makes sense', () => {
    const declared = commandsForDiscord(discord.world.commands)
    expect(commandFaults(declared)).toEqual([])
    const slash = discord.world.commands.filter((command) => command.via.includes('slash')).map((command) => command.name)
    expect(declared.filter((one) => one.type === 1).map((one) => one.name)).toEqual(slash)
    expect(declared.filter((one) => one.type === 3).map((one) => one.name)).toEqual(['Check this message'])
    for (const command of discord.world.commands) {
      const one = declared.find(({ name }) => name === command.name)
      const isForAll = command.access === 'everyone'
      if (!one) continue
      expect(one.default_member_permissions, command.name).toBe({ everyone: undefined, moderator: '8192', admin: '32' }[command.access])
      expect(one.contexts).toEqual(isForAll ? [0, 1, 2] : [0])
      expect(one.integration_types).toEqual(isForAll ? [0, 1] : [0])
    }
  })

  test('options follow from the arguments', () => {
    const declared = commandsForDiscord(discord.world.commands) as unknown as {
      name: string
      options: { name: string; options: object[] }[]
    }[]
    const options = (name: string) => declared.find((one) => one.name === name)?.options ?? []
    expect(options('myth')).toMatchObject([
      { name: 'query', type: 3, required: true, autocomplete: true, min_length: 1 },
      {
        name: 'show',
        type: 3,
        choices: [
          { name: 'me', value: 'me' },
          { name: 'everyone', value: 'everyone' },
        ],
      },
    ])
    const replies = options('settings').find((one) => one.name === 'replies')?.options
    expect(replies?.[0]).toMatchObject({ name: 'mode', required: true })
    expect(replies).toContainEqual(expect.objectContaining({ name: 'channel', type: 7 }))
    expect(replies).toContainEqual(expect.objectContaining({ name: 'cooldown', type: 4, min_value: 0, max_value: 720 }))
    expect(declared.map((one) => one.name)).not.toContain('why')
  })

  test('a second start asks nothing and sends nothing; a changed declaration is sent', async () => {
    const about = (method: string) => discord.fake.requests.filter((one) => one.method === method && one.path.endsWith('/commands')).length
    const startAgain = async (more: Parameters<typeof makeAdapter>[1]) => {
      const { adapter } = await makeAdapter(discord.fake, { commands: discord.world.commands, ...more })
      await adapter.start(keepingBot())
      await pause(50)
      await adapter.stop()
    }
    await until('the note', () => discord.log.lines.some(({ code }) => code === 'discord-commands'))
    const { store } = discord.world
    await startAgain({ store })
    expect([about('GET'), about('PUT')]).toEqual([1, 1])
    // Another installation with the same token finds them there already.
    await startAgain({})
    expect([about('GET'), about('PUT')]).toEqual([2, 1])
    const changed = discord.world.commands.map((command) =>
      command.name === 'help' ? { ...command, description: 'Another one' } : command,
    )
    await startAgain({ store, commands: changed })
    expect(about('PUT')).toBe(2)
    const env = { DISCORD_TOKEN: token, DISCORD_API_URL: discord.fake.api }
    expect(await registerDiscord(env, changed)).toBe('unchanged')
    expect(await registerDiscord(env, changed.slice(1))).toBe('sent')
  })

  test('only the process with shard 0 declares commands', async () => {
    const before = discord.fake.requests.length
    const { adapter } = await makeAdapter(discord.fake, { env: { DISCORD_SHARDS: '1', DISCORD_SHARD_COUNT: 2 } })
    await adapter.start(keepingBot())
    await pause(50)
    await adapter.stop()
    expect(discord.fake.requests.slice(before).filter(({ path }) => path.includes('commands'))).toEqual([])
  })

  test('the invite asks for what is needed and no more', () => {
    const url = new URL(inviteUrl(applicationOf(token)))
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: application,
      scope: 'bot applications.commands',
      permissions: '309237730368',
    })
  })
})

describe('slash commands', () => {
  test.each([
    ['myth', { query: 'german gold' }, {}],
    ['myth', { query: 'german-gold', show: 'me' }, {}],
    ['fact', {}, {}],
    ['fact', { date: '2026-11-07' }, {}],
    ['topics', {}, {}],
    ['check', { text: myth }, {}],
    ['help', {}, {}],
    ['me optout', {}, {}],
    ['me optin', {}, {}],
    ['me data', {}, {}],
    ['me forget', {}, {}],
    ['test', { text: myth }, byModerator],
    ['stats', {}, byModerator],
    ['pause', { for: '2h' }, byModerator],
    ['pause', { for: 'off' }, byModerator],
    ['queue', {}, byModerator],
    ['settings show', {}, byAdmin],
    ['settings replies', { mode: 'reply', channel: channels.news, cooldown: 3 }, byAdmin],
    ['settings daily', { time: '09:00', zone: 'Europe/Berlin', channel: channels.general }, byAdmin],
    ['settings packs', { packs: 'all' }, byAdmin],
    ['settings quiet', { from: '22:00', to: '07:00', zone: 'Europe/Berlin' }, byAdmin],
    ['settings moderators', { channel: channels.moderators }, byAdmin],
    ['settings moderators', { do: 'off' }, byAdmin],
    ['settings export', {}, byAdmin],
  ] as const)('/%s %o answers privately', async (line, args, by) => {
    const { seen, acknowledgedAfter } = await discord.run(line, args, by)
    expect(seen).toHaveLength(1)
    expect(seen[0]?.isPrivate).toBe(true)
    expect(seen[0]?.text).not.toContain(failed)
    expect(acknowledgedAfter).toBeLessThan(1500)
    expect(discord.shown()).toEqual([])
  })

  test('an option with show everyone answers in public', async () => {
    expect((await discord.run('myth', { query: 'german-gold', show: 'everyone' })).seen[0]?.isPrivate).toBe(false)
    expect((await discord.run('fact', { show: 'everyone' })).seen[0]?.isPrivate).toBe(false)
  })

  test('installed by a member alone, or asked in a direct message, it answers; what others would see stays private', async () => {
    const guest = { authorizing_integration_owners: { '1': member.id }, context: 2 }
    const { seen } = await discord.run('myth', { query: 'german-gold', show: 'everyone' }, guest)
    expect(seen.map((one) => one.isPrivate)).toEqual([true])
    expect((await discord.run('myth', { query: 'german-gold' }, { channel: directChannel })).seen[0]?.text).toMatch(/gold/i)
  })

  test('settings reach the channel that was chosen, and hold', async () => {
    await discord.run('settings replies', { mode: 'thread', channel: channels.news }, byAdmin)
    const settings = await discord.world.store.settings({ platform: 'discord', server: home })
    expect(settings.channels[channels.news]?.replies).toMatchObject({ mode: 'thread', by: admin.id })
  })

  test('moderators who were named can be unnamed again', async () => {
    const named = async () => (await discord.world.store.settings({ platform: 'discord', server: home })).moderators
    await discord.run('settings moderators', { channel: channels.moderators }, byAdmin)
    expect(await named()).toBe(channels.moderators)
    await discord.run('settings moderators', { do: 'off' }, byAdmin)
    expect(await named()).toBeUndefined()
  })

  test('inside a thread, the settings are those of its channel', async () => {
    const thread = '123456789012345678'
    discord.fake.threads.set(thread, { id: thread, parent: channels.general, name: 'a thread' })
    await discord.run('settings replies', { mode: 'reply' }, { ...byAdmin, channel: thread })
    const settings = await discord.world.store.settings({ platform: 'discord', server: home })
    expect(settings.channels[channels.general]?.replies.mode).toBe('reply')
  })

  test('rights are checked again, whatever Discord let through; buttons too', async () => {
    for (const line of ['settings show', 'settings replies']) {
      const { seen } = await discord.run(line, line.endsWith('replies') ? { mode: 'reply' } : {})
      expect(seen[0]).toMatchObject({ isPrivate: true, text: expect.stringContaining(failed) })
    }
    const forged = await settled(
      discord.fake.interact(
        3,
        { custom_id: 'queue?id=s1&action=reply', component_type: 2 },
        { message: messageOf(channels.general, botUser, '') },
      ),
    )
    expect(visibleAnswers(forged)[0]).toMatchObject({ isPrivate: true, text: expect.stringContaining('moderators') })
    const unknown = await settled(
      discord.fake.interact(3, { custom_id: '__proto__?x=1', component_type: 2 }, { message: messageOf(channels.general, botUser, '') }),
    )
    expect(visibleAnswers(unknown)[0]).toMatchObject({ isPrivate: true, text: expect.stringContaining(failed) })
    expect((await discord.world.store.settings({ platform: 'discord', server: home })).channels).toEqual({})
  })

  test('in a direct message nobody runs anything of a server', async () => {
    const { seen } = await discord.run('settings replies', { mode: 'reply' }, { channel: directChannel, human: admin })
    expect(seen[0]?.text).toContain(failed)
  })
})

describe('menu, buttons, offers', () => {
  const menuOn = (text: string, more = {}) => {
    const message = messageOf(channels.general, userOf(member), text, more)
    return { id: '2', type: 3, name: 'Check this message', target_id: message.id, resolved: { messages: { [message.id]: message } } }
  }

  test('Check this message answers privately, and says so when there is nothing', async () => {
    const found = visibleAnswers(await settled(discord.fake.interact(2, menuOn(myth))))
    expect(found).toMatchObject([{ isPrivate: true, text: expect.stringMatching(/gold/i) }])
    const nothing = visibleAnswers(await settled(discord.fake.interact(2, menuOn(''))))
    expect(nothing[0]?.text).toContain(failed)
  })

  test('Details, Why? and Not this answer privately; who is entitled takes the reply back', async () => {
    await discord.enable('reply')
    discord.fake.say(channels.general, myth)
    const [reply] = await discord.showing(1)
    if (!reply) throw new Error('no reply')
    expect(reply.buttons).toEqual(['Details', 'Why?', 'Not this'])
    expect(await discord.press(reply.id, 'Details')).toMatchObject([{ isPrivate: true, text: expect.stringContaining('Id:') }])
    const [why] = await discord.press(reply.id, 'Why?')
    expect(why).toMatchObject({ isPrivate: true, text: expect.stringContaining('Why the bot spoke') })
    // The trigger comes with the payload, so its words can be quoted without being stored.
    expect(why?.text).toContain('Kaiser')
    const stranger = { human: { id: '900000000000000055' } }
    expect(await discord.press(reply.id, 'Not this', stranger)).toMatchObject([
      { isPrivate: true, text: expect.stringContaining('Counted') },
    ])
    expect(discord.shown()).toHaveLength(1)
    expect(await discord.press(reply.id, 'Not this')).toMatchObject([{ isPrivate: true, text: expect.stringContaining('taken back') }])
    await discord.showing(0)
  })

  test('a moderator takes it back as well; buttons of topics and of look-ups open further cards', async () => {
    await discord.enable('reply')
    discord.fake.say(channels.general, otherMyth)
    const [reply] = await discord.showing(1)
    if (!reply) throw new Error('no reply')
    await discord.press(reply.id, 'Not this', byModerator)
    await discord.showing(0)
    const message = messageOf(channels.general, botUser, '')
    const opened = await settled(discord.fake.interact(3, { custom_id: 'details?id=german-gold', component_type: 2 }, { message }))
    expect(visibleAnswers(opened)[0]?.text).toContain('german-gold')
  })

  test('offers come while typing, below a subcommand too, and junk does no harm', async () => {
    const typing = async (data: object) => (await settled(discord.fake.interact(4, { id: '1', type: 1, ...data }))).choices ?? []
    const option = (name: string, value: string) => ({ name, type: 3, value, focused: true })
    const found = await typing({ name: 'myth', options: [option('query', 'german g')] })
    expect(found.map(({ value }) => value)).toContain('german-gold')
    const zones = await typing({ name: 'settings', options: [{ type: 1, name: 'daily', options: [option('zone', 'berl')] }] })
    expect(zones).toEqual([{ name: 'Europe/Berlin', value: 'Europe/Berlin' }])
    for (const junk of ['', '\u0000\ud800', 'x'.repeat(6000)])
      expect((await typing({ name: 'myth', options: [option('query', junk)] })).length).toBeLessThanOrEqual(25)
    expect(await typing({ name: 'nothing', options: [option('query', 'x')] })).toEqual([])
  })

  test('memory that is slow delays no first answer', async () => {
    const { store } = discord.world
    const settings = store.settings
    store.settings = async (...given) => {
      await new Promise((resolve) => setTimeout(resolve, 2500))
      return settings(...given)
    }
    const { seen, acknowledgedAfter, isDeferred } = await discord.run('settings show', {}, byAdmin)
    expect(isDeferred).toBe(true)
    expect(acknowledgedAfter).toBeLessThan(2500)
    expect(seen).toMatchObject([{ isPrivate: true, text: expect.stringContaining('Settings') }])
  })

  test('a confirmation that gets lost is logged by code; the answer still comes', async () => {
    discord.fake.faults.push({ on: /callback/, after: true, drop: true })
    const interaction = discord.fake.interact(2, { id: '1', type: 1, name: 'help', options: [] })
    await until('the log', () => discord.log.lines.find(({ code }) => code === 'discord-answer-failed'))
    expect(interaction.answers).toHaveLength(1)
    expect(JSON.stringify(discord.log.lines)).not.toContain(interaction.token)
  })
})
