/**
 * The durable inbox: an event counts as accepted once it is stored, and it is confirmed to Slack only then. Ids alone are stored, never a
 * text. In: events by id. Out: whether one is new, and those a crash left behind.
 */
import type { Log } from '../../bot/log.ts'
import type { Acceptance, AcceptedEvent, Store } from '../../bot/store.ts'
import { within } from './admins.ts'

/** Slack waits three seconds for a confirmation; a store that stalls gets this long, in milliseconds. */
const storedWithin = 120
/** So many ids at least, and at most twice as many, are known without asking the store: enough for Slack's first retries, which come within minutes. */
const remembered = 10_000
/** How long a request that Slack signed can be sent again by somebody who caught it: its signature holds five minutes, either way. */
const repeatableFor = 660_000

/** `refused`: the store says no, so Slack is told nothing and asks again. */
export type Verdict = 'new' | 'known' | 'refused'

export type Inbox = {
  /**
   * Calls `confirm` when the event may be confirmed: never when it was refused. Resolves, perhaps a little later, with whether it is to be
   * handled. Never throws.
   */
  accept(event: AcceptedEvent, confirm: () => void): Promise<Verdict>
  /** It was handled. Never throws. */
  finish(id: string): Promise<void>
  /** Of a command or press, which Slack sends but once: false for a repetition, to whichever instance and after a restart too. Never throws. */
  isFirst(id: string): Promise<boolean>
  /** Accepted before this start, and not finished. */
  leftBehind(): Promise<AcceptedEvent[]>
}

export function createInbox(store: Store, log: Log, now: () => number): Inbox {
  let [seen, seenBefore] = [new Set<string>(), new Set<string>()]
  const writing = new Map<string, Acceptance>()
  /** Left by a crash and not to be had again: a later delivery of the same event still brings it. */
  const unfinished = new Set<string>()
  let stalls = 0
  const isSeen = (id: string): boolean => seen.has(id) || seenBefore.has(id)
  const isUnheard = (id: string): boolean => {
    if (isSeen(id)) return false
    if (seen.size >= remembered) [seen, seenBefore] = [new Set(), seen]
    seen.add(id)
    return true
  }
  const tell = (why: string) => {
    stalls += 1
    if (Math.log10(stalls) % 1 === 0) log.warn('slack-inbox-stalled', { why, count: stalls })
  }
  const forget = (id: string): void => {
    seen.delete(id)
    seenBefore.delete(id)
  }
  const refuse = (id: string, error: unknown): Verdict => {
    tell(error instanceof Error ? error.name : 'error')
    writing.delete(id)
    forget(id)
    return 'refused'
  }
  /** One timer and one promise: this is on the way of every event. */
  const firstTime = (id: string, { kept, isNew }: Acceptance, confirm: () => void): Promise<Verdict> =>
    new Promise((resolve) => {
      let isConfirmed = false
      const confirmOnce = () => {
        if (!isConfirmed) confirm()
        isConfirmed = true
      }
      const timer = setTimeout(() => {
        // Confirmed all the same: Slack gives up on an app that does not answer, and the core still lets one of many go on.
        tell('late')
        confirmOnce()
        resolve('new')
      }, storedWithin)
      kept.then(confirmOnce, () => {})
      isNew.then(
        (isFresh) => {
          clearTimeout(timer)
          writing.delete(id)
          // Not this process's: if its work was cut in half, it is among those left behind.
          if (!isFresh) forget(id)
          resolve(isFresh ? 'new' : 'known')
        },
        (error: unknown) => {
          clearTimeout(timer)
          writing.delete(id)
          // Kept, and not in the table: it is with us alone, so it is handled.
          resolve(isConfirmed ? 'new' : refuse(id, error))
        },
      )
    })
  /** A repetition is no more confirmed than the first: that one may still be on its way into the store. */
  const again = async (first: Acceptance | undefined, confirm: () => void): Promise<Verdict> => {
    const isRefused = await within(storedWithin, first?.kept ?? Promise.resolve()).then(
      () => false,
      () => true,
    )
    if (isRefused) return 'refused'
    confirm()
    return 'known'
  }
  return {
    accept(event, confirm) {
      const { id } = event
      if (!isUnheard(id)) return again(writing.get(id), confirm)
      if (unfinished.delete(id)) {
        confirm()
        return Promise.resolve('new')
      }
      try {
        const acceptance = store.acceptEvent(event)
        writing.set(id, acceptance)
        return firstTime(id, acceptance, confirm)
      } catch (error) {
        return Promise.resolve(refuse(id, error))
      }
    },
    finish(id) {
      // Handled before its row was there, when the store stalls; without one it is noted all the same.
      const late = writing.get(id)?.isNew.catch(() => {})
      const noted = late ? late.then(() => store.finishEvent(id)) : store.finishEvent(id)
      return noted.catch((error: unknown) => {
        log.warn('slack-inbox-unfinished', { error: error instanceof Error ? error.name : typeof error })
      })
    },
    async isFirst(id) {
      if (!isUnheard(id)) return false
      const reserved = store.reserve(`slack-request|${id}`, now(), now() + repeatableFor)
      // Without memory a command still answers, if only that memory is away.
      return (await within(storedWithin, reserved).catch(() => true)) ?? true
    },
    async leftBehind() {
      const left = (await store.pendingEvents('slack')).filter(({ id }) => !isSeen(id))
      for (const { id } of left) unfinished.add(id)
      return left
    },
  }
}
