/** Before all suites: one real PostgreSQL on loopback for the whole run. Out: its URL, by inject('postgresUrl'). */
import type { TestProject } from 'vitest/node'
import { startPostgres } from '../../src/tools/postgres-server.ts'

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres({ durable: false })
  project.provide('postgresUrl', server.url())
  return () => server.stop()
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
  }
}
