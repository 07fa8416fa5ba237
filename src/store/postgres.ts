/**
 * The PostgreSQL engine (pg): a pool, for several instances on one database. In: a URL. Out: an Engine.
 * A server that goes away fails the statements of that time and nothing else: the pool connects anew when it is back.
 */
import { Client, type ClientBase, type CustomTypesConfig, Pool, types } from 'pg'
import { StoreError } from '../bot/errors.ts'
import type { Log } from '../bot/log.ts'
import { type Engine, type Query, type Row, storable, type Value } from './engine.ts'

/** Milliseconds. The server ends a statement first; the client's own limit is for a connection that died without a word. */
const limits = { connect: 5000, statement: 10_000, answer: 15_000, idle: 30_000 }
const connections = 8
/** Any number, the same in all instances: the lock that migrations are made under. */
const migrationLock = 7_306_211_947

/** bigint comes as text from the driver; ours are times and counts, far below 2^53. */
const int8 = 20
const numbers: CustomTypesConfig = { getTypeParser: (id, format) => (id === int8 ? Number : types.getTypeParser(id, format)) }

/** Connects when first asked. Throws StoreError from every verb while the server is away. */
export function openPostgres(url: string, log: Log): Engine {
  const pool = new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: limits.connect,
    idleTimeoutMillis: limits.idle,
    statement_timeout: limits.statement,
    query_timeout: limits.answer,
    idle_in_transaction_session_timeout: limits.answer,
    keepAlive: true,
    application_name: 'for-the-record',
    types: numbers,
  })
  const lost = (error: Error) => log.warn('store-connection-lost', { code: postgresCode(error) })
  pool.on('error', lost)
  // A connection that breaks between two statements of a transaction tells nobody else; unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  return {
    query: (sql, values) => askAgain(pool, sql, values),
    // The server waits, not this process.
    quick: (sql, values) => askAgain(pool, sql, values),
    transaction: (work) => inTransaction(pool, work),
    alone: (work) => alone(url, work),
    // Old row versions go when PostgreSQL vacuums; that is the server's own doing.
    isShared: true,
    scrub: async () => {},
    close: () => pool.end(),
  }
}

async function ask(client: Pick<ClientBase, 'query'>, sql: string, values: readonly Value[] = []): Promise<Row[]> {
  try {
    return (await client.query(sql, values.map(storable))).rows as Row[]
  } catch (error) {
    throw new StoreError(postgresCode(error))
  }
}

/**
 * Statements on several rows can wait for each other in a circle (a sweep and an insert that takes the same slots in another order); the
 * server then undoes one of them wholly, after a second. Asked again, it finds the other one done.
 */
async function askAgain(pool: Pool, sql: string, values: readonly Value[] = []): Promise<Row[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask(pool, sql, values)
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== deadlock || tries === mostTries) throw error
    }
  }
}
/** SQLSTATE deadlock_detected (PostgreSQL, appendix A). */
const deadlock = '40P01'
const mostTries = 3

async function inTransaction<T>(pool: Pool, work: (query: Query) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw new StoreError(postgresCode(error))
  })
  let isBroken = true
  try {
    const result = await between(client, work)
    isBroken = false
    return result
  } finally {
    // After a failure the connection is given up: whether it still works is not worth finding out.
    client.release(isBroken)
  }
}

async function between<T>(client: Pick<ClientBase, 'query'>, work: (query: Query) => Promise<T>): Promise<T> {
  await ask(client, 'begin')
  try {
    const result = await work((sql, values) => ask(client, sql, values))
    await ask(client, 'commit')
    return result
  } catch (error) {
    await ask(client, 'rollback').catch(() => {})
    throw error
  }
}

/** A connection of its own without time limits: a migration may take long, and so may waiting for another instance's. */
async function alone<T>(url: string, work: (query: Query) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: limits.connect, keepAlive: true, types: numbers })
  client.on('error', () => {})
  try {
    await client.connect().catch((error: unknown) => {
      throw new StoreError(postgresCode(error))
    })
    return await between(client, async (query) => {
      await query('select pg_advisory_xact_lock($1)', [migrationLock])
      return work(query)
    })
  } finally {
    await client.end().catch(() => {})
  }
}

/** SQLSTATE or the system's code; the driver's own sentences (which may quote values) stay here. */
export function postgresCode(error: unknown): string {
  const { code, message = '' } = (error ?? {}) as { code?: string; message?: string }
  if (code) return code
  if (/timeout/i.test(message)) return 'timeout'
  if (/terminated|closed|ended/i.test(message)) return 'connection-lost'
  return 'postgres'
}

/** Host, port and database for a sentence to a person; never user or password. */
export function addressOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url)
    return `${hostname}:${port || 5432}${pathname}`
  } catch {
    return 'the address in DATABASE_URL'
  }
}
