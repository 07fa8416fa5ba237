/**
 * What it costs to acknowledge an event of Slack: our adapter (signature, dedupe, inbox on disk, acknowledgement) beside bare Bolt (stock
 * receiver, one listener that does nothing), on the same fake Slack, each in a process of its own, both transports. In: nothing.
 * Out: printed lines: processor time per event with its ratio (bar 1.5), and how long acknowledgements take, also with a store that stalls.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { startFakeSlack } from '../../../tests/support/fake-slack/server.ts'
import { channels, member, timestamp, tokens } from '../../../tests/support/fake-slack/world.ts'

type Kind = 'ours' | 'bare' | 'whole' | 'stalled'
type Mode = 'socket' | 'http'
type Figures = { cpu: number; times: number[] }

const warmUp = 2000
const count = 4000
/** How many at a time: a quiet workspace, and a busy moment. */
const crowds = [1, 20]
const rounds = 3

/** Events one after another, `crowd` at a time; processor time of the bot's process per event in milliseconds, and the times to the acknowledgement. */
export async function measure(kind: Kind, mode: Mode, crowd: number, events = count, warm = warmUp): Promise<Figures> {
  const fake = await startFakeSlack()
  const child: ChildProcess = fork(join(import.meta.dirname, 'slack-child.ts'), [kind, mode, fake.api, tokens.bot, tokens.app, tokens.secret], {
    execArgv: [...(process.env.PROF ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prof'] : []), ...(kind === 'bare' ? [] : ['--max-semi-space-size=8'])],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  if (mode === 'http') fake.port = port
  const figures = async () => {
    const answer = once(child, 'message') as Promise<[{ cpu: number }]>
    child.send('figures')
    return (await answer)[0]
  }
  const say = async (total: number): Promise<number[]> => {
    const times: number[] = []
    let left = total
    const one = async () => {
      while (left > 0) {
        left -= 1
        const [type, channel_type, text] = ['message', 'channel', `the train was late again and nobody said a word, ${left}`]
        times.push(await fake.event({ type, channel: channels.general, channel_type, user: member.id, text, ts: timestamp() }))
      }
    }
    await Promise.all(Array.from({ length: crowd }, one))
    // What is put off is paid for, too.
    await new Promise((resolve) => setTimeout(resolve, 1500))
    return times
  }
  await say(warm)
  const before = await figures()
  const times = await say(events)
  const after = await figures()
  child.send('end')
  await once(child, 'exit')
  await fake.close()
  return { cpu: (after.cpu - before.cpu) / events, times: times.sort((a, b) => a - b) }
}

const at = (times: readonly number[], share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1)
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Takes about four minutes. The kinds take turns, so that a machine that is busy meanwhile is busy for all. */
export async function benchSlack(): Promise<void> {
  for (const mode of ['http', 'socket'] as const) {
    for (const crowd of crowds) {
      const [ours, bare]: [number[], number[]] = [[], []]
      for (let round = 0; round < rounds; round += 1) {
        ours.push((await measure('ours', mode, crowd)).cpu)
        bare.push((await measure('bare', mode, crowd)).cpu)
      }
      const [own, peer] = [median(ours), median(bare)]
      const figures = `For the Record ${own.toFixed(3)} ms, bare Bolt ${peer.toFixed(3)} ms, ratio ${(own / peer).toFixed(2)} (bar 1.5)`
      console.log(`slack: processor time to acknowledge an event, ${mode}, ${crowd} at a time: ${figures}`)
    }
    const whole = await measure('whole', mode, 1)
    console.log(`slack: processor time of the whole bot per off-topic message, ${mode}: ${whole.cpu.toFixed(3)} ms`)
    const stalled = await measure('stalled', mode, 20, 400, 0)
    const [p50, p99] = [at(stalled.times, 0.5), at(stalled.times, 0.99)]
    console.log(`slack: acknowledgement with a store that never answers, ${mode}, 20 at a time: p50 ${p50} ms, p99 ${p99} ms (bar 300 ms)`)
  }
}
