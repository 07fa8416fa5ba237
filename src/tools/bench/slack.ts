/**
 * What it costs to acknowledge an event of Slack: our adapter (signature, dedupe, inbox on disk, acknowledgement) beside bare Bolt (stock
 * receiver, one listener that does nothing), on the same fake Slack, each in a process of its own, both transports. In: parts (none: all):
 * a transport, `cpu` or `answers`. Out: printed lines: processor time per event with its ratio (bar 1.5), and how long acknowledgements
 * take, also with a store that stalls.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type FakeSlack, startFakeSlack } from '../../../tests/support/fake-slack/server.ts'
import { channels, member, timestamp, tokens } from '../../../tests/support/fake-slack/world.ts'
import type { SlackPart } from './slack-parts.ts'

type Kind = 'ours' | 'bare' | 'whole' | 'stalled'
type Mode = 'socket' | 'http'
/** `crowd`: so many at a time, the next as soon as one is acknowledged; `rate`: so many a second, however long each takes. */
type Load = { name: string; events: number; warmUp: number } & ({ crowd: number } | { rate: number })

const loads: Load[] = [
  { name: '50 a second', rate: 50, events: 500, warmUp: 250 },
  { name: 'one after another', crowd: 1, events: 2000, warmUp: 1000 },
  { name: '20 at a time', crowd: 20, events: 6000, warmUp: 2000 },
]
const rounds = 3
/** What is put off is paid for, too: so long it is waited for, in milliseconds. */
const after = 500

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** One off-topic message in a channel; resolves when it is acknowledged, with the milliseconds until then. */
const sayOn = (fake: FakeSlack, number: number): Promise<number> => {
  const text = `the train was late again and nobody said a word about it, ${number}`
  const [type, channel_type] = ['message', 'channel']
  return fake.event({ type, channel: channels.general, channel_type, user: member.id, text, ts: timestamp() })
}

async function sayAll(fake: FakeSlack, total: number, load: Load): Promise<number[]> {
  const times: number[] = []
  let said = 0
  const next = async () => {
    said += 1
    times.push(await sayOn(fake, said))
  }
  if ('crowd' in load) {
    const one = async () => {
      while (said < total) await next()
    }
    await Promise.all(Array.from({ length: load.crowd }, one))
  } else {
    const [begin, under] = [performance.now(), [] as Promise<void>[]]
    for (let index = 0; index < total; index += 1) {
      await sleep(Math.max(0, begin + (index * 1000) / load.rate - performance.now()))
      under.push(next())
    }
    await Promise.all(under)
  }
  await sleep(after)
  return times
}

/** Processor time of the bot's process per event, in milliseconds, and the times to each acknowledgement. */
async function measure(kind: Kind, mode: Mode, load: Load): Promise<{ cpu: number; times: number[] }> {
  const fake = await startFakeSlack()
  const args = [kind, mode, fake.api, tokens.bot, tokens.app, tokens.secret]
  // Ours as `npm start` starts it, the other as Node does by itself.
  const execArgv = kind === 'bare' ? [] : ['--max-semi-space-size=8']
  const child: ChildProcess = fork(join(import.meta.dirname, 'slack-child.ts'), args, {
    execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  if (mode === 'http') fake.port = port
  const processorTime = async () => {
    const answer = once(child, 'message') as Promise<[{ cpu: number }]>
    child.send('figures')
    return (await answer)[0].cpu
  }
  await sayAll(fake, load.warmUp, load)
  const before = await processorTime()
  const times = await sayAll(fake, load.events, load)
  const cpu = ((await processorTime()) - before) / load.events
  child.send('end')
  await once(child, 'exit')
  await fake.close()
  return { cpu, times: times.sort((a, b) => a - b) }
}

const at = (times: readonly number[], share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1)
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Takes about six minutes, one transport half of that. The kinds take turns, so that a machine that is busy meanwhile is busy for both. */
export async function benchSlack(parts: readonly string[] = []): Promise<void> {
  // Of each pair one named part leaves the other one out.
  const isWanted = (part: SlackPart, other: SlackPart): boolean => parts.includes(part) || !parts.includes(other)
  const modes = [...(isWanted('http', 'socket') ? ['http' as const] : []), ...(isWanted('socket', 'http') ? ['socket' as const] : [])]
  for (const mode of modes) {
    for (const load of isWanted('cpu', 'answers') ? loads : []) {
      const [ours, bare]: [number[], number[]] = [[], []]
      for (let round = 0; round < rounds; round += 1) {
        ours.push((await measure('ours', mode, load)).cpu)
        bare.push((await measure('bare', mode, load)).cpu)
      }
      const [own, peer] = [median(ours), median(bare)]
      const figures = `For the Record ${own.toFixed(3)} ms, bare Bolt ${peer.toFixed(3)} ms, ratio ${(own / peer).toFixed(2)} (bar 1.5)`
      console.log(`slack: processor time to acknowledge an event, ${mode}, ${load.name}: ${figures}`)
    }
    if (!isWanted('answers', 'cpu')) continue
    const whole = await measure('whole', mode, { name: '', crowd: 1, events: 1000, warmUp: 500 })
    console.log(`slack: processor time of the whole bot for an off-topic message, ${mode}, one after another: ${whole.cpu.toFixed(3)} ms`)
    for (const kind of ['ours', 'stalled'] as const) {
      const { times } = await measure(kind, mode, { name: '', rate: 50, events: 300, warmUp: 50 })
      const store = kind === 'ours' ? 'SQLite' : 'a store that never answers'
      console.log(
        `slack: acknowledged with ${store}, ${mode}, 50 a second: p50 ${at(times, 0.5)} ms, p99 ${at(times, 0.99)} ms (bar 300 ms)`,
      )
    }
  }
}
