/**
 * A process that dies by SIGKILL right before the statement of a given number while it brings a database to the current schema.
 * In: a database URL or a folder, the number. Out: nothing, it is dead; exit 0 when there were fewer statements.
 */
import type { Engine, Query } from '../../../src/store/engine.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { openPostgres } from '../../../src/store/postgres.ts'
import { openSqlite } from '../../../src/store/sqlite.ts'
import { keptLog } from '../kept-log.ts'

const [target = '', number = '0'] = process.argv.slice(2)
const engine = target.startsWith('postgres') ? openPostgres(target, keptLog()) : openSqlite(target)
let left = Number(number)
const dying =
  (query: Query): Query =>
  async (sql, values) => {
    if (left === 0) process.kill(process.pid, 'SIGKILL')
    left -= 1
    return query(sql, values)
  }
const mortal: Engine = { ...engine, alone: (work) => engine.alone((query) => work(dying(query))) }
await migrate(mortal, target)
await engine.close()
