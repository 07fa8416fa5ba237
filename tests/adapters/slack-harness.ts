/** The contract's harness for Slack: the real adapter over real Bolt on the fake Slack, by socket or by HTTP. In: options. Out: Harness and parts. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Patience, patience } from '../../src/adapters/slack/connection.ts'
import { SlackEnv } from '../../src/adapters/slack/env.ts'
import { createAdapter } from '../../src/adapters/slack/index.ts'
import type { Adapter, BotPort } from '../../src/bot/adapter.ts'
import type { Command } from '../../src/bot/command.ts'
import type { Log } from '../../src/bot/log.ts'
import type { Store } from '../../src/bot/store.ts'
import { loadCommands } from '../../src/registry.ts'
import { openStore } from '../../src/store/open.ts'
import { buttonsOf, type Json, pingsOf, textsOf } from '../support/fake-slack/limits.ts'
import { type FakeOptions, type FakeSlack, startFakeSlack } from '../support/fake-slack/server.ts'
import type { Exchange } from '../support/fake-slack/web-api.ts'
import { bot as app, channels, other, team, tokens } from '../support/fake-slack/world.ts'
import { quietLog } from '../support/world.ts'
import { type Harness, keepingBot, pause, until, type Visible } from './harness.ts'

export const general = { platform: 'slack', server: team, channel: channels.general }
export type Mode = 'socket' | 'http'
export type Down = { reason: string; exitCode: number | undefined }
export type Making = {
  mode?: Mode
  env?: Partial<SlackEnv>
  log?: Log
  now?(): number
  commands?: readonly Command[]
  patience?: Partial<Patience>
}

const commandsFolder = join(import.meta.dirname, '..', '..', 'commands')
/** Tests do not wait as long as an operator. */
const impatient: Patience = { ...patience, first: 20, longest: 100, refused: 100, spacing: 10 }

/** An adapter for a fake, not yet started. */
export async function makeAdapter(
  fake: Pick<FakeSlack, 'api'>,
  store: Store,
  more: Making = {},
): Promise<{ adapter: Adapter; downs: Down[] }> {
  const downs: Down[] = []
  const transport = more.mode === 'http' ? { SLACK_SIGNING_SECRET: tokens.secret, SLACK_PORT: 0 } : { SLACK_APP_TOKEN: tokens.app }
  const env = SlackEnv.parse({ SLACK_BOT_TOKEN: tokens.bot, SLACK_API_URL: fake.api, ...transport, ...more.env })
  const commands = more.commands ?? (await loadCommands(commandsFolder))
  const down = (reason: string, exitCode?: number) => void downs.push({ reason, exitCode })
  const context = { env, log: more.log ?? quietLog, store, commands, now: more.now ?? Date.now, down }
  return { adapter: createAdapter(context, { ...impatient, ...more.patience }), downs }
}

/** Starts it, and tells the fake its port. */
export async function startOn(fake: FakeSlack, adapter: Adapter, bot: BotPort): Promise<void> {
  await adapter.start(bot)
  const port = /port (\d+)/.exec(adapter.parts.map(({ detail }) => detail).join())?.[1]
  if (port) fake.port = Number(port)
}

export async function temporaryStore(): Promise<{ store: Store; folder: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'for-the-record-test-'))
  const store = await openStore({ STATE_DIR: folder }, quietLog)
  const close = async () => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { store, folder, close }
}

export async function startSlack(bot: BotPort, more: Making & { fake?: FakeOptions } = {}) {
  const fake = await startFakeSlack(more.fake)
  const kept = await temporaryStore()
  const { adapter, downs } = await makeAdapter(fake, kept.store, more)
  await startOn(fake, adapter, bot)
  const close = async () => {
    await adapter.stop()
    await fake.close()
    await kept.close()
  }
  return { fake, adapter, downs, store: kept.store, close }
}

const seen = (id: string, body: Json) => ({
  id,
  text: textsOf(body).join('\n') || String(body.text ?? ''),
  buttons: buttonsOf(body).map(({ label }) => label),
  pings: pingsOf(body),
})

