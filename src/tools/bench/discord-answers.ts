/**
 * From the sending of an interaction to its first answer, as the fake Discord sees it, with a quick memory and with a slow one. In: nothing.
 * Out: printed lines. The slow memory is a PostgreSQL behind a line that holds every answer back: the way a database is slow without
 * keeping this process from its work.
 */
import { createConnection, createServer } from 'node:net'
import type { Json } from '../../../tests/support/fake-discord/limits.ts'
import { type FakeDiscord, startFakeDiscord } from '../../../tests/support/fake-discord/server.ts'
import { startPostgres } from '../postgres-server.ts'
import { type Installed, startBot } from './discord-bots.ts'

const option = (name: string, value: string, more: Json = {}): Json => ({ name, type: 3, value, ...more })
/** A look-up needs no memory; a member's own rows are all of it. */
const lookUp = { id: '1', type: 1, name: 'myth', options: [option('query', 'german gold')] }
const ownData = { id: '1', type: 1, name: 'me', options: [{ name: 'data', type: 1, options: [] }] }
const typing = { id: '1', type: 1, name: 'myth', options: [option('query', 'the germ', { focused: true })] }
const [commandType, typingType] = [2, 4]
/** How long the slow memory takes for a statement, in milliseconds: R4 of what platforms ask for, five seconds, would end the patience of pg. */
const slowBy = 2000

/** Takes about a minute. */
export async function benchAnswers(): Promise<void> {
  await withBot({}, async (fake) => {
    await timed(fake, commandType, lookUp, 100)
    say('first answer to /myth', await timed(fake, commandType, lookUp, 1000), 300)
    say('first answer to /me data, SQLite', await timed(fake, commandType, ownData, 1000), 300)
    say('offers while typing', await timed(fake, typingType, typing, 1000), 50)
    say('offers while typing, one at a time', await timed(fake, typingType, typing, 500, 1), 50)
  })
  const server = await startPostgres()
  const line = await slowLine(Number(new URL(server.url()).port))
  const url = new URL(server.url())
  url.port = String(line.port)
  await withBot({ DATABASE_URL: url.href }, async (fake) => {
    // As above: what is run for the first time is compiled first, once in the life of a process.
    await timed(fake, typingType, typing, 100)
    line.delay = slowBy
    const seconds = slowBy / 1000
    await timed(fake, commandType, ownData, 10)
    say(`first answer to /me data, a PostgreSQL that takes ${seconds} s a statement`, await timed(fake, commandType, ownData, 300), 300)
    say('offers while typing meanwhile', await timed(fake, typingType, typing, 500), 50)
    line.delay = 0
  })
  line.close()
  await server.stop()
}

async function withBot(installed: Installed, work: (fake: FakeDiscord) => Promise<void>): Promise<void> {
  const fake = await startFakeDiscord()
  const child = await startBot('ours', fake, installed)
  await work(fake)
  await child.end()
  await fake.close()
}

/** Milliseconds until each first answer, sorted; so many at a time. */
async function timed(fake: FakeDiscord, type: number, data: Json, count: number, abreast = 10): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < count / abreast; round += 1) {
    const batch = Array.from({ length: abreast }, () => fake.interact(type, data))
    while (batch.some((one) => one.acknowledgedAfter === undefined)) await new Promise((resolve) => setTimeout(resolve, 1))
    times.push(...batch.map((one) => one.acknowledgedAfter ?? 0))
  }
  return times.sort((a, b) => a - b)
}

function say(what: string, times: readonly number[], bar: number): void {
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1)
  console.log(`discord: ${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (bar ${bar} ms)`)
}

/** A port before the database's that passes everything on; what the database says comes `delay` milliseconds later. */
async function slowLine(to: number): Promise<{ port: number; delay: number; close(): void }> {
  const server = createServer((here) => {
    const there = createConnection(to, '127.0.0.1')
    here.pipe(there)
    there.on('data', (chunk) => void setTimeout(() => here.writable && here.write(chunk), line.delay))
    for (const [socket, other] of [
      [here, there],
      [there, here],
    ] as const)
      socket.on('close', () => other.destroy()).on('error', () => other.destroy())
  })
  const line = { port: 0, delay: 0, close: () => void server.close() }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  line.port = typeof address === 'object' && address ? address.port : 0
  return line
}
