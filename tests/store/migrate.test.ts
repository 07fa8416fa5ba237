/** Migrations: a crash at any statement leaves all or nothing; instances start together; every column is in the data map. */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Engine } from '../../src/store/engine.ts'
import { migrate, newest, readMigrations } from '../../src/store/migrate.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { dataPage, tables } from '../../src/store/schema.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { startChild } from '../support/child.ts'
import { keptLog } from '../support/kept-log.ts'
import { createDatabase } from '../support/postgres.ts'

const latest = newest(readMigrations())

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'for-the-record-migrate-'))
})
afterEach(() => rm(folder, { recursive: true }))

const openers: Record<string, () => Promise<{ target: string; open: () => Engine }>> = {
  SQLite: async () => {
    const file = join(folder, 'm.sqlite')
    return { target: file, open: () => openSqlite(file) }
  },
  PostgreSQL: async () => {
    const url = await createDatabase()
    return { target: url, open: () => openPostgres(url, keptLog()) }
  },
}

const columnsQuery: Record<string, string> = {
  SQLite: `select m.name as table_name, c.name as column_name from sqlite_schema m join pragma_table_info(m.name) c where m.type = 'table'`,
  PostgreSQL: `select table_name, column_name from information_schema.columns where table_schema = 'public'`,
}

describe.each(Object.keys(openers))('%s', (name) => {
  const prepare = () => {
    const opener = openers[name]
    if (!opener) throw new Error(name)
    return opener()
  }

  test('killed by SIGKILL before any statement, the next start begins again and ends well', async () => {
    const { target, open } = await prepare()
    const statements = readMigrations()[0]?.statements.length ?? 0
    // Before the version table, in the middle, before the version row, before the commit.
    for (const number of [0, 2, Math.floor(statements / 2), statements + 2]) {
      const child = startChild(join(import.meta.dirname, '../support/processes/kill-migration.ts'), [target, String(number)])
      expect((await child.ended).signal).toBe('SIGKILL')
      const engine = open()
      const found = await engine.query('select version from schema_version').catch(() => [])
      expect(found).toEqual([])
      await engine.close()
    }
    const engine = open()
    expect(await migrate(engine, 'here')).toBe(latest)
    expect(await engine.query('select version from schema_version order by version')).toEqual(
      readMigrations().map(({ version }) => ({ version })),
    )
    await engine.close()
  })

  test('a later migration that fails leaves the version before it, and runs when it is mended', async () => {
    const { open } = await prepare()
    const engine = open()
    const first = readMigrations()
    await migrate(engine, 'here')
    const broken = { version: latest + 1, statements: ['create table later (x text)', 'insert into nowhere values (1)'] }
    await expect(migrate(engine, 'here', [...first, broken])).rejects.toThrow()
    expect(await engine.query('select max(version) as version from schema_version')).toEqual([{ version: latest }])
    await expect(engine.query('select * from later')).rejects.toThrow()
    const mended = { version: latest + 1, statements: ['create table later (x text)', 'create index later_x on later (x)'] }
    expect(await migrate(engine, 'here', [...first, mended])).toBe(latest + 1)
    expect(await engine.query('select * from later')).toEqual([])
    // The version that knows only the first one refuses now.
    await expect(migrate(engine, 'here')).rejects.toThrow(
      new RegExp(`here was written by a newer version.*schema ${latest + 1}.*knows ${latest}`),
    )
    await engine.close()
  })

  test('every table and column is in the data map, and the map names nothing else', async () => {
    const { open } = await prepare()
    const engine = open()
    await migrate(engine, 'here')
    const rows = (await engine.query(columnsQuery[name] ?? '')).map((row) => [String(row.table_name), String(row.column_name)] as const)
    const found = Object.fromEntries(rows.map(([table]) => [table, rows.filter(([of]) => of === table).map(([, column]) => column)]))
    const sorted = (map: Record<string, string[]>) =>
      Object.fromEntries(Object.entries(map).map(([table, columns]) => [table, [...columns].sort()]))
    expect(sorted(found)).toEqual(
      sorted(Object.fromEntries(Object.entries(tables).map(([table, { columns }]) => [table, Object.keys(columns)]))),
    )
    await engine.close()
  })
})

test('five instances that start together on PostgreSQL make one schema', async () => {
  const url = await createDatabase()
  const engines = Array.from({ length: 5 }, () => openPostgres(url, keptLog()))
  expect(await Promise.all(engines.map((engine) => migrate(engine, 'here')))).toEqual(engines.map(() => latest))
  expect(await engines[0]?.query('select max(version) as version from schema_version')).toEqual([{ version: latest }])
  await Promise.all(engines.map((engine) => engine.close()))
})

test('docs/data.md is the printed data map', async () => {
  const page = join(import.meta.dirname, '../../docs/data.md')
  expect(existsSync(page)).toBe(true)
  expect(await readFile(page, 'utf8')).toBe(dataPage())
})
