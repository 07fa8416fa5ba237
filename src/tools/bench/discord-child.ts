/**
 * The two bots that For the Record is measured beside, each in a process of its own. In: by arguments, which one, the fake's address, a token, a keyword.
 * Out: a running bot. `echo` is discord.js with its default caches; `adapter` is our adapter without the rest of the bot, which shows
 * what is the adapter's own. Both answer every mention, and every message with the keyword, with its text.
 */
import type { Log } from '../../bot/log.ts'
import type { Store } from '../../bot/store.ts'

const [kind = '', api = '', token = '', keyword = ''] = process.argv.slice(2)
const quiet: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} }

/** The library of the other bot must not be loaded here: memory is what is measured. */
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
      if (!isAddressed && !text.includes(keyword)) return
      await adapter.post({ place: ref.place, mode: 'reply', to: ref, card: { title: '', lead: text }, key: ref.id.slice(-20) })
    },
  })
}

async function startEcho(): Promise<void> {
  const { Client, Events, GatewayIntentBits: Bits } = await import('discord.js')
  const intents = [Bits.Guilds, Bits.GuildMessages, Bits.GuildMessageReactions, Bits.DirectMessages, Bits.MessageContent]
  const client = new Client({ intents, rest: { api }, allowedMentions: { parse: [], repliedUser: false } })
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve))
  client.on(Events.MessageCreate, (message) => {
    if (message.author.bot || !client.user) return
    if (!message.mentions.has(client.user) && !message.content.includes(keyword)) return
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

const bots: Record<string, () => Promise<void>> = { adapter: startAdapter, echo: startEcho }
await bots[kind]?.()
process.send?.('ready')
