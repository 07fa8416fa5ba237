/**
 * The durable inbox: an event counts as accepted once it is stored, and it is confirmed to Slack only then. Ids alone are stored, never a
 * text. In: events by id. Out: whether one is new, and those a crash left behind.
 */
import type { Log } from '../../bot/log.ts'
import type { AcceptedEvent, Store } from '../../bot/store.ts'
import { within } from './admins.ts'

/** Slack waits three seconds for a confirmation; a store that stalls gets this long, in milliseconds. */
const storedWithin = 200
/** Ids known without asking the store: enough for Slack's first retries, which come within minutes. */
const mostRemembered = 20_000

export type Inbox = {
  /** Resolves when the event may be confirmed; true when nobody has handled it. */
  accept(event: AcceptedEvent): Promise<boolean>
  /** It was handled. Never throws. */
  finish(id: string): Promise<void>
  /** False for an id that was seen before by this process: for deliveries that need no store. */
  isNew(id: string): boolean
  /** Accepted before this start, and not finished. */
  leftBehind(): Promise<AcceptedEvent[]>
}

export function createInbox(store: Store, log: Log): Inbox {
  const seen = new Set<string>()
  const writing = new Map<string, Promise<unknown>>()
  /** Left by a crash and not to be had again: a later delivery of the same event still brings it. */
  const unfinished = new Set<string>()
  let stalls = 0
  const isNew = (id: string): boolean => {
    if (seen.has(id)) return false
    seen.add(id)
    const [oldest] = seen
    if (seen.size > mostRemembered && oldest !== undefined) seen.delete(oldest)
    return true
  }
  const stalled = (why: string) => {
    stalls += 1
    if (Math.log10(stalls) % 1 === 0) log.warn('slack-inbox-stalled', { why, count: stalls })
    return true
  }
  return {
    isNew,
    async accept(event) {
      if (!isNew(event.id)) return false
      if (unfinished.delete(event.id)) return true
      const stored = store.acceptEvent(event)
      writing.set(event.id, stored)
      // Confirmed all the same: Slack gives up on an app that does not answer, and the core still lets one of many go on.
      const isFresh = await within(storedWithin, stored).catch((error: unknown) => stalled(error instanceof Error ? error.name : 'error'))
      if (isFresh === false) writing.delete(event.id)
      return isFresh ?? stalled('late')
    },
    async finish(id) {
      try {
        await writing.get(id)
        await store.finishEvent(id)
      } catch (error) {
        log.warn('slack-inbox-unfinished', { error: error instanceof Error ? error.name : typeof error })
      } finally {
        writing.delete(id)
      }
    },
    async leftBehind() {
      const left = (await store.pendingEvents('slack')).filter(({ id }) => !seen.has(id))
      for (const { id } of left) unfinished.add(id)
      return left
    },
  }
}
