/** The contract's harness for Discord: the real adapter over its real library on the fake Discord. In: options. Out: Harness and parts. */

import { join } from 'node:path'
import { DiscordEnv } from '../../src/adapters/discord/env.ts'
import { type AdapterTiming, adapterTiming, createAdapter } from '../../src/adapters/discord/index.ts'
import type { Adapter, BotPort } from '../../src/bot/adapter.ts'
import type { Command } from '../../src/bot/command.ts'
import type { Log } from '../../src/bot/log.ts'
import type { Store } from '../../src/bot/store.ts'
import { loadCommands } from '../../src/registry.ts'
import { buttonsOf, type Json, pingsOf, textsOf } from '../support/fake-discord/limits.ts'
import type { Interaction } from '../support/fake-discord/rest.ts'
import { directChannel, type FakeDiscord, type FakeOptions, startFakeDiscord } from '../support/fake-discord/server.ts'
import { botUser, channels, home, token } from '../support/fake-discord/world.ts'
import { quietLog } from '../support/world.ts'
import { type Harness, keepingBot, pause, until, type Visible } from './harness.ts'

export const general = { platform: 'discord', server: home, channel: channels.general }
const commandsFolder = join(import.meta.dirname, '..', '..', 'commands')

export type Down = { reason: string; exitCode: number | undefined }

/** The three verbs of the store that the adapter itself uses. Tests of the whole bot give a real one. */
export function smallStore(): Store {
  const facts = new Map<string, string | undefined>()
  const verbs: Pick<Store, 'recall' | 'remember' | 'stay'> = {
    recall: async (name) => facts.get(name),
    remember: async (name, value) => void facts.set(name, value),
    stay: async () => {},
  }
  return verbs as Store
}

/** An adapter for a fake, not yet started. */
export async function makeAdapter(
  fake: Pick<FakeDiscord, 'api'>,
  more: {
    env?: Partial<DiscordEnv>
    timing?: Partial<AdapterTiming>
    log?: Log
    now?(): number
    commands?: readonly Command[]
    store?: Store
  } = {},
): Promise<{ adapter: Adapter; downs: Down[] }> {
  const downs: Down[] = []
  const env = DiscordEnv.parse({ DISCORD_TOKEN: token, DISCORD_API_URL: fake.api, DISCORD_MESSAGE_CONTENT: 'on', ...more.env })
  const commands = more.commands ?? (await loadCommands(commandsFolder))
  const down = (reason: string, exitCode?: number) => void downs.push({ reason, exitCode })
  const context = { env, log: more.log ?? quietLog, store: more.store ?? smallStore(), commands, now: more.now ?? Date.now, down }
  // Tests identify more often than Discord allows, and a busy machine must not turn a direct answer into a later one.
  return { adapter: createAdapter(context, { ...adapterTiming, identifyEvery: 20, deferAfter: 1500, ...more.timing }), downs }
}

export async function startDiscord(bot: BotPort, more: Parameters<typeof makeAdapter>[1] & { fake?: FakeOptions } = {}) {
  const fake = await startFakeDiscord(more.fake)
  const { adapter, downs } = await makeAdapter(fake, more)
  await adapter.start(bot)
  await until('the commands', () => fake.commands.length > 0)
  const close = async () => {
    await adapter.stop()
    await fake.close()
  }
  return { fake, adapter, downs, close }
}

const optionTypes: Record<string, number> = { string: 3 }
export const slash = (name: string, args: Record<string, string | number>): Json => ({
  id: '1',
  type: 1,
  name,
  options: Object.entries(args).map(([option, value]) => ({ name: option, type: optionTypes[typeof value] ?? 4, value })),
})

/** Waits for the last word on an interaction: all answers, none of them still a "thinking". */
export async function settled(interaction: Interaction): Promise<Interaction> {
  await until('the answer', () => interaction.answers.length > 0 || interaction.choices !== undefined, 8000)
  await pause(30)
  return interaction
}

export const visibleAnswers = (interaction: Interaction): Visible[] =>
  interaction.answers
    .filter((answer) => !answer.isDeleted)
    .map(({ id, body, isPrivate }) => ({ ...seen(id, body), isPrivate, as: 'answer' as const }))

