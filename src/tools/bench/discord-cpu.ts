/**
 * Processor time per message, beside a bare echo bot that answers the same messages. In: nothing. Out: printed lines.
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
import { createLibrary } from '../../knowledge/library.ts'
import { loadPacks } from '../../registry.ts'
import { type Child, type Kind, kinds, names, startBot } from './discord-bots.ts'
import { linesOf, type Mixture } from './discord-chat.ts'

/** `where`: the channel of all that is not put to the bot by name; "many": each claim in a channel of its own, so that each is answered. */
type Row = { name: string; count: number; mixture: Mixture; where: string | 'many' }

const allRows: Row[] = [
  { name: 'every message asks the bot', count: Number(process.env.N0 ?? 500), mixture: { asksEvery: 1 }, where: channels.noThreads },
  { name: 'replies on', count: 5000, mixture: { asksEvery: 100, claimEvery: 100 }, where: channels.noThreads },
  { name: 'replies on, a hot discussion', count: 5000, mixture: { asksEvery: 100, claimEvery: 20 }, where: channels.noThreads },
  { name: 'replies on, each claim answered', count: 5000, mixture: { claimEvery: 100, answersClaims: true }, where: 'many' },
  { name: 'replies off', count: 5000, mixture: { asksEvery: 100, claimEvery: 100 }, where: channels.general },
]
const rows = process.env.ROWS ? process.env.ROWS.split(',').map((i) => allRows[Number(i)]!) : allRows
/** All that follows is a bot that runs for weeks: not what its first thousand messages cost. */
const warmUp: Row[] = rows.map((row) => ({ ...row, count: row.count / 2 }))
/** The bots take turns, so that a machine that is busy meanwhile is busy for all of them; the median counts. */
const rounds = Number(process.env.ROUNDS ?? 1)
/** Servers in which the bot is asked, channels in each, and people who ask: nobody and no channel is answered without end (src/bot/asked.ts). */
const [servers, perServer, people] = [50, 10, 1000]

type Spent = { cpu: number; statements: number; answers: number }
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(part && part < whole ? 1 : 0)}%`

/** Takes some six minutes. */
export async function benchCpu(): Promise<void> {
  const spent = rows.map((): Record<Kind, Spent[]> => ({ ours: [], adapter: [], echo: [] }))
  for (let round = 0; round < rounds; round += 1)
    for (const kind of kinds) for (const [row, one] of (await measure(kind)).entries()) spent[row]?.[kind].push(one)
  const detector = createDetector(createLibrary(await loadPacks(join(import.meta.dirname, '..', '..', '..', 'data'))))
  for (const [index, { name, count, mixture }] of rows.entries()) {
    const figures = spent[index]
    if (!figures) continue
    const lines = [...linesOf(mixture, count)]
    const detected = lines.filter(({ text }) => (detector.detect(text)[0]?.score ?? 0) >= detector.bars.suggest).length
    const asked = lines.filter(({ asks }) => asks).length
    const shares = `${share(asked, count)} ask by name, ${share(detected, count)} touch a claim, ${share(median(figures.ours.map(({ answers }) => answers)), count)} answered`
    console.log(`discord: processor time per message, ${name} (${shares}): ${kinds.map((kind) => shownOf(kind, figures)).join(', ')}`)
  }
}

function shownOf(kind: Kind, figures: Record<Kind, Spent[]>): string {
  const cpu = median(figures[kind].map((one) => one.cpu))
  if (kind === 'echo') return `${names.echo} ${cpu.toFixed(3)} ms`
  const ratios = figures[kind].map((one, round) => one.cpu / (figures.echo[round]?.cpu ?? Number.NaN)).sort((a, b) => a - b)
  const ratio = `ratio ${(cpu / median(figures.echo.map((one) => one.cpu))).toFixed(2)}, by round ${ratios[0]?.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)}`
  const statements = kind === 'ours' ? `, ${median(figures.ours.map((one) => one.statements)).toFixed(3)} statements` : ''
  return `${names[kind]} ${cpu.toFixed(3)} ms (${ratio}${kind === 'ours' ? '; bar 1.3' : ''}${statements})`
}

/** One bot from its start to its end: what a message of each row costs it. */
async function measure(kind: Kind): Promise<Spent[]> {
  const fake = await startFakeDiscord({ guilds: servers, threads: false })
  const open = new Map(Array.from({ length: servers - 1 }, (_, index) => [guildId(index + 1), manyIn(index + 1)] as const))
  const child = await startBot(kind, fake, { open: new Map([...open, [home, [channels.noThreads]]]) })
  const crowd = createCrowd(fake)
  for (const row of warmUp) await crowd.say(row)
  const spent: Spent[] = []
  for (const row of rows) spent.push(await between(child, row.count, () => crowd.say(row)))
  await child.end()
  await fake.close()
  return spent
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
    async say({ count, mixture, where }: Row): Promise<number> {
      const before = fake.sent.size
      let [said, wanted] = [0, before]
      for (const { text, asks, isAnswered } of linesOf(mixture, count)) {
        if (asks) ask(text)
        else fake.say(place(where, isAnswered), text)
        if (isAnswered) wanted += 1
        said += 1
        if (said % 20 === 0) await sleep(4)
      }
      const end = performance.now() + 60_000
      while (fake.sent.size < wanted && performance.now() < end) await sleep(20)
      await sleep(300)
      // One claim more is answered where nobody asked yet: the first of a channel.
      if (fake.sent.size < wanted || fake.sent.size > wanted + 1)
        throw new Error(`${fake.sent.size - before} answers, not ${wanted - before}`)
      return fake.sent.size - before
    },
  }
}
