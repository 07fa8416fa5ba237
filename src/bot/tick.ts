/**
 * The minute tick: the daily fact, exactly once. In: settings and what memory says. Out: posts.
 * Protocol per channel and scheduled date: claim (unique row with a lease) → mark as sending → post with a stable key → record.
 * A crash leaves the lease; whoever takes it over looks first where the platform can, else stays silent and says so.
 */
import type { Adapter } from './adapter.ts'
import { factCard } from './compose.ts'
import { nextFact, plannedSlots } from './daily.ts'
import { PostError } from './errors.ts'
import { shortKey } from './key.ts'
import { forbiddenSlot } from './manners.ts'
import { channelKey, type Place } from './message.ts'
import { notifyModerators } from './notices.ts'
import type { BotParts } from './parts.ts'
import type { Daily, Settings } from './settings.ts'
import type { DailyRun, Server } from './store.ts'
import { words } from './words.ts'

/** How long one instance may hold a run before another takes over, in milliseconds. */
export const leaseFor = 60_000
const hour = 3_600_000
/** Posts under way at once: 5,000 channels at nine o'clock must not become a storm. */
const abreast = 8

type Job = { place: Place; settings: Settings; daily: Daily; date: string; slot: string; at: number }

/** Posts every daily fact that is due. `owner` names this instance. Throws only what the store throws before the first post. */
export async function tick(parts: BotParts, owner: string): Promise<void> {
  const { store, now } = parts
  const jobs: Job[] = []
  for (const server of await store.servers()) {
    // One server that can't be read must not cost the others their day.
    try {
      const settings = await store.settings(server)
      if (settings.paused && Date.parse(settings.paused.until) > now()) continue
      jobs.push(...(await jobsOf(parts, server, settings)))
    } catch (error) {
      parts.log.error('daily-plan-failed', { platform: server.platform, error: error instanceof Error ? error.name : typeof error })
    }
  }
  jobs.push(...(await abandonedExtras(parts)))
  const waiting = [...jobs]
  const work = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) await serve(parts, job, owner)
  }
  await Promise.all(Array.from({ length: Math.min(abreast, jobs.length) }, work))
  await store.sweep(now())
}

/** What one server's channels need now; missed and skipped dates are put on record here. */
async function jobsOf(parts: BotParts, server: Server, settings: Settings): Promise<Job[]> {
  const { store, now } = parts
  const jobs: Job[] = []
  for (const [channel, { daily }] of Object.entries(settings.channels)) {
    if (!daily) continue
    const place: Place = { platform: server.platform, server: server.server, channel }
    for (const { date, at, state } of plannedSlots(daily, now())) {
      const run = await store.dailyRun(place, 'daily', date)
      if (run && !isOpen(run, now())) continue
      if (state === 'due' || run?.state === 'sending') jobs.push({ place, settings, daily, date, slot: 'daily', at })
      else await close(parts, place, date, state === 'skipped' ? 'skipped' : 'missed', run)
    }
  }
  return jobs
}

/** Extra posts an admin asked for whose instance died on the way: the plan does not know them, so they are taken up here. */
async function abandonedExtras({ store, now }: BotParts): Promise<Job[]> {
  const jobs: Job[] = []
  for (const { place, date, slot, at } of await store.openDailyRuns(now())) {
    if (slot === 'daily') continue
    const settings = await store.settings(place)
    const daily = settings.channels[place.channel]?.daily
    if (daily) jobs.push({ place, settings, daily, date, slot, at })
  }
  return jobs
}

const isOpen = (run: DailyRun, now: number): boolean => (run.state === 'claimed' || run.state === 'sending') && run.leaseUntil <= now

/** Puts a date on record that is not posted: skipped by an admin, or its window is over. */
async function close(parts: BotParts, place: Place, date: string, state: 'missed' | 'skipped', open: DailyRun | undefined): Promise<void> {
  const { store, now } = parts
  const closing: DailyRun = {
    place,
    date,
    slot: 'daily',
    state,
    fact: '',
    round: open?.round ?? 0,
    owner: 'none',
    leaseUntil: now(),
    tries: 0,
    at: now(),
  }
  const claimed = await store.claimDaily({ ...closing, state: 'claimed', leaseUntil: now() + leaseFor }, now())
  if (!claimed || !(await store.updateDaily({ ...claimed, fact: '', state }))) return
  await countDaily(parts, place, state)
  if (state === 'missed') await notifyModerators(parts, place, 'missed', words.notices.missed(place.channel, date))
}

