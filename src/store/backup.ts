/**
 * An online backup of the SQLite file, while the bot runs or not. In: where memory is, and a file that does not exist yet.
 * Out: that file, whole and checked, or UserError and no file. Restoring: docs/state.md.
 */
import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { UserError } from '../bot/errors.ts'
import { faults } from './faults.ts'
import type { StoreConfig } from './open.ts'
import { sqliteCode } from './sqlite.ts'
import { fileIn, inspectSqliteFile, syncToDisk } from './sqlite-file.ts'

/** All pages in one step: of one moment, and never begun anew because the bot writes meanwhile. */
const wholeFile = 1_000_000_000

/** Resolves with the schema number of the copy. With DATABASE_URL it throws UserError that names PostgreSQL's own tool. */
export async function backupStore({ DATABASE_URL, STATE_DIR }: StoreConfig, target: string): Promise<number> {
  if (DATABASE_URL) throw faults.usePgDump((await import('./postgres.ts')).addressOf(DATABASE_URL))
  const file = fileIn(STATE_DIR)
  if (!existsSync(file)) throw faults.noFile(file)
  if (existsSync(target)) throw faults.fileExists(target)
  inspectSqliteFile(file)
  const part = `${target}.part`
  rmSync(part, { force: true })
  try {
    await copyPages(file, part)
    chmodSync(part, 0o600)
    const version = inspectSqliteFile(part)
    syncToDisk(part)
    renameSync(part, target)
    syncToDisk(dirname(target))
    return version
  } catch (error) {
    if (error instanceof UserError) throw error
    throw faults.notWritten(target, (error as NodeJS.ErrnoException).code ?? sqliteCode(error))
  } finally {
    for (const rest of ['', '-wal', '-shm', '-journal']) rmSync(`${part}${rest}`, { force: true })
  }
}

async function copyPages(file: string, part: string): Promise<void> {
  const source = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
  try {
    await backup(source, part, { rate: wholeFile })
  } finally {
    source.close()
  }
  // One file, not three: the copy leaves the log mode that it inherited.
  const copy = new DatabaseSync(part)
  copy.exec('pragma journal_mode=delete')
  copy.close()
}
