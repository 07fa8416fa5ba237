/**
 * How many reservations a second, and how long the slowest hundredth takes: our store on SQLite and on a PostgreSQL of its own, beside the
 * bare driver that inserts one row per call in the same run. In: how many calls. Out: printed lines and the figures.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Pool } from 'pg'
import type { Log } from '../../bot/log.ts'
import { openStore } from '../../store/open.ts'
import { startPostgres } from '../postgres-server.ts'

export type StoreFigure = { engine: string; caller: 'our store' | 'bare driver'; abreast: number; perSecond: number; p99: number }

type Call = (slot: string) => Promise<unknown>

const quiet: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} }
const insert = 'insert into bench (slot, until_ms) values'
const table = 'create table bench (slot text primary key, until_ms bigint not null)'

/** Runs on disks that really flush: SQLite with synchronous=FULL, PostgreSQL as it comes. Takes some ten seconds. */
export async function benchStore(calls = 2000): Promise<StoreFigure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'for-the-record-bench-'))
  const server = await startPostgres()
  try {
    const figures = [...(await onSqlite(folder, calls)), ...(await onPostgres(folder, server.url(), calls))]
    for (const { engine, caller, abreast, perSecond, p99 } of figures)
      console.log(
        `store: ${engine}, ${caller}, ${abreast} at a time: ${Math.round(perSecond)} reservations/s, p99 ${p99.toFixed(2)} ms (${calls} calls)`,
      )
    return figures
  } finally {
    await server.stop()
    await rm(folder, { recursive: true })
  }
}

async function onSqlite(folder: string, calls: number): Promise<StoreFigure[]> {
  const store = await openStore({ STATE_DIR: folder }, quiet)
  const bare = new DatabaseSync(join(folder, 'bare.sqlite'))
  bare.exec(`pragma journal_mode=wal; pragma synchronous=full; ${table}`)
  const statement = bare.prepare(`${insert} (?, ?)`)
  const ours = await timed((slot) => store.reserve(slot, 0, 1), calls, 1)
  const theirs = await timed(async (slot) => statement.run(slot, 1), calls, 1)
  await store.close()
  bare.close()
  return [
    { engine: 'SQLite', caller: 'our store', abreast: 1, ...ours },
    { engine: 'SQLite', caller: 'bare driver', abreast: 1, ...theirs },
  ]
}

async function onPostgres(folder: string, url: string, calls: number): Promise<StoreFigure[]> {
  const store = await openStore({ STATE_DIR: folder, DATABASE_URL: url }, quiet)
  const bare = new Pool({ connectionString: url, max: 8 })
  // The server is stopped at the end, and may still find a connection open.
  bare.on('error', () => {})
  await bare.query(table)
  const figures: StoreFigure[] = []
  for (const abreast of [1, 8]) {
    const ours = await timed((slot) => store.reserve(slot, 0, 1), calls, abreast)
    const theirs = await timed((slot) => bare.query(`${insert} ($1, $2)`, [slot, 1]), calls, abreast)
    figures.push({ engine: 'PostgreSQL', caller: 'our store', abreast, ...ours })
    figures.push({ engine: 'PostgreSQL', caller: 'bare driver', abreast, ...theirs })
  }
  await store.close()
  await bare.end()
  return figures
}

/** Calls with fresh slots, `abreast` under way at once, after a tenth to warm up. p99 in milliseconds. */
async function timed(call: Call, calls: number, abreast: number): Promise<{ perSecond: number; p99: number }> {
  for (let index = 0; index < calls / 10; index += 1) await call(`warm|${abreast}|${index}`)
  const took: number[] = []
  let next = 0
  const caller = async () => {
    while (next < calls) {
      const slot = `slot|${abreast}|${next}`
      next += 1
      const began = performance.now()
      await call(slot)
      took.push(performance.now() - began)
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: abreast }, caller))
  const perSecond = calls / ((performance.now() - began) / 1000)
  took.sort((a, b) => a - b)
  return { perSecond, p99: took[Math.floor(took.length * 0.99)] ?? 0 }
}

if (import.meta.main) await benchStore()