/** Posts one run now; also what "post now" calls, with a slot of its own. Resolves with the state reached, undefined when another holds it. */
export async function serve(parts: BotParts, job: Job, owner: string): Promise<DailyRun['state'] | undefined> {
  const { log } = parts
  const adapter = parts.adapters.find((one) => one.platform === job.place.platform)
  if (!adapter) return undefined
  try {
    const run = await claim(parts, job, owner)
    return run && (await post(parts, adapter, job, run))
  } catch (error) {
    log.error('daily-failed', { platform: job.place.platform, error: error instanceof Error ? error.name : typeof error })
    return undefined
  }
}

/** Takes the run: its fact is chosen and frozen in the row, so that a second try shows the same one. */
async function claim(parts: BotParts, { place, settings, date, slot }: Job, owner: string): Promise<DailyRun | undefined> {
  const { store, library, now } = parts
  const facts = library.packs.filter((pack) => !settings.packs || settings.packs.includes(pack.id)).flatMap((pack) => pack.facts)
  const next = nextFact(facts, date, channelKey(place), await store.factsShown(place))
  if (!next) return undefined
  const leaseUntil = now() + leaseFor
  const wanted: DailyRun = {
    place,
    date,
    slot,
    state: 'claimed',
    fact: next.fact.id,
    round: next.round,
    owner,
    leaseUntil,
    tries: 0,
    at: now(),
  }
  return store.claimDaily(wanted, now())
}

async function post(parts: BotParts, adapter: Adapter, job: Job, claimed: DailyRun): Promise<DailyRun['state'] | undefined> {
  const { store, library, now } = parts
  const fact = library.factById(claimed.fact)
  if (!fact) {
    await store.updateDaily({ ...claimed, state: 'failed' })
    return 'failed'
  }
  const again = claimed.state === 'sending'
  // Begun and never finished, and its time is over: it may have appeared, and it is too late to send it.
  if (again && isOver(job, now())) return unknown(parts, job, claimed)
  if (again && !adapter.abilities.findsOwnPosts && now() - claimed.at > adapter.abilities.dropsDoublesFor)
    return unknown(parts, job, claimed)
  const sending: DailyRun = { ...claimed, state: 'sending', tries: claimed.tries + 1 }
  if (!(await store.updateDaily(sending))) return undefined
  try {
    const key = shortKey('d', `${channelKey(job.place)} ${job.slot} ${job.date}`)
    const ref = await adapter.post({ place: job.place, mode: 'channel', card: factCard(fact, library), key, ...(again && { again }) })
    await store.updateDaily({ ...sending, state: 'posted', message: ref.id })
    await countDaily(parts, job.place, 'posted')
    return 'posted'
  } catch (error) {
    return failed(parts, job, sending, error, again)
  }
}

async function failed(parts: BotParts, job: Job, run: DailyRun, error: unknown, again: boolean): Promise<DailyRun['state']> {
  const { store, log, now } = parts
  const { place } = job
  const failure = error instanceof PostError ? error.failure : 'unknown'
  log.warn('daily-post-failed', { platform: place.platform, failure, ...(error instanceof PostError && { cause: error.code }) })
  // The outcome is open: the lease stays, and whoever takes it over looks first.
  if (failure === 'unknown') return isOver(job, now()) ? unknown(parts, job, run) : 'sending'
  // Certainly not sent, and worth another minute until the catch-up window ends: a platform that is away or busy.
  if (failure === 'too-fast' || failure === 'dead-credential') {
    // This try was not sent; but where an earlier one may have appeared, the next must look first as well.
    const state = again ? 'sending' : 'claimed'
    await store.updateDaily({ ...run, state, leaseUntil: now() + leaseFor })
    return state
  }
  await store.updateDaily({ ...run, state: 'failed' })
  await countDaily(parts, place, 'failed')
  if (failure === 'forbidden') await store.reserve(forbiddenSlot(place), now(), now() + hour)
  await notifyModerators(parts, place, 'daily-failed', words.notices.dailyFailed(place.channel, failure))
  return 'failed'
}

/** Looking again and again is harmless where a platform can be searched; it ends with the catch-up window. */
const isOver = ({ at, daily }: Job, now: number): boolean => now - at > (daily.catchUp + 1) * 60_000

/** Whether it appeared can't be told here: no second post, and the people who run the server learn of it. */
async function unknown(parts: BotParts, { place, date }: Job, run: DailyRun): Promise<'unknown'> {
  await parts.store.updateDaily({ ...run, state: 'unknown' })
  await countDaily(parts, place, 'unknown')
  await notifyModerators(parts, place, 'daily-unknown', words.notices.dailyUnknown(place.channel, date))
  return 'unknown'
}

const countDaily = ({ store, now }: BotParts, place: Place, state: string): Promise<void> =>
  store.count(place, new Date(now()).toISOString().slice(0, 10), `daily ${state}`)