/** What everybody sees of the bot, oldest first. */
export const shownOn = (fake: FakeSlack): (Visible & { channel: string; thread: string | undefined })[] =>
  [...fake.messages.values()]
    .flat()
    .filter(({ bot_id }) => bot_id === app.bot || bot_id === other.bot.bot)
    .sort((a, b) => (a.ts < b.ts ? -1 : 1))
    .map((message) => ({
      ...seen(message.ts, message),
      isPrivate: false,
      as: message.thread_ts ? 'thread' : 'channel',
      channel: message.channel,
      thread: message.thread_ts,
    }))

export const visibleAnswers = (exchange: Exchange): Visible[] =>
  exchange.answers.map(({ id, body, isPrivate }) => ({ ...seen(id, body), isPrivate, as: 'answer' as const }))

export function findMessage(fake: FakeSlack, id: string) {
  const message = [...fake.messages.values()].flat().find(({ ts }) => ts === id)
  if (!message) throw new Error(`there is no message ${id}`)
  return message
}

export function buttonOn(body: Json, label: string) {
  const button = buttonsOf(body).find((one) => one.label === label)
  if (!button) throw new Error(`there is no button "${label}"`)
  return button
}

/** Waits for the last word on a command or press. */
export async function settled(exchange: Exchange): Promise<Exchange> {
  await until('the answer', () => exchange.answers.length > 0, 8000)
  await pause(20)
  return exchange
}

const line = (name: string, args: Record<string, string>): string =>
  [`/${name}`, ...Object.entries(args).map(([key, value]) => (key === 'query' || key === 'text' ? value : `${key}:${value}`))].join(' ')

/** `ready`: what is still to be done when the adapter has started. */
export async function slackHarness(
  mode: Mode,
  env: Partial<SlackEnv> = {},
  ready?: (fake: FakeSlack) => Promise<unknown>,
): Promise<Harness> {
  const bot = keepingBot()
  const { fake, adapter, close } = await startSlack(bot, { mode, env })
  await ready?.(fake)
  const speakers: Record<string, Json> = {
    member: {},
    self: { user: app.user, bot_id: app.bot },
    'other-bot': { user: 'U0OTHERBOT1', bot_id: 'B0OTHERBOT1' },
    webhook: { user: undefined, bot_id: 'B0WEBHOOK01', subtype: 'bot_message' },
    forward: { attachments: [{ is_share: true, text: 'what somebody else said' }] },
    system: { subtype: 'channel_join' },
  }
  const post = /^chat\.postMessage$/
  return {
    adapter,
    bot,
    place: general,
    repliesAs: 'thread',
    say: async (text, { by = 'member', to } = {}) => {
      const spoken = to === 'mention' ? `<@${app.user}> ${text}` : text
      const said = fake.say(to === 'dm' ? channels.direct : channels.general, spoken, speakers[by])
      const unheard = pause(2000).then(() => Promise.reject(new Error('nobody confirms')))
      return (await Promise.race([said, unheard])).ts
    },
    edit: async (id, text) => void (await fake.edit(findMessage(fake, id), text)),
    erase: async (id) => void (await fake.erase(findMessage(fake, id))),
    command: async (name, args) => {
      const exchange = await settled(await fake.command(line(name, args)))
      return { acknowledgedAfter: exchange.acknowledgedAfter ?? Number.POSITIVE_INFINITY, answers: visibleAnswers(exchange) }
    },
    press: async (on, label) => {
      const message = findMessage(fake, on.id)
      return { answers: visibleAnswers(await settled(await fake.press(buttonOn(message, label), message))) }
    },
    shown: () => shownOn(fake),
    reactionsOn: (id) => [...fake.reactions].filter((reaction) => reaction.split(' ')[1] === id).length,
    fail: (how) => {
      if (how === 'gone') fake.faults.push({ on: post, error: 'channel_not_found' })
      if (how === 'forbidden') fake.faults.push({ on: post, error: 'not_in_channel' })
      if (how === 'too-fast') fake.faults.push({ on: post, retryAfter: 60 })
      if (how === 'lost') fake.faults.push({ on: post, after: true })
    },
    violations: () => fake.violations,
    close,
  }
}
