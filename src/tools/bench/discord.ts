/**
 * What the bot costs on Discord, beside discord.js with its default caches, both on the fake Discord of the tests, each in a process of
 * its own; and our adapter alone, echoing too. For the Record is what `npm start` starts: packs, SQLite, log, health page. In: nothing.
 * Out: printed lines: memory with 1,000 and 10,000 servers, processor time per message, time to the first answer.
 *
 * Processor time is user and system time of the bot's process between two moments of rest, divided by the messages sent in between:
 * reading the socket, deciding, answering, and for ours writing to disk. Each message that is to be answered mentions the bot; the echo
 * sends its text back, ours looks it up, keeps the delivery (so that it is never answered twice) and sends an embed.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Json } from '../../../tests/support/fake-discord/limits.ts'
import { type FakeDiscord, startFakeDiscord } from '../../../tests/support/fake-discord/server.ts'
import { below, botUser, channels, home, token } from '../../../tests/support/fake-discord/world.ts'
import type { Log } from '../../bot/log.ts'
import { ChannelSettings, defaultSettings } from '../../bot/settings.ts'
import { openStore } from '../../store/open.ts'

type Kind = 'ours' | 'adapter' | 'echo'
type Child = { figures(): Promise<{ rss: number; cpu: number }>; end(): Promise<void> }

const kinds = ['ours', 'adapter', 'echo'] as const
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const names: Record<Kind, string> = { ours: 'For the Record', adapter: 'its adapter alone', echo: 'discord.js alone' }
const quiet: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} }
const root = join(import.meta.dirname, '..', '..', '..')
const starter = join(import.meta.dirname, 'discord-child.mjs')
/** As `npm start` starts it. */
const flags = ['--max-semi-space-size=8', '--import', starter]

