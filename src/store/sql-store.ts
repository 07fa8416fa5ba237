/** The one implementation of the Store port, put together from its parts. In: an engine whose schema is current. Out: a Store. */
import type { Store } from '../bot/store.ts'
import { countsPart } from './counts.ts'
import { credentialsPart } from './credentials.ts'
import { dailyPart } from './daily.ts'
import type { Engine } from './engine.ts'
import { eventsPart } from './events.ts'
import { housekeepingPart } from './housekeeping.ts'
import { membersPart } from './members.ts'
import { loadPseudonymKey } from './pseudonym.ts'
import { queuePart } from './queue.ts'
import { repliesPart } from './replies.ts'
import { reservationsPart } from './reservations.ts'
import { settingsPart } from './settings.ts'

/** Closing the store closes the engine. Throws StoreError when the database does not answer. */
export async function createSqlStore(engine: Engine): Promise<Store> {
  const key = await loadPseudonymKey(engine)
  const { flush: flushEvents, forgotten, ...events } = eventsPart(engine)
  const { flush: flushCounts, ...counts } = countsPart(engine)
  const housekeeping = housekeepingPart(engine)
  const members = membersPart(engine, key)
  return {
    isShared: engine.isShared,
    ...settingsPart(engine),
    ...reservationsPart(engine),
    ...repliesPart(engine),
    ...dailyPart(engine),
    ...members,
    ...queuePart(engine),
    ...credentialsPart(engine),
    ...events,
    ...counts,
    ...housekeeping,
    // Of an event that is on its way into its table, too.
    async personData(platform, person) {
      await flushEvents()
      return members.personData(platform, person)
    },
    async forget(platform, person) {
      await flushEvents()
      const changed = await members.forget(platform, person)
      forgotten(members.pseudonym(platform, person))
      return changed
    },
    async sweep(now) {
      await flushCounts()
      await housekeeping.sweep(now)
    },
    async close() {
      // When memory is away, a second's counts are lost with it.
      await Promise.all([flushEvents(), flushCounts().catch(() => {})])
      await engine.close()
    },
  }
}
