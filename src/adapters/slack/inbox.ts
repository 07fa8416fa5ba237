/**
 * The durable inbox: an event counts as accepted once it is stored, and it is confirmed to Slack only then. Ids alone are stored, never a
 * text. In: events by id. Out: whether one is new, and those a crash left behind.
 */
import type { Log } from '../../bot/log.ts'
import type { AcceptedEvent, Store } from '../../bot/store.ts'
import { within } from './admins.ts'

/** Slack waits three seconds for a confirmation; a store that stalls gets this long, in milliseconds. */
const storedWithin = 120
/** Ids known without asking the store: enough for Slack's first retries, which come within minutes. */
const mostRemembered = 20_000
/** How long a request that Slack signed can be sent again by somebody who caught it: its signature holds five minutes, either way. */
const repeatableFor = 660_000

/** `refused`: the store says no, so Slack is told nothing and asks again. */
export type Verdict = 'new' | 'known' | 'refused'

export type Inbox = {
  /** Resolves when the event may be confirmed, or must not be. */
  accept(event: AcceptedEvent): Promise<Verdict>
  /** It was handled. Never throws. */
  finish(id: string): Promise<void>
  /** Of a command or press, which Slack sends but once: false for a repetition, to whichever instance and after a restart too. Never throws. */
  isFirst(id: string): Promise<boolean>
  /** Accepted before this start, and not finished. */
  leftBehind(): Promise<AcceptedEvent[]>
}

export function createInbox(store: Store, log: Log, now: () => number): Inbox {
  const seen = new Set<string>()
  const writing = new Map<string, Promise<boolean>>()
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
  const tell = (why: string) => {
    stalls += 1
    if (Math.log10(stalls) % 1 === 0) log.warn('slack-inbox-stalled', { why, count: stalls })
  }
  const verdictOn = async (id: string, stored: Promise<boolean>): Promise<Verdict> => {
    try {
      const isFresh = await within(storedWithin, stored)
      if (isFresh === false) writing.delete(id)
      if (isFresh !== undefined) return isFresh ? 'new' : 'known'
      // Confirmed all the same: Slack gives up on an app that does not answer, and the core still lets one of many go on.
      tell('late')
      return 'new'
    } catch (error) {
      tell(error instanceof Error ? error.name : 'error')
      writing.delete(id)
      seen.delete(id)
      return 'refused'
    }
  }
  return {
    async accept(event) {
      const { id } = event
      if (!isNew(id)) {
        // A repetition is no more confirmed than the first: that one may still be on its way into the store.
        const first = writing.get(id)
        return first && (await verdictOn(id, first)) === 'refused' ? 'refused' : 'known'
      }
      if (unfinished.delete(id)) return 'new'
      const stored = store.acceptEvent(event)
      writing.set(id, stored)
      return verdictOn(id, stored)
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
    async isFirst(id) {
      if (!isNew(id)) return false
      const reserved = store.reserve(`slack-request|${id}`, now(), now() + repeatableFor)
      // Without memory a command still answers, if only that memory is away.
      return (await within(storedWithin, reserved).catch(() => true)) ?? true
    },
    async leftBehind() {
      const left = (await store.pendingEvents('slack')).filter(({ id }) => !seen.has(id))
      for (const { id } of left) unfinished.add(id)
      return left
    },
  }
}
