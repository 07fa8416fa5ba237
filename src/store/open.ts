/**
 * Opens memory: SQLite in STATE_DIR, or PostgreSQL with DATABASE_URL. In: those two, a log. Out: a Store, ready and of the current schema.
 * The driver for PostgreSQL is loaded only when it is used.
 */
import { StoreError } from '../bot/errors.ts'
import type { Log } from '../bot/log.ts'
import type { Store } from '../bot/store.ts'
import type { Engine } from './engine.ts'
import { faults } from './faults.ts'
import { migrate } from './migrate.ts'
import { createSqlStore } from './sql-store.ts'
import { openSqliteFile } from './sqlite-file.ts'

export type StoreConfig = { DATABASE_URL?: string | undefined; STATE_DIR: string }

/** Throws UserError, for the operator, when the database can't be used: in use, damaged, newer, away. */
export async function openStore(config: StoreConfig, log: Log): Promise<Store> {
  const engine = await openEngine(config, log)
  try {
    return await createSqlStore(engine)
  } catch (error) {
    await engine.close()
    throw error
  }
}

/** The engine alone, with a current schema: for openStore, copies and measurements. */
export async function openEngine({ DATABASE_URL, STATE_DIR }: StoreConfig, log: Log): Promise<Engine> {
  if (!DATABASE_URL) return openSqliteFile(STATE_DIR)
  const { openPostgres, addressOf } = await import('./postgres.ts')
  const engine = openPostgres(DATABASE_URL, log)
  try {
    await migrate(engine, `PostgreSQL at ${addressOf(DATABASE_URL)}`)
    return engine
  } catch (error) {
    await engine.close()
    if (error instanceof StoreError) throw faults.noServer(addressOf(DATABASE_URL), error.code)
    throw error
  }
}
