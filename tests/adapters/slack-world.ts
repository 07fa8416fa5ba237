/** The whole bot on the fake Slack: real packs, real SQLite, real adapter over real Bolt, by socket or by HTTP. In: options. Out: what tests act with. */
import type { Adapter } from '../../src/bot/adapter.ts'
import { createBot } from '../../src/bot/bot.ts'
import { ChannelSettings, type Settings } from '../../src/bot/settings.ts'
import type { Store } from '../../src/bot/store.ts'
import type { Json } from '../support/fake-slack/limits.ts'
import { type FakeOptions, type FakeSlack, startFakeSlack } from '../support/fake-slack/server.ts'
import type { Exchange } from '../support/fake-slack/web-api.ts'
import { admin, channels, type FakeMessage, type Human, team } from '../support/fake-slack/world.ts'
import { keptLog } from '../support/kept-log.ts'
import { makeWorld, type World } from '../support/world.ts'
import { pause, until, type Visible } from './harness.ts'
import {
  buttonOn,
  type Down,
  findMessage,
  type Making,
  type Mode,
  makeAdapter,
  settled,
  shownOn,
  startOn,
  visibleAnswers,
} from './slack-harness.ts'

export const modes: Mode[] = ['socket', 'http']
export const workspace = { platform: 'slack', server: team }
type By = { human?: Human; channel?: string }

export type Instance = { adapter: Adapter; bot: ReturnType<typeof createBot>; log: ReturnType<typeof keptLog>; downs: Down[] }
export type SlackWorld = Instance & {
  world: World
  fake: FakeSlack
  /** Types a command; resolves with what is answered. */
  run(line: string, by?: By): Promise<Visible[]>
  /** Presses a button on one of the bot's messages, by its label. */
  press(id: string, label: string, by?: By): Promise<Visible[]>
  /** Presses what no message shows. */
  forge(action: string, value: string, on?: Json, by?: By): Promise<Exchange>
  shown(): ReturnType<typeof shownOn>
  /** Waits until the bot shows this many messages. */
  showing(count: number): Promise<ReturnType<typeof shownOn>>
  say(text: string, more?: Json & { human?: Human }): Promise<FakeMessage>
  /** Sets a channel's reply mode as an admin's command would. */
  enable(mode: string, channel?: string, more?: Partial<ChannelSettings>): Promise<void>
  /** Until the bot has dealt with all that was said so far. */
  caughtUp(): Promise<void>
  close(): Promise<void>
}

/** One more process of the bot, as it were, on the same Slack and store. */
export async function startInstance(fake: FakeSlack, world: World, store: Store, more: Making = {}): Promise<Instance> {
  const log = keptLog()
  const { library, detector, commands } = world
  const { adapter, downs } = await makeAdapter(fake, store, { log, commands, ...more })
  const bot = createBot({ library, detector, store, adapters: [adapter], commands, log, now: more.now ?? Date.now, instance: 'one' })
  await startOn(fake, adapter, bot)
  return { adapter, bot, log, downs }
}

export async function makeSlackWorld(mode: Mode, more: Making & { fake?: FakeOptions } = {}): Promise<SlackWorld> {
  const world = await makeWorld()
  const fake = await startFakeSlack(more.fake)
  const { store } = world
  const instance = await startInstance(fake, world, store, { mode, ...more })
  return {
    ...instance,
    world,
    fake,
    run: async (line, by = {}) => visibleAnswers(await settled(await fake.command(line, by))),
    async press(id, label, by = {}) {
      const message = findMessage(fake, id)
      return visibleAnswers(await settled(await fake.press(buttonOn(message, label), message, by)))
    },
    forge: async (action, value, on = { channel: channels.general, ts: '1.1' }, by = {}) =>
      settled(await fake.press({ action_id: `${action}/1`, value }, on, by)),
    shown: () => shownOn(fake),
    showing: (count) => until(`${count} messages of the bot`, () => shownOn(fake).length === count && shownOn(fake)),
    say: (text, by = {}) => fake.say(channels.general, text, by),
    async enable(mode, channel = channels.general, settings = {}) {
      const before: Settings = await store.settings(workspace)
      const changed = ChannelSettings.parse({ ...settings, replies: { mode, by: admin.id, at: new Date().toISOString() } })
      await store.saveSettings(workspace, { ...before, channels: { ...before.channels, [channel]: changed } }, [])
    },
    async caughtUp() {
      await until('the end of all work', async () => (await store.pendingEvents('slack')).length === 0)
      await pause(20)
    },
    async close() {
      await instance.adapter.stop()
      await fake.close()
      await world.close()
    },
  }
}
