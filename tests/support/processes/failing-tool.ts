/**
 * A tool that uses a PostgreSQL of its own and fails. In: "stopped" or "running" (the server, when the process ends).
 * Out: the server's process id, exit code 3, if nobody takes it away.
 */
import { Client } from 'pg'
import { startPostgres } from '../../../src/tools/postgres-server.ts'

const server = await startPostgres({ durable: false })
const client = new Client({ connectionString: server.url() })
await client.connect()
const { rows } = await client.query("select split_part(pg_read_file('postmaster.pid'), chr(10), 1) as pid")
await client.end()
process.stdout.write(`${rows[0].pid}\n`)
if (process.argv[2] === 'stopped') {
  await server.stop()
  process.exitCode = 3
} else process.exit(3)
