/**
 * Processor time per message, beside a bare echo bot that answers the same messages. In: which rows, none: all. Out: printed lines.
 *
 * It is user and system time of the bot's process between two moments of rest, divided by the messages sent in between: reading the
 * socket, deciding, answering, and for ours writing to disk. The echo sends a text back to whoever names it, and to whoever says a keyword
 * where ours answers a claim; ours looks the text up, keeps the delivery (so that it is never answered twice) and sends an embed. Threads
 * are not allowed in these servers, or else an answer to who asks would be two requests: a thread, and the message in it.
 */
import { join } from 'node:path'
import { type FakeDiscord, startFakeDiscord } from '../../../tests/support/fake-discord/server.ts'
import { below, botUser, channels, guildId, home } from '../../../tests/support/fake-discord/world.ts'
import { createDetector } from '../../detection/detector.ts'
import { loadPacks } from '../../registry.ts'
import { type Child, type Kind, kinds, names, startBot } from './discord-bots.ts'
import { linesOf, type Mixture } from './discord-chat.ts'
import { type CpuRow, cpuRows } from './discord-parts.ts'

/**
 * `where`: the channel of all that is not put to the bot by name; "many": each claim in a channel of its own, so that each is answered.
 * `slice` messages at a time are measured, so often; `warm` at a time are said before.
 */
type Row = { name: string; slice: number; slices: number; warm: number; mixture: Mixture; where: string | 'many' }

/**
 * The bots take turns, slice by slice, so that a machine that is busy meanwhile is busy for all of them; the median slice counts, the range
 * and the sum of all show how far that was the machine's doing. A slice holds several collections of garbage, great ones as well: one that
 * happens to hold none is a third of the price, and its bot would seem that cheap. Fifty answers go out in a second, Discord's limit, so
 * that a slice of questions lasts sixteen.
 */
// Multiples of three, the bots: each goes first as often as the others.
const chat = { slice: 2000, slices: 9, warm: 500 }
const questions = { slice: 800, slices: 9, warm: 100 }

const rows: Record<CpuRow, Row> = {
  asks: { name: 'every message asks the bot', ...questions, mixture: { asksEvery: 1 }, where: channels.noThreads },
  on: { name: 'replies on', ...chat, mixture: { asksEvery: 100, claimEvery: 100 }, where: channels.noThreads },
  hot: { name: 'replies on, a hot discussion', ...chat, mixture: { asksEvery: 100, claimEvery: 20 }, where: channels.noThreads },
  answered: { name: 'replies on, each claim answered', ...chat, mixture: { claimEvery: 100, answersClaims: true }, where: 'many' },
  off: { name: 'replies off', ...chat, mixture: { asksEvery: 100, claimEvery: 100 }, where: channels.general },
}
/**
 * Slices of each row before that: what counts is a bot that runs for weeks, not what its first thousands of messages cost. Threads that
 * compile what is often run are part of the processor time, and take some ten thousand messages of chatter to come to rest.
 */
const warmUp = 25
/** Counts are written within a second: that is paid for, too. Milliseconds. While the bots warm up they rest for less. */
const after = 1200
const afterWarmUp = 50
/** Servers in which the bot is asked, channels in each, and people who ask: nobody and no channel is answered without end (src/bot/asked.ts). */
const [servers, perServer, people] = [50, 10, 1000]

