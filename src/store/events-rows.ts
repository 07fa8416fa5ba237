/** Events as rows of their table and as lines of the journal. In: events. Out: statements and lines, and events again. */
import type { AcceptedEvent } from '../bot/store.ts'
import { placeOf, type Query, type Row, textOf, type Value } from './engine.ts'
import { pseudonymOnly } from './pseudonym.ts'

const columns = ['id', 'platform', 'kind', 'server', 'channel', 'thread', 'message', 'author', 'at_ms', 'done_ms']

/** `isDone`: the bot has handled it already. */
export type Written = { event: AcceptedEvent; isDone?: boolean }

const addValues = (to: Value[], { event: { id, platform, kind, ref, author, at }, isDone }: Written): Value[] => {
  const { server, channel, thread = null } = ref.place
  to.push(id, platform, kind, server, channel, thread, ref.id, author, at, isDone ? 1 : null)
  return to
}

/** "$1, $2, …": so many, after the first `after`. */
export const parameters = (count: number, after = 0): string =>
  Array.from({ length: count }, (_, index) => `$${after + index + 1}`).join(', ')

/**
 * The last one again, up to a power of two: a statement of each length would have to be prepared by itself, and these mind no repetition.
 */
export function padded<T>(items: readonly T[]): T[] {
  const length = 2 ** Math.ceil(Math.log2(items.length))
  return Array.from({ length }, (_, index) => items[Math.min(index, items.length - 1)] as T)
}

/** Statements by their length: made once, as they are prepared once. */
const heads = new Map<number, string>()
function headFor(rows: number): string {
  const tuple = (_: unknown, row: number) => `(${parameters(columns.length, row * columns.length)})`
  const head =
    heads.get(rows) ??
    `insert into events (${columns.join(', ')}) values ${Array.from({ length: rows }, tuple).join(', ')} on conflict do nothing`
  heads.set(rows, head)
  return head
}

/** An event that has a row keeps it as it is. */
export function insertInto(quick: Query, some: readonly Written[], ending: '' | 'returning id' = ''): Promise<Row[]> {
  const rows = padded(some)
  return quick(`${headFor(rows.length)} ${ending}`, rows.reduce(addValues, [] as Value[]))
}

export const lineOf = (event: AcceptedEvent): string => JSON.stringify(addValues([], { event }))

/** One that no row can hold would keep all that are written with it from having theirs. */
export function isWhole({ id, platform, kind, ref, at }: AcceptedEvent): boolean {
  const { server, channel, thread = '' } = ref.place
  return Number.isSafeInteger(at) && [id, platform, kind, server, channel, thread, ref.id].every((text) => typeof text === 'string')
}

/** A member was erased: lines before this one that name them are none any more. */
export const lineOfErasure = (author: string): string => JSON.stringify([erased, author])
const erased = 'erased'

/** Nothing for a line that is none of ours, or not whole: a crash may have left anything. */
export function eventsIn(lines: readonly string[]): AcceptedEvent[] {
  let events: AcceptedEvent[] = []
  for (const line of lines) {
    try {
      const values = JSON.parse(line) as Value[]
      const [first, author] = values
      if (first === erased && values.length === 2) events = events.filter((event) => event.author !== author)
      const event = eventOf(Object.fromEntries(columns.map((column, index) => [column, values[index] ?? null])))
      pseudonymOnly(event.author)
      if (values.length === columns.length && event.id && isWhole(event)) events.push(event)
    } catch {
      // Read on: what comes after it is as good as before.
    }
  }
  return events
}

export function eventOf(row: Row): AcceptedEvent {
  return {
    id: textOf(row, 'id'),
    platform: textOf(row, 'platform'),
    kind: textOf(row, 'kind'),
    ref: { place: placeOf(row), id: textOf(row, 'message') },
    author: textOf(row, 'author'),
    at: Number(row.at_ms ?? 0),
  }
}
