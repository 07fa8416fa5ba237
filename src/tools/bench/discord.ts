/**
 * What the bot costs on Discord, beside discord.js with its default caches, both on the fake Discord of the tests, each in a process of
 * its own; and our adapter alone, echoing too. In: nothing. Out: printed lines: memory with 1,000 and 10,000 servers, processor time per message, time to the first answer.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Json } from '../../../tests/support/fake-discord/limits.ts'
import { type FakeDiscord, startFakeDiscord } from '../../../tests/support/fake-discord/server.ts'
import { botUser, channels, home, token } from '../../../tests/support/fake-discord/world.ts'

type Kind = 'ours' | 'adapter' | 'echo'
type Child = { figures(): Promise<{ rss: number; cpu: number }>; end(): Promise<void> }

const kinds = ['ours', 'adapter', 'echo'] as const
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const names: Record<Kind, string> = { ours: 'For the Record', adapter: 'its adapter alone', echo: 'discord.js alone' }

async function startChild(kind: Kind, fake: FakeDiscord): Promise<Child> {
  const args = [kind, fake.api, token, home, channels.noThreads]
  // Ours as `npm start` starts it, the other as Node does by itself.
  const execArgv = kind === 'echo' ? [] : ['--max-semi-space-size=8']
  const child: ChildProcess = fork(join(import.meta.dirname, 'discord-child.ts'), args, {
    execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [first] = await once(child, 'message')
  if (first !== 'ready') throw new Error(`${kind} did not start`)
  return {
    async figures() {
      const answer = once(child, 'message')
      child.send('figures')
      return (await answer)[0]
    },
    async end() {
      child.send('end')
      await once(child, 'exit')
    },
  }
}

/** Everything that Discord's side costs is paid by this process; the children are measured. Takes about two minutes. */
export async function benchDiscord(): Promise<void> {
  // The first start fills the compile cache, as the first start of an installation does.
  const fake = await startFakeDiscord()
  await (await startChild('ours', fake)).end()
  await fake.close()
  for (const guilds of [1000, 10_000]) await memory(guilds)
  await processor('each of 1,000 messages is answered', 1000, 1)
  await processor('one of 100 messages is answered', 10_000, 100)
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

const chatter = [
  'does anybody know a good recipe for bread, mine never rises',
  'the train was late again and nobody said a word about it',
  'I read somewhere that Lenin was paid by the Germans, is that so?',
  'see you tomorrow at the library, bring the notes on 1917',
  'what a match, I thought they had lost it after the first half',
]

/** Processor time of the bot's process per message. Ours runs detection and its database besides; the other only echoes. */
async function processor(what: string, count: number, every: number): Promise<void> {
  const cpu: Partial<Record<Kind, number>> = {}
  for (const kind of kinds) {
    const fake = await startFakeDiscord()
    const child = await startChild(kind, fake)
    const say = async (from: number, to: number) => {
      const wanted = fake.sent.size + Math.floor((to - from) / every)
      for (let index = from; index < to; index += 1) {
        const text = chatter[index % chatter.length] ?? ''
        fake.say(channels.noThreads, index % every === 0 ? `<@${botUser.id}> ${text}` : text)
        if (index % 20 === 0) await sleep(4)
      }
      const end = performance.now() + 60_000
      while (fake.sent.size < wanted && performance.now() < end) await sleep(20)
      if (fake.sent.size < wanted) throw new Error(`${kind} answered ${fake.sent.size} of ${wanted}`)
      await sleep(300)
    }
    await say(0, 500)
    const before = await child.figures()
    await say(0, count)
    cpu[kind] = ((await child.figures()).cpu - before.cpu) / count
    await child.end()
    await fake.close()
  }
  const shown = kinds.map((kind) => `${names[kind]} ${cpu[kind]?.toFixed(3)} ms (ratio ${((cpu[kind] ?? 0) / (cpu.echo ?? 1)).toFixed(2)})`)
  console.log(`discord: processor time per message, ${what}: ${shown.join(', ')}`)
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
