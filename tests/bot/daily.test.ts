/** The plan of the daily fact: which date is due when, in every zone, and which fact comes. Pure functions. */
import { describe, expect, test } from 'vitest'
import { firstMoment, nextFact, nextSlot, plannedSlots, type Shown } from '../../src/bot/daily.ts'
import { Daily } from '../../src/bot/settings.ts'
import type { Fact } from '../../src/knowledge/schema.ts'

const at = (iso: string) => Date.parse(iso)
const daily = (more: object = {}): Daily =>
  Daily.parse({ time: '09:00', zone: 'Europe/Berlin', since: '2026-01-01T00:00:00.000Z', ...more })
const dates = (settings: Daily, now: string) => plannedSlots(settings, at(now)).map(({ date, state }) => `${date} ${state}`)

describe('plannedSlots', () => {
  test('is due from the planned minute until the catch-up window ends, then missed', () => {
    expect(dates(daily(), '2026-03-10T07:59:00Z').at(-1)).toBe('2026-03-09 missed')
    expect(dates(daily(), '2026-03-10T08:00:00Z').at(-1)).toBe('2026-03-10 due')
    expect(dates(daily(), '2026-03-10T10:00:00Z').at(-1)).toBe('2026-03-10 due')
    expect(dates(daily(), '2026-03-10T10:02:00Z').at(-1)).toBe('2026-03-10 missed')
  })

  test('knows weekdays and skipped dates', () => {
    expect(dates(daily({ days: ['mon'] }), '2026-03-10T08:00:00Z')).toEqual(['2026-03-09 missed'])
    expect(dates(daily({ skip: ['2026-03-10'] }), '2026-03-10T08:00:00Z').at(-1)).toBe('2026-03-10 skipped')
  })

  test('makes nothing up that was planned before it was switched on', () => {
    const on = daily({ since: '2026-03-10T08:30:00.000Z', at: '2026-03-10T08:30:00.000Z' })
    expect(plannedSlots(on, at('2026-03-10T08:31:00Z'))).toEqual([])
    expect(dates(on, '2026-03-11T08:00:00Z')).toEqual(['2026-03-11 due'])
  })

  test('a time moved into the past is due from the change, so the day is not lost', () => {
    const moved = daily({ at: '2026-03-10T16:00:00.000Z' })
    expect(dates(moved, '2026-03-10T16:01:00Z').at(-1)).toBe('2026-03-10 due')
  })
})

describe('firstMoment', () => {
  const moment = (date: string, time: string, zone: string) =>
    new Date(firstMoment(Temporal.PlainDate.from(date), time, zone)).toISOString()

  test('a time inside a gap comes at the first minute after it', () => {
    expect(moment('2026-03-29', '02:30', 'Europe/Berlin')).toBe('2026-03-29T01:00:00.000Z')
  })
  test('a time that comes twice is the first of the two', () => {
    expect(moment('2026-10-25', '02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z')
  })
  test('Nuuk: 23:30 on the night of the change keeps its date as key', () => {
    const nuuk = daily({ zone: 'America/Nuuk', time: '23:30' })
    const slots = plannedSlots(nuuk, at('2027-03-28T01:05:00Z'))
    expect(slots.at(-1)?.date).toBe('2027-03-27')
  })
})

test('nextSlot passes over skipped days', () => {
  expect(nextSlot(daily({ skip: ['2026-03-11'] }), at('2026-03-10T09:00:00Z'))?.date).toBe('2026-03-12')
})

describe('nextFact', () => {
  const fact = (id: string, date?: string): Fact => ({ id, text: id, tags: ['x'], sources: ['y'], ...(date && { date }) })
  const pool = [fact('a'), fact('b'), fact('c'), fact('d', '1917-11-07'), fact('e', '1918-11-07')]

  test('on this day first, then the undated; nothing twice before all were shown', () => {
    const shown: Shown[] = []
    const order: string[] = []
    for (let day = 7; day < 12; day += 1) {
      const date = `2026-11-${String(day).padStart(2, '0')}`
      const next = nextFact(pool, date, 'c1', shown)
      order.push(next?.fact.id ?? '')
      shown.push({ fact: next?.fact.id ?? '', round: next?.round ?? 0, date })
    }
    expect(['d', 'e']).toContain(order[0])
    expect(new Set(order).size).toBe(5)
    const sixth = nextFact(pool, '2026-11-12', 'c1', shown)
    expect(sixth?.round).toBe(1)
    expect(order.slice(-2)).not.toContain(sixth?.fact.id)
  })

  test('a fact that is added joins the running round, one that is taken out is no loss', () => {
    const shown: Shown[] = [{ fact: 'a', round: 0, date: '2026-01-01' }]
    const ids = new Set<string>()
    const fresh = [fact('b'), fact('z')]
    for (let day = 2; day < 4; day += 1) {
      const next = nextFact(fresh, `2026-01-0${day}`, 'c1', shown)
      ids.add(next?.fact.id ?? '')
      shown.push({ fact: next?.fact.id ?? '', round: next?.round ?? 0, date: `2026-01-0${day}` })
    }
    expect(ids).toEqual(new Set(['b', 'z']))
  })

  test('an empty pool gives none', () => {
    expect(nextFact([], '2026-01-01', 'c1', [])).toBeUndefined()
  })
})
