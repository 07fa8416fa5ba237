/**
 * Brings a database to the schema of this version. In: an engine and the migrations in their order. Out: the schema number, or UserError.
 * Each migration is one transaction together with its version row, so a crash leaves all of it or nothing.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Engine, numberOf, type Query } from './engine.ts'
import { faults } from './faults.ts'

export type Migration = { version: number; statements: string[] }

/** Reads 001-name.sql, 002-… from a folder. A statement ends with a semicolon at the end of a line. */
export function readMigrations(folder: string = join(import.meta.dirname, 'migrations')): Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{3}-.+\.sql$/.test(name))
    .sort()
    .map((name) => ({
      version: Number(name.slice(0, 3)),
      statements: readFileSync(join(folder, name), 'utf8')
        .replace(/^--.*$/gm, '')
        .split(/;\s*$/m)
        .map((statement) => statement.trim())
        .filter(Boolean),
    }))
}

export const newest = (migrations: readonly Migration[]): number => Math.max(0, ...migrations.map(({ version }) => version))

/** Throws UserError when the database is from a newer version; changes nothing then. `where` names it for a person. */
export async function migrate(engine: Engine, where: string, migrations: readonly Migration[] = readMigrations()): Promise<number> {
  const known = newest(migrations)
  for (;;) {
    const isDone = await engine.alone(async (query) => {
      const found = await currentVersion(query)
      if (found > known) throw faults.newer(where, found, known)
      const next = migrations.find(({ version }) => version > found)
      if (next) await apply(query, next)
      return !next
    })
    if (isDone) return known
  }
}

async function currentVersion(query: Query): Promise<number> {
  await query('create table if not exists schema_version (version bigint primary key, at_ms bigint not null)')
  const [row] = await query('select max(version) as version from schema_version')
  return row ? numberOf(row, 'version') : 0
}

async function apply(query: Query, { version, statements }: Migration): Promise<void> {
  for (const statement of statements) await query(statement)
  // The one place in this folder that reads a clock: it only notes for people when an upgrade ran.
  await query('insert into schema_version (version, at_ms) values ($1, $2)', [version, Date.now()])
}
