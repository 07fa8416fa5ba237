/** A tool that uses a PostgreSQL of its own and fails afterwards. In: nothing. Out: exit code 3, if nobody takes it away. */
import { startPostgres } from '../../../src/tools/postgres-server.ts'

const server = await startPostgres({ durable: false })
await server.stop()
process.exitCode = 3