/** One channel is open, in which the chatter takes place. */
async function startOurs({ api }: FakeDiscord): Promise<{ child: ChildProcess; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'for-the-record-bench-'))
  const store = await openStore({ STATE_DIR: folder }, quiet)
  const settings = defaultSettings()
  settings.channels[channels.noThreads] = ChannelSettings.parse({ replies: { mode: 'reply' } })
  await store.saveSettings({ platform: 'discord', server: home }, settings, [])
  await store.close()
  const own = { DISCORD_TOKEN: token, DISCORD_API_URL: api, DISCORD_MESSAGE_CONTENT: 'on', STATE_DIR: folder, PORT: '0' }
  const child = fork(join(root, 'bin', 'for-the-record.mjs'), ['start'], {
    execArgv: flags,
    env: { PATH: process.env.PATH, ...own },
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
  const child = fork(starter, [kind, api, token], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [first] = await once(child, 'message')
  if (first !== 'ready') throw new Error(`${kind} did not start`)
  return { child }
}

async function startChild(kind: Kind, fake: FakeDiscord): Promise<Child> {
  const { child, folder } = await (kind === 'ours' ? startOurs(fake) : startPeer(kind, fake))
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

/** Everything that Discord's side costs is paid by this process; the children are measured. Takes some five minutes, more on a busy machine. */
export async function benchDiscord(): Promise<void> {
  // The first start fills the compile cache, as the first start of an installation does.
  const fake = await startFakeDiscord()
  for (const kind of kinds) await (await startChild(kind, fake)).end()
  await fake.close()
  for (const guilds of [1000, 10_000]) await memory(guilds)
  await processor('each of 1,000 messages is answered', 1000, 1, channels.noThreads)
  await processor('one of 100 messages is answered', 10_000, 100, channels.noThreads)
  await processor('the same in a channel that is not open', 10_000, 100, channels.general)
  await answers()
}

/** RSS after READY, all servers in, five seconds of rest. One shard per 2,000 servers, as Discord wants it. */
async function memory(guilds: number): Promise<void> {
  const fake = await startFakeDiscord({ guilds, shards: Math.ceil(guilds / 2000), maxConcurrency: 16 })
  const rss: Partial<Record<Kind, number>> = {}
  for (const kind of kinds) {
    const child = await startChild(kind, fake)
    await sleep(5000)
    rss[kind] = (await child.figures()).rss / 2 ** 20
    await child.end()
  }
  await fake.close()
  console.log(`discord: RSS with ${guilds} servers: ${kinds.map((kind) => `${names[kind]} ${rss[kind]?.toFixed(0)} MiB`).join(', ')}`)
}

/**
 * Twenty lines, over and over. Two have to do with the pack and one repeats a myth: real chat repeats one in a hundred lines or so, and
 * costs detection as much as these on average.
 */
const chatter = [
  'does anybody know a good recipe for bread, mine never rises',
  'the train was late again and nobody said a word about it',
  'I read somewhere that Lenin was paid by the Germans, is that so?',
  'see you tomorrow at the library, bring the notes on 1917',
  'what a match, I thought they had lost it after the first half',
  'lol',
  'can somebody look at my pull request, it is only three lines',
  'yes, I think so too',
  'my cat sits on the keyboard whenever there is a meeting',
  'where did you buy those shoes?',
  'I have restarted it twice and it still says connection refused',
  'good morning all',
  'the second season is better than the first, and nobody believes me',
  'thanks, that worked!',
  'does the party on saturday begin at seven or at eight?',
  'I would rather pay more and have it done well',
  'no idea, ask in the other channel',
  'we moved the server to a new host, tell me when something is slow',
  'what is the name of that song from the advertisement with the dog',
  'see you later',
]

/** Runs of each bot; the cheapest counts, since what a busy machine adds is not the bot's. */
const rounds = 3
const warmUp = 2000
/** Servers in which the bot is asked. */
const asking = 50

async function processor(what: string, count: number, every: number, channel: string): Promise<void> {
  const cpu: Partial<Record<Kind, number>> = {}
  for (let round = 0; round < rounds; round += 1)
    for (const kind of kinds) cpu[kind] = Math.min(cpu[kind] ?? Number.POSITIVE_INFINITY, await perMessage(kind, count, every, channel))
  const shown = kinds.map((kind) => `${names[kind]} ${cpu[kind]?.toFixed(3)} ms (ratio ${((cpu[kind] ?? 0) / (cpu.echo ?? 1)).toFixed(2)})`)
  console.log(`discord: processor time per message, ${what}: ${shown.join(', ')}`)
}

/** Processor time of the bot's process per message, in milliseconds, once it is warm. */
async function perMessage(kind: Kind, count: number, every: number, channel: string): Promise<number> {
  const fake = await startFakeDiscord({ guilds: asking })
  const child = await startChild(kind, fake)
  let asked = 0
  const ask = (text: string) => {
    // Nobody and no channel is answered without end (src/bot/asked.ts), so many ask in many places.
    fake.say(below(asked % asking, 1, 20), `<@${botUser.id}> ${text}`, {}, { id: String(910_000_000_000_000_000n + BigInt(asked % 100)) })
    asked += 1
  }
  const say = async (number: number) => {
    const wanted = fake.sent.size + Math.floor(number / every)
    for (let index = 0; index < number; index += 1) {
      const text = chatter[index % chatter.length] ?? ''
      if (index % every === 0) ask(text)
      else fake.say(channel, text)
      if (index % 20 === 0) await sleep(4)
    }
    const end = performance.now() + 60_000
    while (fake.sent.size < wanted && performance.now() < end) await sleep(20)
    if (fake.sent.size < wanted) throw new Error(`${kind} answered ${fake.sent.size} of ${wanted}`)
    await sleep(300)
  }
  await say(every === 1 ? warmUp / 10 : warmUp)
  const before = await child.figures()
  await say(count)
  const spent = (await child.figures()).cpu - before.cpu
  await child.end()
  await fake.close()
  return spent / count
}

/** From the sending of an interaction to its first answer, as the fake sees it, ten at a time. */
async function answers(): Promise<void> {
  const fake = await startFakeDiscord()
  const child = await startChild('ours', fake)
  const option = (name: string, value: string, more: Json = {}): Json => ({ name, type: 3, value, ...more })
  const command = { id: '1', type: 1, name: 'myth', options: [option('query', 'german gold')] }
  const typing = { id: '1', type: 1, name: 'myth', options: [option('query', 'the germ', { focused: true })] }
  await timed(fake, 2, command, 100)
  const first = await timed(fake, 2, command, 1000)
  const offers = await timed(fake, 4, typing, 1000)
  console.log(`discord: first answer to a command: p50 ${at(first, 0.5)} ms, p99 ${at(first, 0.99)} ms (limit 3,000 ms; aim 300)`)
  console.log(`discord: offers while typing: p50 ${at(offers, 0.5)} ms, p99 ${at(offers, 0.99)} ms (aim 50)`)
  await child.end()
  await fake.close()
}

async function timed(fake: FakeDiscord, type: number, data: Json, count: number): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < count / 10; round += 1) {
    const batch = Array.from({ length: 10 }, () => fake.interact(type, data))
    while (batch.some((one) => one.acknowledgedAfter === undefined)) await sleep(1)
    times.push(...batch.map((one) => one.acknowledgedAfter ?? 0))
  }
  return times.sort((a, b) => a - b)
}

const at = (times: readonly number[], share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1)
