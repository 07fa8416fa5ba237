/**
 * Opening the SQLite file of an installation: lock, check, make or upgrade. In: STATE_DIR. Out: an engine, or UserError with the remedy.
 * A file that is damaged or from a newer version is looked at through a read-only connection and left byte for byte as it was.
 */
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreError, UserError } from '../bot/errors.ts'
import type { Engine } from './engine.ts'
import { insertLines } from './events-journal.ts'
import { faults } from './faults.ts'
import { type Journal, openJournal, readJournal } from './journal.ts'
import { migrate, newest, readMigrations } from './migrate.ts'
import { parseBody } from './settings.ts'
import { openSqlite, sqliteCode } from './sqlite.ts'

export const fileIn = (folder: string): string => join(folder, 'for-the-record.sqlite')
/** Events that are accepted and not yet in the database (journal.ts). */
const journalIn = (folder: string): string => join(folder, 'events.journal')

/** Takes the installation's lock and opens its file. The lock goes with `close`, or with the process. */
export async function openSqliteFile(folder: string): Promise<Engine> {
  const file = fileIn(folder)
  makeFolder(folder)
  const release = holdLock(folder, file)
  try {
    if (existsSync(file)) inspectSqliteFile(file)
    else await createFile(folder, file)
    const engine = openSqlite(file)
    const journal = await begin(engine, file, journalIn(folder)).catch(async (error: unknown) => {
      await engine.close()
      throw error
    })
    return {
      ...engine,
      journal,
      async close() {
        await engine.close()
        journal.close()
        release()
      },
    }
  } catch (error) {
    release()
    if (error instanceof StoreError) throw faults.unreadable(file, error.code)
    throw error
  }
}

/** Upgraded, with rows for what the last process left in its journal, which is empty then. Throws StoreError, or UserError that names the journal. */
async function begin(engine: Engine, file: string, journal: string): Promise<Journal> {
  await migrate(engine, file)
  const lines = orUnreadable(journal, readJournal)
  await insertLines(engine.quick, lines)
  return orUnreadable(journal, openJournal)
}

function orUnreadable<T>(file: string, open: (file: string) => T): T {
  try {
    return open(file)
  } catch (error) {
    if (error instanceof StoreError) throw faults.unreadable(file, error.code)
    throw error
  }
}

function makeFolder(folder: string): void {
  try {
    makeFoldersTo(resolve(folder))
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
  } catch (error) {
    throw faults.noFolder(folder, (error as NodeJS.ErrnoException).code ?? '')
  }
}

/** Step by step: Node's own `recursive` never comes back below a folder that takes no folders, such as /proc. */
function makeFoldersTo(folder: string): void {
  if (existsSync(folder)) return
  makeFoldersTo(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Somebody else made it in between.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/**
 * One writer: an exclusive lock of the operating system on a file beside the database, which dies with its process however that ends.
 * Not on the database itself: `backup` and `export` read that one while the bot runs. Throws UserError when another process holds it.
 */
function holdLock(folder: string, file: string): () => void {
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: 0 })
    lock.exec('begin exclusive')
  } catch (error) {
    if (lock?.isOpen) lock.close()
    const { errcode } = error as { errcode?: number }
    throw errcode === 5 ? faults.inUse(file) : faults.unreadable(join(folder, 'lock.sqlite'), sqliteCode(error))
  }
  const held = lock
  return () => {
    if (held.isOpen) held.close()
  }
}

/** A new database appears under its name only when it is whole: an empty file is therefore always damage, never a first start. */
async function createFile(folder: string, file: string): Promise<void> {
  const fresh = `${file}.new`
  rmSync(fresh, { force: true })
  rmSync(`${fresh}-journal`, { force: true })
  const engine = openSqlite(fresh, 'new')
  try {
    await migrate(engine, file)
  } finally {
    await engine.close()
  }
  chmodSync(fresh, 0o600)
  // A log or journal left behind by a file that was moved away would be replayed into the new one.
  for (const rest of [`${file}-wal`, `${file}-shm`, journalIn(folder)]) rmSync(rest, { force: true })
  renameSync(fresh, file)
  syncToDisk(dirname(file))
}

/** A file's bytes, or a folder's names, are on the disk when this returns. Some systems can't do it for folders. */
export function syncToDisk(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } catch {
    // Windows: the rename itself is durable there.
  } finally {
    closeSync(handle)
  }
}

/** Reads the whole file, writes nothing. Out: its schema number. Throws UserError when it is damaged, foreign or from a newer version. */
export function inspectSqliteFile(file: string): number {
  if (statSync(file).size === 0) throw faults.damaged(file, 'it is empty')
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
    // integrity_check, not quick_check: a broken unique index would let something happen twice.
    const found = database.prepare('pragma integrity_check(1)').get() as { integrity_check?: string } | undefined
    if (found?.integrity_check !== 'ok') throw faults.damaged(file, 'its structure does not hold together')
    return checkContent(database, file)
  } catch (error) {
    if (error instanceof UserError) throw error
    if (error instanceof StoreError) throw faults.damaged(file, 'a setting in it is not readable')
    const { errcode = 0 } = error as { errcode?: number }
    const primary = errcode % 256
    if (primary === 11 || primary === 26 || primary === 1) throw faults.damaged(file, sqliteCode(error))
    throw faults.unreadable(file, sqliteCode(error))
  } finally {
    if (database?.isOpen) database.close()
  }
}

/** Structure is no proof of content: versions in a row, and every server's settings readable. */
function checkContent(database: DatabaseSync, file: string): number {
  const names = database.prepare("select name from sqlite_schema where type = 'table'").all() as { name: string }[]
  if (!names.some(({ name }) => name === 'schema_version')) throw faults.foreign(file)
  const versions = database.prepare('select version from schema_version order by version').all() as { version: number }[]
  const version = versions.at(-1)?.version ?? 0
  const known = newest(readMigrations())
  if (version > known) throw faults.newer(file, version, known)
  if (versions.some((row, index) => row.version !== index + 1)) throw faults.damaged(file, 'its list of upgrades has gaps')
  for (const { body } of database.prepare('select body from settings').iterate() as Iterable<{ body: string }>) parseBody(body)
  return version
}
