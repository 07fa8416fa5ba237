/**
 * The SQLite engine (node:sqlite): one file, one process. In: a file's path. Out: an Engine.
 * What is acknowledged is on the disk: WAL with synchronous=FULL, but for the rows of `quick`. Writes that are asked for in one turn of
 * the event loop are one commit: the disk is waited for once if one of them needs it, and each is acknowledged after that. Opening with
 * all checks is sqlite-file.ts.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { StoreError } from '../bot/errors.ts'
import { type Engine, type Query, type Row, storable, type Value } from './engine.ts'

/** How long a statement waits for another connection to the same file (an online backup), in milliseconds. */
const busyTimeout = 5000

/** `mode`: living for use; new while a file is being made, so that it is one file; reading beside a running bot. */
export function openSqlite(file: string, mode: 'living' | 'new' | 'reading' = 'living'): Engine {
  const database = connect(file, mode)
  const run = runner(database)
  // One connection: while a transaction awaits something, everybody else waits for its end.
  let under: Promise<void> | undefined
  const transaction = async <T>(work: (query: Query) => Promise<T>): Promise<T> => {
    while (under) await under
    let done: () => void = () => {}
    under = new Promise((resolve) => {
      done = resolve
    })
    try {
      run('begin immediate')
      try {
        const result = await work(async (sql, values) => run(sql, values))
        run('commit')
        return result
      } catch (error) {
        if (database.isOpen && database.isTransaction) run('rollback')
        throw error
      }
    } finally {
      under = undefined
      done()
    }
  }
  const { write, flush } = batched(database, run, () => under)
  return {
    async query(sql, values) {
      if (isWrite(sql)) return write(sql, values, 'full')
      while (under) await under
      return run(sql, values)
    },
    quick: (sql, values) => write(sql, values, 'normal'),
    transaction,
    alone: transaction,
    isShared: false,
    async scrub() {
      // secure_delete overwrites what is erased in the file; old pages still stand in the log until it is emptied.
      while (under) await under
      run('pragma wal_checkpoint(truncate)')
    },
    async close() {
      while (under) await under
      flush()
      if (database.isOpen) database.close()
    },
  }
}

/** How a commit waits for the disk: full, or (in the write-ahead log) not at all. */
type Synchronous = 'full' | 'normal'
type Run = (sql: string, values?: readonly Value[], synchronous?: Synchronous) => Row[]
const isWrite = (sql: string): boolean => /^\s*(?:insert|update|delete)\b/i.test(sql)

/**
 * Collects writes until the turn is over and commits them as one. A statement that fails fails alone; when the commit fails, or the
 * engine undid everything (disk full), all of them fail: nothing is acknowledged that is not on the disk.
 */
function batched(database: DatabaseSync, run: Run, busy: () => Promise<void> | undefined) {
  type Waiting = {
    sql: string
    values: readonly Value[] | undefined
    synchronous: Synchronous
    done(rows: Row[]): void
    failed(error: unknown): void
  }
  let waiting: Waiting[] = []
  const flush = (): void => {
    if (!waiting.length) return
    const writes = waiting
    waiting = []
    const outcomes: (() => void)[] = []
    const synchronous = writes.some((one) => one.synchronous === 'full') ? 'full' : 'normal'
    try {
      // A single one is a transaction by itself.
      if (writes.length > 1) run('begin immediate', [], synchronous)
      for (const { sql, values, done, failed } of writes) {
        try {
          const rows = run(sql, values, synchronous)
          outcomes.push(() => done(rows))
        } catch (error) {
          if (writes.length > 1 && !database.isTransaction) throw error
          outcomes.push(() => failed(error))
        }
      }
      if (writes.length > 1) run('commit', [], synchronous)
    } catch (error) {
      for (const { failed } of writes) failed(error)
      if (database.isOpen && database.isTransaction) run('rollback', [], synchronous)
      return
    }
    for (const tell of outcomes) tell()
  }
  // Asked and flushed in one breath: a transaction that waits as well must not begin in between.
  const flushWhenFree = async (): Promise<void> => {
    for (let other = busy(); other; other = busy()) await other
    flush()
  }
  const write = (sql: string, values: readonly Value[] | undefined, synchronous: Synchronous): Promise<Row[]> =>
    new Promise((done, failed) => {
      if (waiting.push({ sql, values, synchronous, done, failed }) === 1) setImmediate(() => flushWhenFree().catch(() => {}))
    })
  return { write, flush }
}

/**
 * Pages of 4 KiB in the write-ahead log before they are brought to the database: four times SQLite's own number, since a page that is
 * written often is brought there once. It bounds the log's size, as a rule 16 MiB (a long reader, such as a backup, makes it wait).
 */
const logPages = 4000

function connect(file: string, mode: string): DatabaseSync {
  try {
    if (mode === 'reading') return new DatabaseSync(file, { timeout: busyTimeout, readOnly: true })
    const database = new DatabaseSync(file, { timeout: busyTimeout })
    database.exec(
      `pragma journal_mode=${mode === 'new' ? 'delete' : 'wal'}; pragma synchronous=full; pragma secure_delete=on; pragma wal_autocheckpoint=${logPages}`,
    )
    return database
  } catch (error) {
    throw new StoreError(sqliteCode(error))
  }
}

function runner(database: DatabaseSync): Run {
  const prepared = new Map<string, StatementSync>()
  let current: Synchronous = 'full'
  return (sql, values = [], synchronous = 'full') => {
    try {
      // Not within a transaction, where it would have no effect; a full commit brings all before it to the disk, too.
      if (synchronous !== current) {
        database.exec(`pragma synchronous=${synchronous}`)
        current = synchronous
      }
      let statement = prepared.get(sql)
      if (!statement) {
        statement = database.prepare(byPosition(sql))
        prepared.set(sql, statement)
      }
      return statement.all(...values.map(storable)) as Row[]
    } catch (error) {
      throw new StoreError(sqliteCode(error))
    }
  }
}

/**
 * "$1" would be a named parameter here. "?1" is the same by position, "?" as well where each follows the one before: Node looks at the
 * name of every parameter for every value, and only "?" has none.
 */
function byPosition(sql: string): string {
  let isInOrder = true
  let last = 0
  for (const [, number] of sql.matchAll(/\$(\d+)/g)) {
    last += 1
    isInOrder &&= Number(number) === last
  }
  return sql.replace(/\$(\d+)/g, isInOrder ? '?' : '?$1')
}

/** The engine's number and its own words for it ("SQLITE 13: database or disk is full"); never a value. */
export function sqliteCode(error: unknown): string {
  const { errcode, errstr, code } = (error ?? {}) as { errcode?: number; errstr?: string; code?: string }
  return errcode === undefined ? (code ?? 'SQLITE') : `SQLITE ${errcode}: ${errstr ?? ''}`
}
