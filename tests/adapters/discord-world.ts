/** The whole bot on the fake Discord: real packs, real SQLite, real adapter over its real library. In: options. Out: what tests act with. */

import type { Adapter } from '../../src/bot/adapter.ts'
import { createBot } from '../../src/bot/bot.ts'
import { ChannelSettings, type Settings } from '../../src/bot/settings.ts'
import type { Json } from '../support/fake-discord/limits.ts'
import type { Interaction } from '../support/fake-discord/rest.ts'
import { type FakeDiscord, startFakeDiscord } from '../support/fake-discord/server.ts'
import { channels, type Human, home, member } from '../support/fake-discord/world.ts'
import { keptLog } from '../support/kept-log.ts'
import { makeWorld, type World } from '../support/world.ts'
import { makeAdapter, pressOn, settled, shownOn, slash, visibleAnswers } from './discord-harness.ts'
import { until, type Visible } from './harness.ts'

export const server = { platform: 'discord', server: home }

export type DiscordWorld = {
  world: World
  fake: FakeDiscord
  adapter: Adapter
  bot: ReturnType<typeof createBot>
  log: ReturnType<typeof keptLog>
  /** Runs a slash command; a subcommand is the second word. */
  run(
    line: string,
    args?: Record<string, string | number>,
    by?: { human?: Human; channel?: string } & Json,
  ): Promise<Interaction & { seen: Visible[] }>
  press(id: string, label: string, by?: { human?: Human; channel?: string }): Promise<Visible[]>
  shown(): ReturnType<typeof shownOn>
  /** Sets a channel's reply mode as an admin's command would. */
  enable(mode: string, channel?: string, more?: Partial<ChannelSettings>): Promise<void>
  /** Waits until the bot shows this many messages. */
  showing(count: number): Promise<ReturnType<typeof shownOn>>
  close(): Promise<void>
}

export async function makeDiscordWorld(more: Parameters<typeof makeAdapter>[1] = {}): Promise<DiscordWorld> {
  const world = await makeWorld()
  const fake = await startFakeDiscord()
  const log = keptLog()
  const now = more.now ?? Date.now
  const { adapter } = await makeAdapter(fake, { log, commands: world.commands, store: world.store, ...more })
  const { library, detector, store, commands } = world
  const bot = createBot({ library, detector, store, adapters: [adapter], commands, log, now, instance: 'one' })
  await adapter.start(bot)
  await until('the commands', () => fake.commands.length > 0)
  return {
    world,
    fake,
    adapter,
    bot,
    log,
    async run(line, args = {}, by = {}) {
      const [name = '', sub] = line.split(' ')
      const data = slash(name, args)
      if (sub) data.options = [{ type: 1, name: sub, options: data.options }]
      const interaction = await settled(fake.interact(2, data, by))
      return { ...interaction, seen: visibleAnswers(interaction) }
    },
    press: async (id, label, by = {}) => visibleAnswers(await settled(pressOn(fake, id, label, by))),
    shown: () => shownOn(fake),
    async enable(mode, channel = channels.general, settings = {}) {
      const before: Settings = await store.settings(server)
      const changed = ChannelSettings.parse({ ...settings, replies: { mode, by: member.id, at: new Date(now()).toISOString() } })
      await store.saveSettings(server, { ...before, channels: { ...before.channels, [channel]: changed } }, [])
    },
    showing: (count) => until(`${count} messages of the bot`, () => shownOn(fake).length === count && shownOn(fake)),
    async close() {
      await adapter.stop()
      await fake.close()
      await world.close()
    },
  }
}
