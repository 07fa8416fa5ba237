/**
 * Moving up: copies the SQLite memory into an empty PostgreSQL database. In: where memory is, the target's URL. Out: rows per table.
 * The bot must be stopped (the lock sees to it). All tables arrive in one transaction and are compared row by row before it ends.
 */
import { existsSync } from 'node:fs'
import type { Log } from '../bot/log.ts'
import { type Engine, type Query, type Row, textOf, type Value } from './engine.ts'
import { faults } from './faults.ts'
import { openEngine } from './open.ts'
import { tables } from './schema.ts'
import { fileIn } from './sqlite-file.ts'

/** PostgreSQL takes 65,535 values in a statement. */
const rowsAtOnce = 500

/** Throws UserError when the target holds any row of ours; nothing is changed then. */
export async function copyStore(from: { STATE_DIR: string }, targetUrl: string, log: Log): Promise<Record<string, number>> {
  const file = fileIn(from.STATE_DIR)
  if (!existsSync(file)) throw faults.noFile(file)
  const source = await openEngine({ STATE_DIR: from.STATE_DIR }, log)
  try {
    const target = await openEngine({ DATABASE_URL: targetUrl, STATE_DIR: from.STATE_DIR }, log)
    try {
      const { addressOf } = await import('./postgres.ts')
      return await copyRows(source, target, addressOf(targetUrl))
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

/** Between any two engines whose schema is current. `where` names the target for a person. */
export function copyRows(source: Engine, target: Engine, where: string): Promise<Record<string, number>> {
  return target.alone(async (query) => {
    const names = Object.keys(tables).filter((name) => name !== 'schema_version')
    for (const name of names) if ((await query(`select 1 as one from ${name} limit 1`)).length) throw faults.targetNotEmpty(where, name)
    const counts: Record<string, number> = {}
    for (const name of names) {
      const rows = await source.query(`select * from ${name}`)
      for (let start = 0; start < rows.length; start += rowsAtOnce) await insertRows(query, name, rows.slice(start, start + rowsAtOnce))
      const arrived = await query(`select * from ${name}`)
      if (fingerprint(name, rows) !== fingerprint(name, arrived)) throw faults.copyDiffers(name)
      counts[name] = rows.length
    }
    return counts
  })
}

const columnsOf = (table: string): string[] => Object.keys(tables[table]?.columns ?? {})

async function insertRows(query: Query, table: string, rows: readonly Row[]): Promise<void> {
  const columns = columnsOf(table)
  const values: Value[] = []
  const tuples = rows.map((row) => `(${columns.map((column) => `$${values.push(row[column] ?? null)}`).join(', ')})`)
  await query(`insert into ${table} (${columns.join(', ')}) values ${tuples.join(', ')}`, values)
}

/** The same set of rows gives the same text, in whatever order they came. */
function fingerprint(table: string, rows: readonly Row[]): string {
  const columns = columnsOf(table)
  const lines = rows.map((row) => JSON.stringify(columns.map((column) => (row[column] === null ? null : textOf(row, column)))))
  return lines.sort().join('\n')
}
