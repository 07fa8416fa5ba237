/**
 * The inbox: events accepted for later work. In: ids and pseudonyms. Out: that part of the Store port, and `flush` for an orderly end.
 * Written together and without waiting for the disk: a row survives the end of this process at any moment. What a power cut takes from it
 * would be too old for an answer when the machine is back; a deletion that was under way is lost with it, and its reply stays.
 */
import type { AcceptedEvent, Store } from '../bot/store.ts'
import { type Engine, placeOf, type Row, textOf } from './engine.ts'
import { pseudonymOnly } from './pseudonym.ts'
import { together } from './together.ts'

type Part = Pick<Store, 'acceptEvent' | 'pendingEvents' | 'finishEvent'> & { flush(): Promise<void> }

/** How long the note that an event was handled may wait for others, in milliseconds. Lost with the process, the event is looked at again. */
const finishedWithin = 20
const columns = 9

export function eventsPart({ query, quick }: Engine): Part {
  const accepting = together<AcceptedEvent, boolean>(
    (run) => void setImmediate(run),
    async (events) => {
      const tuples = events.map(
        (_, row) => `(${Array.from({ length: columns }, (_, column) => `$${row * columns + column + 1}`).join(', ')})`,
      )
      const rows = await quick(
        `insert into events (id, platform, kind, server, channel, thread, message, author, at_ms)
       values ${tuples.join(', ')} on conflict do nothing returning id`,
        events.flatMap(({ id, platform, kind, ref: { place, id: message }, author, at }) => {
          return [id, platform, kind, place.server, place.channel, place.thread ?? null, message, author, at]
        }),
      )
      const taken = new Set(rows.map(({ id }) => id))
      // Of two with one id in the same statement, the first had it.
      return events.map(({ id }) => taken.delete(id))
    },
  )
  const wait = (run: () => void) => void setTimeout(run, finishedWithin)
  const finishing = together<string, void>(wait, async (ids) => {
    // The row stays: the same delivery may come again for a day.
    await quick(`update events set done_ms = 1 where id in (${ids.map((_, index) => `$${index + 1}`).join(', ')})`, ids)
    return []
  })
  return {
    async acceptEvent(event) {
      pseudonymOnly(event.author)
      return accepting.add(event)
    },
    async pendingEvents(platform) {
      await Promise.all([accepting.flush(), finishing.flush()])
      return (await query('select * from events where platform = $1 and done_ms is null order by at_ms, id', [platform])).map(eventOf)
    },
    finishEvent: (id) => finishing.add(id),
    async flush() {
      await Promise.all([accepting.flush(), finishing.flush()])
    },
  }
}

function eventOf(row: Row): AcceptedEvent {
  return {
    id: textOf(row, 'id'),
    platform: textOf(row, 'platform'),
    kind: textOf(row, 'kind'),
    ref: { place: placeOf(row), id: textOf(row, 'message') },
    author: textOf(row, 'author'),
    at: Number(row.at_ms ?? 0),
  }
}
