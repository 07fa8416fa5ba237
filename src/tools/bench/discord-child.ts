/**
 * One bot in a process of its own, for the Discord bench. In: by arguments, which bot and the fake's address. Out: by messages to the parent,
 * its memory and processor time when asked. `ours` is the whole bot with packs and SQLite; `echo` is discord.js with default caches that
 * answers every mention with its text.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AdapterContext } from '../../bot/adapter.ts'
import type { Log } from '../../bot/log.ts'
import type { Store } from '../../bot/store.ts'

// As bin/for-the-record.mjs does.
if (process.argv[2] !== 'echo') enableCompileCache()
const [kind = '', api = '', token = '', server = '', channel = ''] = process.argv.slice(2)
const quiet: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} }
const root = join(import.meta.dirname, '..', '..', '..')

/** The library of the other bot must not be loaded here: memory is what is measured. */
async function startOurs(): Promise<void> {
  const { createBot } = await import('../../bot/bot.ts')
  const { ChannelSettings, defaultSettings } = await import('../../bot/settings.ts')
  const { createDetector } = await import('../../detection/detector.ts')
  const { createLibrary } = await import('../../knowledge/library.ts')
  const { loadCommands, loadPacks } = await import('../../registry.ts')
  const { openStore } = await import('../../store/open.ts')
  const { createAdapter } = await import('../../adapters/discord/index.ts')
  const { DiscordEnv } = await import('../../adapters/discord/env.ts')
  const folder = mkdtempSync(join(tmpdir(), 'for-the-record-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const library = createLibrary(await loadPacks(join(root, 'data')))
  const commands = await loadCommands(join(root, 'commands'))
  const store = await openStore({ STATE_DIR: folder }, quiet)
  const here = { platform: 'discord', server }
  const settings = defaultSettings()
  settings.channels[channel] = ChannelSettings.parse({ replies: { mode: 'reply' } })
  await store.saveSettings(here, settings, [])
  const env = DiscordEnv.parse({ DISCORD_TOKEN: token, DISCORD_API_URL: api, DISCORD_MESSAGE_CONTENT: 'on' })
  const context: AdapterContext<DiscordEnv> = { env, log: quiet, store, commands, now: Date.now, down: (reason) => fail(reason) }
  const adapter = createAdapter(context)
  const detector = createDetector(library)
  const bot = createBot({ library, detector, store, adapters: [adapter], commands, log: quiet, now: Date.now, instance: 'bench' })
  await adapter.start(bot)
}

/** Our adapter without the rest of the bot, doing what the echo does: the adapter's own cost. */
async function startAdapter(): Promise<void> {
  const { createAdapter } = await import('../../adapters/discord/index.ts')
  const { DiscordEnv } = await import('../../adapters/discord/env.ts')
  const env = DiscordEnv.parse({ DISCORD_TOKEN: token, DISCORD_API_URL: api, DISCORD_MESSAGE_CONTENT: 'on' })
  const store = { recall: async () => undefined, remember: async () => {}, stay: async () => {} } as Partial<Store> as Store
  const adapter = createAdapter({ env, log: quiet, store, commands: [], now: Date.now, down: (reason) => fail(reason) })
  await adapter.start({
    run: async () => ({ card: { title: 'x', lead: 'x' }, to: 'asker' }),
    suggest: async () => [],
    left: async () => {},
    hear: async ({ ref, text, isAddressed }) => {
      if (!isAddressed) return
      await adapter.post({ place: ref.place, mode: 'reply', to: ref, card: { title: '', lead: text }, key: ref.id.slice(-20) })
    },
  })
}
type DiscordEnv = import('../../adapters/discord/env.ts').DiscordEnv

async function startEcho(): Promise<void> {
  const { Client, Events, GatewayIntentBits: Bits } = await import('discord.js')
  const intents = [Bits.Guilds, Bits.GuildMessages, Bits.GuildMessageReactions, Bits.DirectMessages, Bits.MessageContent]
  const client = new Client({ intents, rest: { api }, allowedMentions: { parse: [], repliedUser: false } })
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve))
  client.on(Events.MessageCreate, (message) => {
    if (message.author.bot || !client.user || !message.mentions.has(client.user)) return
    // The nonce keeps the fake's demand on unasked posts; discord.js sends it as cheaply as any field.
    message.reply({ content: message.content, nonce: message.id.slice(-20), enforceNonce: true }).catch(() => {})
  })
  await client.login(token)
  await ready
}

function fail(reason: string): never {
  console.error(reason)
  process.exit(1)
}

process.on('message', (ask) => {
  const { user, system } = process.cpuUsage()
  if (ask === 'figures') process.send?.({ rss: process.memoryUsage.rss(), cpu: (user + system) / 1000 })
  if (ask === 'end') process.exit(0)
})
const bots: Record<string, () => Promise<void>> = { ours: startOurs, adapter: startAdapter, echo: startEcho }
await bots[kind]?.()
process.send?.('ready')
