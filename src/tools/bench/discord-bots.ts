/**
 * The bots that are measured on the fake Discord, each in a process of its own: For the Record as `npm start` starts it (packs, SQLite or
 * PostgreSQL, log, health page), our adapter alone, and a bare echo bot on discord.js with its default caches. In: which one, the fake.
 * Out: its figures when asked, and its end.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { FakeDiscord } from '../../../tests/support/fake-discord/server.ts'
import { token } from '../../../tests/support/fake-discord/world.ts'
import type { Log } from '../../bot/log.ts'
import { ChannelSettings, defaultSettings } from '../../bot/settings.ts'
import { openStore } from '../../store/open.ts'
import { keyword } from './discord-chat.ts'

export type Kind = 'ours' | 'adapter' | 'echo'
/** Bytes; milliseconds of user and system time; statements that the bot gave to SQLite, each of them, since its start. */
export type Figures = { rss: number; cpu: number; statements: number }
export type Child = { figures(): Promise<Figures>; end(): Promise<void> }
/** Channels where replies are on, by server; where memory is, when it is not SQLite. */
export type Installed = { open?: ReadonlyMap<string, readonly string[]>; DATABASE_URL?: string }

export const kinds = ['ours', 'adapter', 'echo'] as const
export const names: Record<Kind, string> = { ours: 'For the Record', adapter: 'its adapter alone', echo: 'bare echo bot on discord.js' }
const quiet: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} }
const root = join(import.meta.dirname, '..', '..', '..')
const starter = join(import.meta.dirname, 'discord-child.mjs')
/** As `npm start` starts it. */
const flags = ['--max-semi-space-size=8', '--import', starter]

export async function startBot(kind: Kind, fake: FakeDiscord, installed: Installed = {}): Promise<Child> {
  const { child, folder } = await (kind === 'ours' ? startOurs(fake, installed) : startPeer(kind, fake))
  return {
    async figures() {
      const answer = once(child, 'message')
      child.send('figures')
      return (await answer)[0]
    },
    async end() {
      child.send('end')
      await once(child, 'exit')
      if (folder) await rm(folder, { recursive: true, force: true })
    },
  }
}

async function startOurs({ api }: FakeDiscord, { open = new Map(), DATABASE_URL }: Installed) {
  const folder = await mkdtemp(join(tmpdir(), 'for-the-record-bench-'))
  const memory = { STATE_DIR: folder, ...(DATABASE_URL && { DATABASE_URL }) }
  const store = await openStore(memory, quiet)
  for (const [server, channels] of open) {
    const settings = defaultSettings()
    for (const channel of channels) settings.channels[channel] = ChannelSettings.parse({ replies: { mode: 'reply' } })
    await store.saveSettings({ platform: 'discord', server }, settings, [])
  }
  await store.close()
  const child = fork(join(root, 'bin', 'for-the-record.mjs'), ['start'], {
    execArgv: flags,
    env: { PATH: process.env.PATH, DISCORD_TOKEN: token, DISCORD_API_URL: api, DISCORD_MESSAGE_CONTENT: 'on', PORT: '0', ...memory },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const log = child.stderr ? createInterface({ input: child.stderr }) : []
  let isStarted = false
  for await (const line of log) {
    isStarted = line.includes('platform-started')
    if (isStarted) break
  }
  if (!isStarted) throw new Error('For the Record did not start')
  child.stderr?.resume()
  return { child, folder }
}

async function startPeer(kind: Kind, { api }: FakeDiscord): Promise<{ child: ChildProcess; folder?: string }> {
  const execArgv = kind === 'adapter' ? flags.slice(0, 1) : []
  const child = fork(starter, [kind, api, token, keyword], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [first] = await once(child, 'message')
  if (first !== 'ready') throw new Error(`${kind} did not start`)
  return { child }
}
