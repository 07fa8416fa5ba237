/** The store contract on each engine: SQLite in memory, SQLite in a file, a real PostgreSQL. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Engine } from '../../src/store/engine.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { createSqlStore } from '../../src/store/sql-store.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { openSqliteFile } from '../../src/store/sqlite-file.ts'
import { keptLog } from '../support/kept-log.ts'
import { createDatabase } from '../support/postgres.ts'
import { storeContract } from './store-contract.ts'

storeContract('SQLite in memory', async () => {
  const engine = openSqlite(':memory:')
  await migrate(engine, 'memory')
  const store = await createSqlStore(engine)
  return { a: store, b: store, engine, close: () => store.close() }
})

storeContract('SQLite in a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'for-the-record-store-'))
  const engine = await openSqliteFile(folder)
  const store = await createSqlStore(engine)
  return {
    a: store,
    b: store,
    engine,
    async close() {
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
})

/** One database and two pools for all tests, emptied before each: to make one and to get to know it takes longer than a test. */
let pools: Promise<[Engine, Engine]> | undefined
async function openPools(): Promise<[Engine, Engine]> {
  const url = await createDatabase('current')
  const [one, two] = [openPostgres(url, keptLog()), openPostgres(url, keptLog())]
  // Together, as two instances that a deployment starts at the same moment; from an empty database: migrate.test.ts.
  await Promise.all([migrate(one, 'one'), migrate(two, 'two')])
  return [one, two]
}
afterAll(async () => {
  for (const engine of (await pools) ?? []) await engine.close()
})

storeContract('PostgreSQL', async () => {
  pools ??= openPools()
  const [one, two] = await pools
  const tables = await one.query(
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'schema_version'",
  )
  for (const { name } of tables) await one.query(`delete from ${name}`)
  const staysOpen = (engine: Engine): Engine => ({ ...engine, close: async () => {} })
  const [a, b] = await Promise.all([createSqlStore(staysOpen(one)), createSqlStore(staysOpen(two))])
  return {
    a,
    b,
    engine: one,
    async close() {
      await a.close()
      await b.close()
    },
  }
})
