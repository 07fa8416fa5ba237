/**
 * One bot in a process of its own, for the Slack bench. In: by arguments, which bot, the mode and the fake's address. Out: by messages to the
 * parent, its port, and its processor time when asked. `ours` is our adapter with SQLite on disk and a core that does nothing; `bare` is Bolt
 * with its stock receiver and one listener that does nothing; `whole` is the whole bot; `stalled` is `ours` with a store that takes a minute.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Adapter, AdapterContext, BotPort } from '../../bot/adapter.ts'
import type { Log } from '../../bot/log.ts'
import type { Store } from '../../bot/store.ts'

const [kind = '', mode = '', api = '', botToken = '', appToken = '', secret = ''] = process.argv.slice(2)
const quiet: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} }
const root = join(import.meta.dirname, '..', '..', '..')

async function open(): Promise<{ store: Store; make(store: Store): Promise<Adapter> }> {
  const { loadCommands } = await import('../../registry.ts')
  const { openStore } = await import('../../store/open.ts')
  const { createAdapter } = await import('../../adapters/slack/index.ts')
  const { SlackEnv } = await import('../../adapters/slack/env.ts')
  const folder = mkdtempSync(join(tmpdir(), 'for-the-record-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const commands = await loadCommands(join(root, 'commands'))
  const transport = mode === 'http' ? { SLACK_SIGNING_SECRET: secret, SLACK_PORT: '0' } : { SLACK_APP_TOKEN: appToken }
  const env = SlackEnv.parse({ SLACK_BOT_TOKEN: botToken, SLACK_API_URL: api, ...transport })
  const make = async (store: Store) => {
    const context: AdapterContext<typeof env> = { env, log: quiet, store, commands, now: Date.now, down: (reason) => fail(reason) }
    return createAdapter(context)
  }
  return { store: await openStore({ STATE_DIR: folder }, quiet), make }
}

const portOf = (adapter: Adapter): number => Number(/port (\d+)/.exec(adapter.parts.map(({ detail }) => detail).join())?.[1] ?? 0)

const nothing: BotPort = {
  run: async () => ({ card: { title: 'x', lead: 'x' }, to: 'asker' }),
  suggest: async () => [],
  left: async () => {},
  hear: async () => {},
}

async function startOurs(): Promise<number> {
  const { store, make } = await open()
  const adapter = await make(store)
  await adapter.start(nothing)
  return portOf(adapter)
}

async function startStalled(): Promise<number> {
  const { store, make } = await open()
  const never = new Promise<never>(() => {})
  const adapter = await make({ ...store, acceptEvent: () => ({ kept: never, isNew: never }), finishEvent: () => never })
  await adapter.start(nothing)
  return portOf(adapter)
}

async function startWhole(): Promise<number> {
  const { createBot } = await import('../../bot/bot.ts')
  const { openPacks } = await import('../../detection/open.ts')
  const { loadCommands, loadPacks } = await import('../../registry.ts')
  const { store, make } = await open()
  const adapter = await make(store)
  const { library, detector } = openPacks(await loadPacks(join(root, 'data')))
  const commands = await loadCommands(join(root, 'commands'))
  const parts = { library, detector, store, adapters: [adapter], commands }
  await adapter.start(createBot({ ...parts, log: quiet, now: Date.now, instance: 'bench' }))
  return portOf(adapter)
}

async function startBare(): Promise<number> {
  const { App } = await import('@slack/bolt')
  const common = { token: botToken, clientOptions: { slackApiUrl: api } }
  const app = mode === 'http' ? new App({ ...common, signingSecret: secret }) : new App({ ...common, appToken, socketMode: true, port: 0 })
  app.event('message', async () => {})
  const server = (await app.start(0)) as { address?: () => AddressInfo | null } | undefined
  return server?.address?.()?.port ?? 0
}

function fail(reason: string): never {
  console.error(reason)
  process.exit(1)
}

process.on('message', (ask) => {
  const { user, system } = process.cpuUsage()
  if (ask === 'figures') process.send?.({ cpu: (user + system) / 1000 })
  if (ask === 'end') process.exit(0)
})
const bots: Record<string, () => Promise<number>> = { ours: startOurs, bare: startBare, whole: startWhole, stalled: startStalled }
const port = await bots[kind]?.()
process.send?.({ port })
