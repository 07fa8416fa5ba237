/**
 * What the store asks of a database. In: one SQL text for all engines ($1 parameters). Out: the types Engine, Query, Row and readers of a row.
 * A new database is one more file that returns an Engine.
 */
import type { Journal } from './journal.ts'

export type Value = string | number | null
export type Row = Record<string, Value>
/** Runs one statement. Throws StoreError. */
export type Query = (sql: string, values?: readonly Value[]) => Promise<Row[]>

export type Engine = {
  query: Query
  /** As query, without waiting for the disk: what it wrote survives the end of this process, not a power cut. For SQLite, where a wait is ours. */
  quick: Query
  /** Where one process has the database's file for itself: keeps a line sooner than a row is written (docs/adr/0009). */
  journal?: Journal
  /** All or nothing; what `work` throws is thrown on, after the rollback. Statements of others never fall in between. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>
  /** A transaction that no other process runs at the same time, however many start together: for migrations. */
  alone<T>(work: (query: Query) => Promise<T>): Promise<T>
  /** After an erasure: takes the erased bytes out of files as far as the engine lets us. */
  scrub(): Promise<void>
  close(): Promise<void>
  /** Other processes may use the same database at the same time. */
  isShared: boolean
}

/** PostgreSQL knows no NUL in a text and no half of a surrogate pair; both engines get the same substitute, so they can't differ. */
export const storable = (value: Value): Value =>
  typeof value === 'string' && (!value.isWellFormed() || value.includes('\0')) ? value.toWellFormed().replaceAll('\0', '\ufffd') : value

export const textOf = (row: Row, column: string): string => String(row[column] ?? '')
export const numberOf = (row: Row, column: string): number => Number(row[column] ?? 0)
/** `{ [name]: text }`, or nothing when the column is null: optional fields stay absent. */
export const optionalText = <N extends string>(row: Row, column: string, name: N): { [key in N]?: string } =>
  (row[column] === null || row[column] === undefined ? {} : { [name]: String(row[column]) }) as { [key in N]?: string }

export const placeOf = (row: Row) => ({
  platform: textOf(row, 'platform'),
  server: textOf(row, 'server'),
  channel: textOf(row, 'channel'),
  ...optionalText(row, 'thread', 'thread'),
})
