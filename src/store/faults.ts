/**
 * What an operator is told when memory can't be opened: each names the thing, the place and the remedy.
 * In: a file or an address (never a password). Out: UserError.
 */
import { UserError } from '../bot/errors.ts'

const restore = (file: string): string =>
  `It was left as it is. To restore: stop the bot, move ${file}, ${file}-wal and ${file}-shm away, copy your latest backup to ${file}, start again.`

export const faults = {
  inUse: (file: string) =>
    new UserError(
      `${file} is in use by another process of this bot. SQLite takes one: stop that process, or set another STATE_DIR, or set DATABASE_URL to run several on PostgreSQL.`,
    ),
  damaged: (file: string, what: string) => new UserError(`${file} is damaged (${what}). ${restore(file)}`),
  newer: (where: string, found: number, known: number) =>
    new UserError(
      `${where} was written by a newer version of this bot (schema ${found}; this version knows ${known}). It was left as it is. Start the newer version, or restore a backup made before the upgrade.`,
    ),
  foreign: (where: string) =>
    new UserError(`${where} holds tables that are not this bot's. It was left as it is. Name another STATE_DIR or an empty database.`),
  noFolder: (folder: string, code: string) =>
    new UserError(`STATE_DIR ${folder} can't be used (${code}). Name a folder that this user may write to.`),
  unreadable: (file: string, code: string) =>
    new UserError(`${file} can't be opened (${code}). Check that this user may read and write it and that the disk has room.`),
  noServer: (where: string, code: string) =>
    new UserError(
      `PostgreSQL at ${where} does not take the connection (${code}). Check that it runs, and host, port, user, password and database in DATABASE_URL.`,
    ),
  noFile: (file: string) => new UserError(`There is no ${file} yet: the bot has not run with this STATE_DIR.`),
  fileExists: (file: string) => new UserError(`${file} exists already and is not overwritten. Name another file, or move it away.`),
  notWritten: (file: string, code: string) => new UserError(`The backup ${file} could not be written (${code}). Nothing was left there.`),
  usePgDump: (where: string) =>
    new UserError(
      `The memory is in PostgreSQL at ${where}: back it up with PostgreSQL's own tool, e.g. pg_dump --format=custom --file=backup.dump followed by its URL. pg_restore brings it back.`,
    ),
  targetNotEmpty: (where: string, table: string) =>
    new UserError(`PostgreSQL at ${where} is not empty (rows in ${table}). Nothing was copied. Name an empty database.`),
  copyDiffers: (table: string) =>
    new UserError(`After the copy, the rows of ${table} differ. Nothing was kept in the target; please report this line.`),
  notAnExport: (what: string) =>
    new UserError(`This is not an export of settings (${what}). Nothing was changed. "export" prints one; give that file.`),
}
