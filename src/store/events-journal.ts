/**
 * Events of a store that one process has for itself: kept by a line in the journal, which is a tenth of a statement's work, and written
 * as rows later, many at once. In: events. Out: whether each is kept, and a little later whether it is new.
 */
import type { AcceptedEvent } from '../bot/store.ts'
import { type Query, textOf } from './engine.ts'
import type { Accepting } from './events.ts'
import { eventsIn, insertInto, lineOf, lineOfErasure, padded, parameters, type Written } from './events-rows.ts'
import type { Journal } from './journal.ts'
import { most } from './together.ts'

/** Statements for events keep this distance, unless they are full: one that comes alone is looked up and handled at once. Milliseconds. */
const distance = 10

type Waiting = Written & { resolve(isNew: boolean): void; reject(error: unknown): void }

export function byJournal(quick: Query, journal: Journal): Accepting {
  /** Asked for in this step of the event loop; and in the journal, to be looked up. */
  let [asked, lined]: [Waiting[], Waiting[]] = [[], []]
  let keeping: Promise<void> | undefined
  /** Kept, and without a row: that they were handled is noted here. Those that the database does not take stay for the next time. */
  const rowless = new Map<string, Written>()
  let writing = Promise.resolve()
  /** When the last statement was due (performance.now). */
  let lastAt = Number.NEGATIVE_INFINITY

  /** Never rejects. One at a time: nobody else makes rows, so what has none when it is looked up has none afterwards. */
  const write = async (some: readonly Waiting[]): Promise<void> => {
    const known = await knownAmong(quick, some)
    for (const one of some) {
      const { id } = one.event
      const isNew = !rowless.has(id) && !known?.has(id)
      if (isNew) rowless.set(id, one)
      else journal.covered(1)
      if (known) one.resolve(isNew)
    }
    // Most messages are none of the bot's business, and it is done with them by then: a row that is written once is half the work.
    await new Promise(setImmediate)
    while (rowless.size && (await writeRows()));
  }
  /** False when the database does not take them. They go behind the others then: one that can't be written holds up none of those. */
  const writeRows = async (): Promise<boolean> => {
    const rows = [...rowless.values()].slice(0, most)
    for (const { event } of rows) rowless.delete(event.id)
    try {
      await insertInto(quick, rows)
      journal.covered(rows.length)
      return true
    } catch {
      for (const one of rows) rowless.set(one.event.id, one)
      return false
    }
  }
  const writeAll = (): Promise<void> => {
    const some = lined
    lined = []
    lastAt = performance.now()
    if (some.length || rowless.size) writing = writing.then(() => write(some))
    return writing
  }
  const soon = (): void => {
    const wait = lastAt + distance - performance.now()
    if (wait > 0) setTimeout(writeAll, wait)
    else setImmediate(writeAll)
  }
  /** What one read from a socket brought is one write. */
  const keep = (): void => {
    const some = asked
    asked = []
    keeping = undefined
    try {
      journal.append(some.map(({ event }) => lineOf(event)))
    } catch (error) {
      for (const { reject } of some) reject(error)
      // What takes the room may have been refused a row, and get it now: nothing else would ask again.
      void writeAll()
      throw error
    }
    for (const one of some) {
      const count = lined.push(one)
      if (count === most) void writeAll()
      else if (count === 1) soon()
    }
  }
  return {
    add(event) {
      if (!keeping) {
        keeping = Promise.resolve().then(keep)
        // Who asks for nothing but `isNew` hears of it there.
        keeping.catch(() => {})
      }
      const isNew = new Promise<boolean>((resolve, reject) => void asked.push({ event, resolve, reject }))
      return { isNew, kept: keeping }
    },
    finish(id) {
      const one = rowless.get(id)
      if (one) one.isDone = true
      return one !== undefined
    },
    forgotten(author) {
      // The rest of the journal may wait for its rows a little longer, and a process that is killed leaves it to the next one.
      journal.append([lineOfErasure(author)])
      const gone = [...rowless.values()].filter(({ event }) => event.author === author)
      for (const { event } of gone) rowless.delete(event.id)
      journal.covered(1 + gone.length)
    },
    async flush() {
      await keeping?.catch(() => {})
      await writeAll()
    },
  }
}

/** Ids of those that have a row. When the database does not answer, nothing, and each of them is told. */
async function knownAmong(quick: Query, some: readonly Waiting[]): Promise<Set<string> | undefined> {
  if (!some.length) return new Set()
  try {
    const ids = padded(some.map(({ event }) => event.id))
    const rows = await quick(`select id from events where id in (${parameters(ids.length)})`, ids)
    return new Set(rows.map((row) => textOf(row, 'id')))
  } catch (error) {
    for (const { reject } of some) reject(error)
    return undefined
  }
}

/** Rows for what a killed process left in the journal. Throws StoreError. */
export async function insertLines(quick: Query, lines: readonly string[]): Promise<void> {
  const events: AcceptedEvent[] = eventsIn(lines)
  for (let start = 0; start < events.length; start += most)
    await insertInto(
      quick,
      events.slice(start, start + most).map((event) => ({ event })),
    )
}