type Spent = { cpu: number; statements: number; answers: number }
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(part && part < whole ? 1 : 0)}%`

/** Takes a quarter of an hour, the row of questions alone nine. */
export async function benchCpu(wanted: readonly CpuRow[]): Promise<void> {
  const detector = createDetector(await loadPacks(join(import.meta.dirname, '..', '..', '..', 'data')))
  const bots = await Promise.all(kinds.map(startOne))
  const chosen = (wanted.length ? wanted : cpuRows).map((name) => rows[name])
  for (let slice = 0; slice < warmUp; slice += 1)
    for (const row of chosen) await Promise.all(bots.map(({ crowd }) => crowd.say(row, row.warm, afterWarmUp)))
  for (const row of chosen) {
    const spent: Record<Kind, Spent[]> = { ours: [], adapter: [], echo: [] }
    for (let slice = 0; slice < row.slices; slice += 1)
      for (const { kind, child, crowd } of inTurn(bots, slice))
        spent[kind].push(await between(child, row.slice, () => crowd.say(row, row.slice, after)))
    const lines = [...linesOf(row.mixture, row.slice)]
    const detected = lines.filter(({ text }) => (detector.detect(text)[0]?.score ?? 0) >= detector.bars.suggest).length
    const asked = lines.filter(({ asks }) => asks).length
    const answered = median(spent.ours.map(({ answers }) => answers))
    const [asking, touching, answering] = [asked, detected, answered].map((number) => share(number, row.slice))
    const shares = `${asking} ask by name, ${touching} touch a claim, ${answering} answered`
    console.log(`discord: processor time per message, ${row.name} (${shares}): ${kinds.map((kind) => shownOf(kind, spent)).join(', ')}`)
  }
  for (const { end } of bots) await end()
}

/** Each goes first in turn: what one leaves behind in the machine's caches is not always the same one's loss. */
const inTurn = <T>(all: readonly T[], turn: number): T[] => [...all.slice(turn % all.length), ...all.slice(0, turn % all.length)]

function shownOf(kind: Kind, spent: Record<Kind, Spent[]>): string {
  const cpu = spent[kind].map((one) => one.cpu)
  const echo = spent.echo.map((one) => one.cpu)
  const [middle, least] = [median(cpu), Math.min(...cpu)]
  const figures = `${names[kind]} ${middle.toFixed(3)} ms (cheapest slice ${least.toFixed(3)}`
  if (kind === 'echo') return `${figures})`
  // Each slice beside the echo's of the same moment.
  const ratios = cpu.map((one, slice) => one / (echo[slice] ?? Number.NaN)).toSorted((a, b) => a - b)
  const range = [ratios[0], ratios.at(-1)].map((ratio) => ratio?.toFixed(2)).join('–')
  const own = kind === 'ours' ? `; bar 1.3; ${median(spent.ours.map((one) => one.statements)).toFixed(3)} statements` : ''
  const sum = (list: readonly number[]) => list.reduce((total, one) => total + one, 0)
  const others = `of all slices together ${(sum(cpu) / sum(echo)).toFixed(2)}, of the medians ${(middle / median(echo)).toFixed(2)}, of the cheapest ${(least / Math.min(...echo)).toFixed(2)}`
  return `${figures}; ratio ${median(ratios).toFixed(2)}, by slice ${range}, ${others}${own})`
}

/** One bot on a fake of its own, with people who talk to it. */
async function startOne(kind: Kind) {
  const fake = await startFakeDiscord({ guilds: servers, threads: false })
  const open = new Map(Array.from({ length: servers - 1 }, (_, index) => [guildId(index + 1), manyIn(index + 1)] as const))
  const child = await startBot(kind, fake, { open: new Map([...open, [home, [channels.noThreads]]]) })
  const end = async () => {
    await child.end()
    await fake.close()
  }
  return { kind, child, crowd: createCrowd(fake), end }
}

async function between(child: Child, count: number, work: () => Promise<number>): Promise<Spent> {
  const before = await child.figures()
  const answers = await work()
  const after = await child.figures()
  return { cpu: (after.cpu - before.cpu) / count, statements: (after.statements - before.statements) / count, answers }
}

const manyIn = (server: number): string[] => Array.from({ length: perServer }, (_, number) => below(server, 1, 20 + number))

/** The servers in turn, then the next channel of each. */
const channelOf = (turn: number): string => below(1 + (turn % (servers - 1)), 1, 20 + (Math.floor(turn / (servers - 1)) % perServer))

/** People who talk, twenty lines every four milliseconds, until the bot has answered and rests. Resolves with the number of its answers. */
function createCrowd(fake: FakeDiscord) {
  let asked = 0
  let claims = 0
  const ask = (text: string) => {
    asked += 1
    fake.say(channelOf(asked), `<@${botUser.id}> ${text}`, {}, { id: String(910_000_000_000_000_000n + BigInt(asked % people)) })
  }
  const place = (where: string, isAnswered: boolean): string => {
    if (where !== 'many') return where
    if (isAnswered) claims += 1
    return channelOf(claims)
  }
  return {
    async say({ mixture, where }: Row, many: number, rest: number): Promise<number> {
      const before = fake.sent.size
      let [said, wanted] = [0, before]
      for (const { text, asks, isAnswered } of linesOf(mixture, many)) {
        if (asks) ask(text)
        else fake.say(place(where, isAnswered), text)
        if (isAnswered) wanted += 1
        said += 1
        if (said % 20 === 0) await sleep(4)
      }
      const end = performance.now() + 60_000
      while (fake.sent.size < wanted && performance.now() < end) await sleep(20)
      await sleep(rest)
      // One claim more is answered where nobody asked yet: the first of a channel.
      if (fake.sent.size < wanted || fake.sent.size > wanted + 1)
        throw new Error(`${fake.sent.size - before} answers, not ${wanted - before}`)
      return fake.sent.size - before
    },
  }
}
