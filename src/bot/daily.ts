/**
 * Which channels are due, for which date, with which fact. In: settings, the moment, what was shown. Out: plans. Pure: Temporal, no clock.
 * The key of a post is its *scheduled* local date, not the date at sending: a post planned for 23:30 may go out after midnight.
 */
import type { Library } from '../knowledge/library.ts'
import type { Fact } from '../knowledge/schema.ts'
import { seedOf, shuffled } from './key.ts'
import { type Daily, Weekday } from './settings.ts'

export type Due = {
  /** The scheduled local date, ISO. */
  date: string
  /** The planned moment, milliseconds since 1970. */
  at: number
  /** missed: its catch-up window is over. */
  state: 'due' | 'missed' | 'skipped'
}

/** Days back in which a slot that was not served is still noticed. */
const lookBack = 3
const day = 86_400_000

/** Slots up to `now` that a channel's settings planned, oldest first; the caller knows which were served. */
export function plannedSlots(daily: Daily, now: number): Due[] {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(daily.zone).toPlainDate()
  const since = daily.since ? Date.parse(daily.since) : 0
  const changed = daily.at ? Date.parse(daily.at) : 0
  const slots: Due[] = []
  for (const { date, weekday, planned, back } of daysAround(today, daily.time, daily.zone)) {
    if (!daily.days.includes(weekday)) continue
    // Switched on after the planned time: the first post is the next one.
    if (planned > now || planned < since) continue
    // Moved by an admin to a time already past: that day's post has not been sent, so it is due from the moment of the change.
    const at = back <= 0 ? Math.max(planned, Math.min(changed, planned + day)) : planned
    const state = daily.skip.includes(date) ? 'skipped' : now - at <= daily.catchUp * 60_000 + 60_000 ? 'due' : 'missed'
    slots.push({ date, at, state })
  }
  return slots
}

type Day = { date: string; weekday: Weekday; planned: number; back: number }
/** Every minute asks for the same few days of every channel: they are worked out once. A zone's rules do not change while a process runs. */
const knownDays = new Map<string, Day[]>()
const mostKnown = 20_000

function daysAround(today: Temporal.PlainDate, time: string, zone: string): Day[] {
  const key = `${today} ${time} ${zone}`
  const known = knownDays.get(key)
  if (known) return known
  const days: Day[] = []
  // From one day ahead: in a gap of a whole day "tomorrow" can already be planned for now.
  for (let back = lookBack; back >= -1; back -= 1) {
    const date = today.subtract({ days: back })
    const weekday = Weekday.options[date.dayOfWeek - 1]
    if (weekday) days.push({ date: date.toString(), weekday, planned: firstMoment(date, time, zone), back })
  }
  if (knownDays.size >= mostKnown) knownDays.clear()
  knownDays.set(key, days)
  return days
}

/** The next planned moment after `now`, with its date; for previews. Undefined only if every day of a month is skipped. */
export function nextSlot(daily: Daily, now: number): { date: string; at: number } | undefined {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(daily.zone).toPlainDate()
  for (let ahead = 0; ahead < 31; ahead += 1) {
    const date = today.add({ days: ahead })
    const weekday = Weekday.options[date.dayOfWeek - 1]
    const at = firstMoment(date, daily.time, daily.zone)
    if (weekday && daily.days.includes(weekday) && at > now && !daily.skip.includes(date.toString())) return { date: date.toString(), at }
  }
  return undefined
}

/** The moment of a local time on a date: in a gap the first valid minute after it, in an overlap the first of the two. */
export function firstMoment(date: Temporal.PlainDate, time: string, zone: string): number {
  const wanted = date.toPlainDateTime(Temporal.PlainTime.from(time))
  const earlier = wanted.toZonedDateTime(zone, { disambiguation: 'earlier' })
  if (earlier.toPlainDateTime().equals(wanted)) return earlier.epochMilliseconds
  const change = earlier.getTimeZoneTransition('next')
  return (change ?? wanted.toZonedDateTime(zone, { disambiguation: 'later' })).epochMilliseconds
}

/** The fact of a date: one whose event fell on that day if there is one, else one of the undated, the same all over the world. */
export function factOfTheDay(library: Library, date: string): Fact | undefined {
  const dayNumber = Math.floor(Date.parse(`${date}T00:00:00Z`) / day)
  const onThisDay = library.factsOn(date.slice(5))
  const undated = library.facts.filter((fact) => !fact.date)
  const facts = onThisDay.length ? onThisDay : undated.length ? undated : library.facts
  return facts[((dayNumber % facts.length) + facts.length) % facts.length]
}

export type Shown = { fact: string; round: number; date: string }

/**
 * The next fact of a channel and its round: on this day first, then the undated, then the rest; none twice in a round.
 * The order is a shuffle seeded by channel and round, so it survives restarts and takes new facts into the running round.
 */
export function nextFact(
  facts: readonly Fact[],
  date: string,
  channel: string,
  shown: readonly Shown[],
): { fact: Fact; round: number } | undefined {
  if (!facts.length) return undefined
  const round = Math.max(0, ...shown.map((one) => one.round))
  const seen = new Set(shown.filter((one) => one.round === round).map((one) => one.fact))
  const fresh = facts.filter((fact) => !seen.has(fact.id))
  if (!fresh.length) return { fact: firstOf(withoutRecent(facts, shown), date, channel, round + 1), round: round + 1 }
  return { fact: firstOf(fresh, date, channel, round), round }
}

function firstOf(facts: readonly Fact[], date: string, channel: string, round: number): Fact {
  const order = shuffled(
    [...facts].sort((a, b) => (a.id < b.id ? -1 : 1)),
    seedOf(`${channel} ${round}`),
  )
  const onThisDay = order.find((fact) => fact.date?.slice(5) === date.slice(5))
  return (onThisDay ?? order.find((fact) => !fact.date) ?? order[0]) as Fact
}

/** A new round does not begin with what the old one ended with, where the pool is large enough to avoid it. */
function withoutRecent(facts: readonly Fact[], shown: readonly Shown[]): readonly Fact[] {
  const recent = new Set(
    [...shown]
      .sort((a, b) => (a.date < b.date ? 1 : -1))
      .slice(0, Math.floor(facts.length / 2))
      .map((one) => one.fact),
  )
  const rest = facts.filter((fact) => !recent.has(fact.id))
  return rest.length ? rest : facts
}