const seen = (id: string, body: Json) => ({
  id,
  text: textsOf(body),
  buttons: buttonsOf(body).map(({ label }) => label),
  pings: pingsOf(body),
})

/** What everybody sees of the bot, oldest first. */
export const shownOn = (fake: FakeDiscord): (Visible & { channel: string })[] =>
  [...fake.messages.entries()]
    .flatMap(([channel, list]) => list.map((message) => ({ channel, message })))
    .filter(({ message }) => message.author.id === botUser.id)
    .sort((a, b) => (BigInt(a.message.id) < BigInt(b.message.id) ? -1 : 1))
    .map(({ channel, message }) => ({
      ...seen(message.id, fake.sent.get(message.id) ?? {}),
      isPrivate: false,
      as: message.message_reference ? 'reply' : fake.threads.has(channel) ? 'thread' : 'channel',
      channel,
    }))

/** A press on a button of a stored message. */
export function pressOn(fake: FakeDiscord, id: string, label: string, more: Parameters<FakeDiscord['interact']>[2] = {}): Interaction {
  const message = [...fake.messages.values()].flat().find((one) => one.id === id)
  const button = message && buttonsOf(message).find((one) => one.label === label)
  if (!message || !button) throw new Error(`there is no button "${label}"`)
  return fake.interact(3, { custom_id: button.custom_id, component_type: 2 }, { channel: message.channel_id, message, ...more })
}

const lostMessage = /^POST .*\/messages$/

export async function discordHarness(): Promise<Harness> {
  const bot = keepingBot()
  const { fake, adapter, close } = await startDiscord(bot)
  const find = (id: string) => {
    const message = [...fake.messages.values()].flat().find((one) => one.id === id)
    if (!message) throw new Error(`there is no message ${id}`)
    return message
  }
  const speakers: Record<string, Json> = {
    member: {},
    self: { author: botUser },
    'other-bot': { author: { id: '900000000000000077', username: 'other', discriminator: '0', avatar: null, bot: true } },
    webhook: { webhook_id: '900000000000000078' },
    forward: { message_reference: { type: 1, message_id: '1', channel_id: '2' }, message_snapshots: [{ message: { content: 'x' } }] },
    system: { type: 7 },
  }
  return {
    adapter,
    bot,
    place: general,
    say: async (text, { by = 'member', to } = {}) => {
      const channel = to === 'dm' ? directChannel : channels.general
      return fake.say(channel, to === 'mention' ? `<@${botUser.id}> ${text}` : text, speakers[by]).id
    },
    edit: async (id, text) => fake.edit(find(id), text),
    erase: async (id) => fake.erase(find(id)),
    command: async (name, args) => {
      const interaction = await settled(fake.interact(2, slash(name, args)))
      return { acknowledgedAfter: interaction.acknowledgedAfter ?? Number.POSITIVE_INFINITY, answers: visibleAnswers(interaction) }
    },
    press: async (on, label) => ({ answers: visibleAnswers(await settled(pressOn(fake, on.id, label))) }),
    suggest: async (command, argument, text) => {
      const data = { id: '1', type: 1, name: command, options: [{ name: argument, type: 3, value: text, focused: true }] }
      const { choices = [] } = await settled(fake.interact(4, data))
      return choices.map(({ name, value }) => ({ label: name, value }))
    },
    shown: () => shownOn(fake),
    reactionsOn: (id) => [...fake.reactions].filter((reaction) => reaction.startsWith(id)).length,
    fail: (how) => {
      if (how === 'gone') fake.faults.push({ on: lostMessage, status: 404, body: { code: 10003, message: 'Unknown Channel' } })
      if (how === 'forbidden') fake.faults.push({ on: lostMessage, status: 403, body: { code: 50013, message: 'Missing Permissions' } })
      if (how === 'too-fast') fake.faults.push({ on: lostMessage, status: 429, body: { message: 'slow', retry_after: 60, global: false } })
      if (how === 'lost') fake.faults.push({ on: lostMessage, status: 502, after: true })
    },
    violations: () => fake.violations,
    close,
  }
}
