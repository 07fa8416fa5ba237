/**
 * Does every acknowledged setting survive SIGKILL? In: a folder (with a PostgreSQL URL, too), a number of kills, a seed. Out: figures.
 * A worker process changes settings by the live path and says so after each; it is killed at a random moment, and what it said is looked up.
 * By hand: node src/tools/kill-settings.ts [--kills 100] [--seed 1]   runs both engines and exits 1 when one acknowledged change is lost.
 */
import { spawn } from 'node:child_process'
import { writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { flushCompileCache } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { changeSettings } from '../bot/change.ts'
import type { Log } from '../bot/log.ts'
import type { Store } from '../bot/store.ts'
import { openStore, type StoreConfig } from '../store/open.ts'
import { compileCache } from './compile-cache.ts'

export type KillFigures = {
  kills: number
  acknowledged: number
  lost: number /** Written, but killed before it could be said. */
  unsaid: number
}

const place = { platform: 'kill', server: 'one', channel: 'c' }
const quiet: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} }
/** Longest life of a worker after its first word, in milliseconds; some are killed sooner, while they start. */
const longestLife = 60
const longestStart = 400

/** One process's life: change after change, each acknowledged on standard output when it is saved. */
async function work(config: StoreConfig): Promise<never> {
  // Who is killed leaves nothing for the next one otherwise: the cache is written at a normal end.
  flushCompileCache()
  const store = await openStore(config, quiet)
  const asker = { id: 'admin', isBot: false, isAdmin: true, isModerator: true }
  for (let number = (await reached(store)) + 1; ; number += 1) {
    await changeSettings({ store, place, asker, now: number }, (draft) => {
      draft.packs = [`n${number}`]
    })
    writeSync(1, `${number}\n`)
  }
}

const reached = async (store: Store): Promise<number> => Number((await store.settings(place)).packs?.[0]?.slice(1) ?? 0)

/** Kills `kills` workers one after the other, each at a random moment, and checks after each. Throws when the store does not open again. */
export async function killSettings(
  config: StoreConfig,
  kills: number,
  seed: number,
  tell?: (figures: KillFigures) => void,
): Promise<KillFigures> {
  const figures: KillFigures = { kills: 0, acknowledged: 0, lost: 0, unsaid: 0 }
  const random = generator(seed)
  let before = 0
  for (; figures.kills < kills; figures.kills += 1) {
    const isEarly = random() < 0.2
    const said = await lifeOfWorker(config, isEarly ? random() * longestStart : undefined, random() * longestLife)
    const store = await openStore(config, quiet)
    const now = await reached(store)
    const onRecord = new Set((await store.settingsHistory(place, said.length + 10)).map(({ after }) => after))
    figures.acknowledged += said.length
    figures.lost += said.filter((number) => number > now || !onRecord.has(`n${number}`)).length
    figures.unsaid += now - (said.at(-1) ?? before)
    before = now
    // Bounded like the live one; 200 changes stay on record.
    await store.sweep(now)
    await store.close()
    tell?.(figures)
  }
  return figures
}

/** Starts a worker and kills it; resolves with the numbers it acknowledged. */
async function lifeOfWorker(config: StoreConfig, killAfterStart: number | undefined, killAfterWord: number): Promise<number[]> {
  const child = spawn(process.execPath, [import.meta.filename, '--worker', config.STATE_DIR, config.DATABASE_URL ?? ''], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  })
  let output = ''
  const firstWord = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk
      resolve()
    })
    child.on('close', () => resolve())
  })
  const ended = new Promise((resolve) => child.on('close', resolve))
  if (killAfterStart === undefined) {
    await firstWord
    await wait(killAfterWord)
  } else await wait(killAfterStart)
  child.kill('SIGKILL')
  await ended
  // The last line may be cut; only what ends with a line break was said.
  return output.split('\n').slice(0, -1).map(Number)
}

function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

const { values, positionals } = parseArgs({
  args: import.meta.main ? process.argv.slice(2) : [],
  allowPositionals: true,
  options: { worker: { type: 'boolean' }, kills: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
})
if (values.worker) await work({ STATE_DIR: positionals[0] ?? '', DATABASE_URL: positionals[1] || undefined })
else if (import.meta.main) process.exitCode = (await bothEngines(Number(values.kills), Number(values.seed))) ? 0 : 1

/** True when nothing was lost on either engine. */
async function bothEngines(kills: number, seed: number): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'for-the-record-kill-'))
  const { startPostgres } = await import('./postgres-server.ts')
  const server = await startPostgres()
  try {
    let isWhole = true
    for (const [engine, DATABASE_URL] of [
      ['SQLite', undefined],
      ['PostgreSQL', server.url()],
    ] as const) {
      const { acknowledged, lost, unsaid, ...rest } = await killSettings({ STATE_DIR: folder, DATABASE_URL }, kills, seed)
      console.log(
        `${engine}: ${rest.kills} processes killed, ${acknowledged} settings acknowledged, ${lost} lost, ${unsaid} saved but not said`,
      )
      isWhole &&= lost === 0
    }
    return isWhole
  } finally {
    await server.stop()
    await rm(folder, { recursive: true })
  }
}
