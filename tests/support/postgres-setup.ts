/**
 * Before all suites: one real PostgreSQL on loopback for the whole run, with one database whose schema is there, to make copies of.
 * Out: its URL, by inject('postgresUrl').
 */
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/store/migrate.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { startPostgres } from '../../src/tools/postgres-server.ts'
import { keptLog } from './kept-log.ts'

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres({ durable: false })
  await server.createDatabase('current')
  const engine = openPostgres(server.url('current'), keptLog())
  await migrate(engine, 'current')
  await engine.close()
  project.provide('postgresUrl', server.url())
  return () => server.stop()
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
  }
}
