/**
 * Opens memory: SQLite in STATE_DIR, or PostgreSQL with DATABASE_URL. In: those two, a log. Out: a Store, ready and of the current schema.
 * The driver for PostgreSQL is loaded only when it is used.
 */
import { existsSync } from 'node:fs'
import { StoreError } from '../bot/errors.ts'
import type { Log } from '../bot/log.ts'
import type { Credential, Store } from '../bot/store.ts'
import { credentialsPart } from './credentials.ts'
import { type Engine, numberOf } from './engine.ts'
import { faults } from './faults.ts'
import { migrate, newest, readMigrations } from './migrate.ts'
import { settingsPart } from './settings.ts'
import { createSqlStore } from './sql-store.ts'
import { openSqlite } from './sqlite.ts'
import { fileIn, inspectSqliteFile, openSqliteFile } from './sqlite-file.ts'

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

export type SettingsReader = Pick<Store, 'settings' | 'settingsHistory' | 'servers' | 'close'>

/** Settings to look at, also while the bot runs: SQLite is opened for reading only, without its lock. Throws as openStore does. */
export async function openForReading(config: StoreConfig, log: Log): Promise<SettingsReader> {
  const file = fileIn(config.STATE_DIR)
  if (!config.DATABASE_URL) {
    if (!existsSync(file)) throw faults.noFile(file)
    inspectSqliteFile(file)
  }
  const engine = config.DATABASE_URL ? await openEngine(config, log) : openSqlite(file, 'reading')
  return { ...settingsPart(engine), close: () => engine.close() }
}

/** Sealed credentials of a platform's servers, for the doctor beside a running bot: nothing is created, upgraded or locked. None where there is no memory yet. */
export async function readCredentials({ DATABASE_URL, STATE_DIR }: StoreConfig, platform: string, log: Log): Promise<Credential[]> {
  const file = fileIn(STATE_DIR)
  if (!DATABASE_URL && !existsSync(file)) return []
  const engine = DATABASE_URL ? (await import('./postgres.ts')).openPostgres(DATABASE_URL, log) : openSqlite(file, 'reading')
  try {
    const [known] = await engine.query('select max(version) as version from schema_version').catch(() => [])
    return known && numberOf(known, 'version') >= firstWithCredentials ? await credentialsPart(engine).credentials(platform) : []
  } finally {
    await engine.close()
  }
}
const firstWithCredentials = 3

/** What memory looks like, for the doctor beside a running bot: nothing is created, upgraded or locked. */
export async function inspectStore(
  { DATABASE_URL, STATE_DIR }: StoreConfig,
  log: Log,
): Promise<{ where: string; schema: number | 'none yet' }> {
  if (!DATABASE_URL) {
    const file = fileIn(STATE_DIR)
    return { where: `SQLite in ${file}`, schema: existsSync(file) ? inspectSqliteFile(file) : 'none yet' }
  }
  const { openPostgres, addressOf } = await import('./postgres.ts')
  const where = `PostgreSQL at ${addressOf(DATABASE_URL)}`
  const engine = openPostgres(DATABASE_URL, log)
  try {
    const [known] = await engine.query("select to_regclass('schema_version') is not null as is_ours")
    if (!known?.is_ours) return { where, schema: 'none yet' }
    const [row] = await engine.query('select max(version) as version from schema_version')
    const schema = numberOf(row ?? {}, 'version')
    if (schema > newest(readMigrations())) throw faults.newer(where, schema, newest(readMigrations()))
    return { where, schema }
  } catch (error) {
    if (error instanceof StoreError) throw faults.noServer(addressOf(DATABASE_URL), error.code)
    throw error
  } finally {
    await engine.close()
  }
}
