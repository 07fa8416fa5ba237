/**
 * A simulated year in every zone with rules of its own: is each local date served exactly once? In: a year, times of day.
 * Out: counts of dates planned, lost and served twice. It drives the same planner as the live tick, minute by minute around each change.
 */
import { plannedSlots } from '../../bot/daily.ts'
import { Daily, isZone } from '../../bot/settings.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

export type ZoneReport = { zones: number; runs: number; dates: number; lost: number; doubled: number; examples: string[] }

/** One zone for each distinct set of changes in that year: offset at its begin, moment and new offset of each change. */
export function distinctZones(year: number): Map<string, number[]> {
  const begin = Temporal.ZonedDateTime.from(`${year}-01-01T00:00[UTC]`)
  const found = new Map<string, { zone: string; changes: number[] }>()
  for (const zone of ['UTC', ...Intl.supportedValuesOf('timeZone')].filter(isZone)) {
    let at = begin.withTimeZone(zone)
    const changes: number[] = []
    let rules = at.offset
    for (;;) {
      const next = at.getTimeZoneTransition('next')
      if (!next || next.year > year) break
      changes.push(next.epochMilliseconds)
      rules += ` ${next.epochMilliseconds} ${next.offset}`
      at = next
    }
    if (!found.has(rules)) found.set(rules, { zone, changes })
  }
  return new Map([...found.values()].map(({ zone, changes }) => [zone, changes]))
}

/** Plays the year for each zone and time. `step`: minutes between ticks on ordinary days; around a change it is every minute. */
export function simulateZones(
  year: number,
  times: readonly string[],
  step: number,
  zones = distinctZones(year),
  tell: (done: number) => void = () => {},
): ZoneReport {
  const report: ZoneReport = { zones: zones.size, runs: 0, dates: 0, lost: 0, doubled: 0, examples: [] }
  for (const [zone, changes] of zones) {
    for (const time of times) {
      report.runs += 1
      const posts = playYear(year, zone, time, changes, step)
      let date = Temporal.PlainDate.from(`${year}-01-02`)
      const end = Temporal.PlainDate.from(`${year}-12-30`)
      while (Temporal.PlainDate.compare(date, end) <= 0) {
        const count = posts.get(date.toString()) ?? 0
        report.dates += 1
        if (count === 0) report.lost += 1
        if (count > 1) report.doubled += 1
        if (count !== 1 && report.examples.length < 10) report.examples.push(`${zone} ${time} ${date}: ${count}`)
        date = date.add({ days: 1 })
      }
    }
    tell(report.runs / times.length)
  }
  return report
}

function playYear(year: number, zone: string, time: string, changes: readonly number[], step: number): Map<string, number> {
  const daily = Daily.parse({ time, zone, since: `${year - 1}-12-01T00:00:00.000Z` })
  const posts = new Map<string, number>()
  const begin = Date.parse(`${year}-01-01T00:00:00Z`)
  const end = Date.parse(`${year + 1}-01-01T12:00:00Z`)
  for (let now = begin; now < end; ) {
    for (const { date, state } of plannedSlots(daily, now)) {
      // The live tick has a unique row per date; here the map is that row.
      if (state === 'due' && !posts.has(date)) posts.set(date, 1)
    }
    const isNearChange = changes.some((change) => Math.abs(now - change) < day)
    now += isNearChange ? minute : step * minute
  }
  return posts
}
