/**
 * Plays a conversation through the whole bot between the two ends of a terminal. In: a transcript as people read it. Out: the same
 * transcript with what the bot says now. Lines "NAME> TEXT" are typed, "~ 24 h" moves the clock in steps of five minutes, "* plain words" explain.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bot, createBot } from '../../src/bot/bot.ts'
import { openPacks } from '../../src/detection/open.ts'
import { loadPacks } from '../../src/registry.ts'
import { openStore } from '../../src/store/open.ts'
import { until } from '../adapters/harness.ts'
import { startLocal } from '../adapters/local-harness.ts'
import { quietLog } from './world.ts'

const packsFolder = join(import.meta.dirname, '..', 'conversations', 'packs')
/** Tue 10 March 2026, 12:00 UTC: 13:00 in Berlin. */
const begin = Date.parse('2026-03-10T12:00:00Z')
const minute = 60_000
/** No such button: its answer shows that everything typed before was dealt with. */
const mark = '#999'
const answerToMark = 'There is no such button.\n'

export async function play(transcript: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'for-the-record-talk-'))
  const { library, detector } = openPacks(await loadPacks(packsFolder))
  const store = await openStore({ STATE_DIR: folder }, quietLog)
  let clock = begin
  let bot: Bot | undefined
  const port = new Proxy({} as Bot, { get: (_, verb) => Reflect.get(bot ?? {}, verb) })
  const { adapter, commands, type, text } = await startLocal(port, () => clock)
  const parts = { library, detector, commands, log: quietLog, now: () => clock, instance: 'talk' }
  bot = createBot({ ...parts, store, adapters: [adapter] })
  const printed: string[] = []
  let read = text().length
  const takeNew = (): string => {
    const fresh = text().slice(read)
    read += fresh.length
    return fresh.replace(answerToMark, '')
  }
  const say = async (line: string): Promise<string> => {
    // Ten seconds pass while somebody types.
    clock += 10_000
    type(line)
    type(mark)
    await until('the answer', () => text().slice(read).endsWith(answerToMark), 20_000)
    return takeNew()
  }
  const wait = async (hours: number): Promise<string> => {
    for (let passed = 0; passed < hours * 12; passed += 1) {
      clock += 5 * minute
      await bot?.tick()
    }
    return takeNew()
  }
  try {
    let speaker = 'you'
    for (const line of transcript.split('\n')) {
      const [, name = '', typed = ''] = /^([a-z]+)> (.+)$/.exec(line) ?? []
      const [, hours] = /^~ (\d+) h$/.exec(line) ?? []
      if (line.startsWith('* ')) printed.push('', line)
      if (hours) printed.push(line, await wait(Number(hours)))
      if (!name) continue
      if (name !== speaker) await say(`/as ${name}`)
      speaker = name
      printed.push(line, await say(typed))
    }
  } finally {
    await adapter.stop()
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
  return `${named(
    printed
      .map((part) => part.replace(/\n$/, ''))
      .join('\n')
      .trim(),
  )}\n`
}

/** What is drawn anew in every installation, under names that stay. */
const named = (text: string): string =>
  text
    .replace(/\bp\.[\w-]{22}/g, 'p.(pseudonym)')
    .replace(/\bgone-[0-9a-f]{12}/g, 'gone-(drawn anew)')
    .replace(/\n\n\n+/g, '\n\n')
