/**
 * The inbox: events accepted for later work. In: ids and pseudonyms. Out: that part of the Store port, and `flush` for an orderly end.
 * Written together and without waiting for the disk: an event that is kept survives the end of this process at any moment. What a power cut
 * takes would be too old for an answer when the machine is back; a deletion that was under way is lost with it, and its reply stays.
 */
import type { Acceptance, AcceptedEvent, Store } from '../bot/store.ts'
import { type Engine, type Query, textOf } from './engine.ts'
import { byJournal } from './events-journal.ts'
import { eventOf, insertInto, isWhole, padded, parameters } from './events-rows.ts'
import { pseudonymOnly } from './pseudonym.ts'
import { together } from './together.ts'

type Part = Pick<Store, 'acceptEvent' | 'pendingEvents' | 'finishEvent'> & Pick<Accepting, 'forgotten' | 'flush'>

export type Accepting = {
  add(event: AcceptedEvent): Acceptance
  /** True when the note that the event was handled goes with its row, which is not written yet. */
  finish(id: string): boolean
  /** This member's rows are erased; of what was added before, none may come back. Throws StoreError. */
  forgotten(author: string): void
  /** Resolves when all that were added have rows, or could not have them. */
  flush(): Promise<void>
}

/** How long the note that an event was handled may wait for others, in milliseconds. Lost with the process, the event is looked at again. */
const finishedWithin = 20

export function eventsPart({ query, quick, journal }: Engine): Part {
  const accepting = journal ? byJournal(quick, journal) : byStatement(quick)
  const wait = (run: () => void) => void setTimeout(run, finishedWithin)
  const finishing = together<string, void>(wait, async (ids) => {
    // The row stays: the same delivery may come again for a day.
    await accepting.flush()
    // Those whose row the database did not take are noted where they wait.
    const asked = padded(ids.filter((id) => !accepting.finish(id)))
    if (asked.length) await quick(`update events set done_ms = 1 where id in (${parameters(asked.length)})`, asked)
    return []
  })
  const flush = async (): Promise<void> => {
    await accepting.flush()
    await finishing.flush()
  }
  return {
    acceptEvent(event) {
      pseudonymOnly(event.author)
      if (!isWhole(event)) throw new TypeError('an event has ids that are texts and a moment that is a whole number')
      return accepting.add(event)
    },
    async pendingEvents(platform) {
      await flush()
      return (await query('select * from events where platform = $1 and done_ms is null order by at_ms, id', [platform])).map(eventOf)
    },
    finishEvent: (id) => (accepting.finish(id) ? Promise.resolve() : finishing.add(id)),
    forgotten: accepting.forgotten,
    flush,
  }
}

/** Where several processes ask the same database, an event is kept when its row is there. */
function byStatement(quick: Query): Accepting {
  const { add, flush } = together<AcceptedEvent, boolean>(
    (run) => void setImmediate(run),
    async (events) => {
      const rows = await insertInto(
        quick,
        events.map((event) => ({ event })),
        'returning id',
      )
      const taken = new Set(rows.map((row) => textOf(row, 'id')))
      // Of two with one id in the same statement, the first had it.
      return events.map(({ id }) => taken.delete(id))
    },
  )
  return {
    add(event) {
      const isNew = add(event)
      return { isNew, kept: isNew.then(() => {}) }
    },
    finish: () => false,
    forgotten() {},
    flush,
  }
}
