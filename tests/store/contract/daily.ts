/** Contract: the daily fact's runs: one holder at a time, a frozen fact, no repeat within a round. */
import { expect, test } from 'vitest'
import { aRun, day, nastyIds, noon, place } from '../../support/records.ts'
import type { Given } from '../store-contract.ts'

const minute = 60_000

export function dailyContract({ opened }: Given): void {
  test('ten instances claim one date: one gets it', async () => {
    const { a, b } = opened()
    const race = Array.from({ length: 10 }, (_, index) => (index % 2 ? a : b).claimDaily(aRun({ owner: `o${index}` }), noon))
    const won = (await Promise.all(race)).filter((run) => run !== undefined)
    expect(won).toHaveLength(1)
    expect(await a.dailyRun(place, 'daily', '2026-11-24')).toEqual(won[0])
  })

  test('a lease that ended is taken over by one, with fact, state and tries as they were', async () => {
    const { a, b } = opened()
    const first = await a.claimDaily(aRun(), noon)
    expect(first).toEqual(aRun())
    expect(await a.updateDaily({ ...aRun(), state: 'sending', tries: 1 })).toBe(true)
    const later = noon + minute
    const wish = (owner: string) => aRun({ owner, fact: 'other', round: 9, at: later, leaseUntil: later + minute })
    expect(await b.claimDaily(wish('two'), later - 1)).toBeUndefined()
    const won = await Promise.all(['two', 'three', 'four'].map((owner, index) => (index % 2 ? a : b).claimDaily(wish(owner), later)))
    const taken = won.filter((run) => run !== undefined)
    expect(taken).toHaveLength(1)
    expect(taken[0]).toMatchObject({ fact: 'f1', round: 0, state: 'sending', tries: 1, at: noon, leaseUntil: later + minute })
    // The slow one learns that it lost, and changes nothing.
    expect(await a.updateDaily({ ...aRun(), state: 'posted', message: '1' })).toBe(false)
    expect((await a.dailyRun(place, 'daily', '2026-11-24'))?.state).toBe('sending')
  })

  test('a closed date is never open again', async () => {
    const { a, b } = opened()
    for (const [index, state] of (['posted', 'missed', 'skipped', 'unknown', 'failed'] as const).entries()) {
      const run = aRun({ date: `2026-11-0${index + 1}` })
      await a.claimDaily(run, noon)
      expect(await a.updateDaily({ ...run, state, message: 'm' })).toBe(true)
      expect(await b.claimDaily({ ...run, owner: 'two' }, noon + day)).toBeUndefined()
      expect(await a.updateDaily({ ...run, state: 'claimed' })).toBe(false)
    }
    expect((await b.dailyHistory(place, 3)).map(({ state }) => state)).toEqual(['failed', 'unknown', 'skipped'])
    expect(await b.openDailyRuns(noon + day)).toEqual([])
  })

  test('runs whose holder is gone are found on every server', async () => {
    const { a, b } = opened()
    await a.claimDaily(aRun(), noon)
    await a.claimDaily(aRun({ place: { ...place, server: '101' }, leaseUntil: noon + 1 }), noon)
    expect((await b.openDailyRuns(noon + 1)).map((run) => run.place.server)).toEqual(['101'])
    expect(await b.openDailyRuns(noon + minute)).toHaveLength(2)
  })

  test('facts shown are those of the highest round that were or may have been seen', async () => {
    const { a, b } = opened()
    const runs = [
      { date: '2026-11-01', fact: 'a', round: 0, state: 'posted' },
      { date: '2026-11-02', fact: 'b', round: 1, state: 'posted' },
      { date: '2026-11-03', fact: 'c', round: 1, state: 'unknown' },
      { date: '2026-11-04', fact: 'd', round: 1, state: 'failed' },
      { date: '2026-11-05', fact: '', round: 7, state: 'missed' },
      { date: '2026-11-06', fact: 'e', round: 1, state: 'sending' },
    ] as const
    for (const [index, given] of runs.entries()) {
      const run = aRun({ ...given, at: noon + index, state: 'claimed' })
      await a.claimDaily(run, noon)
      await a.updateDaily({ ...run, state: given.state })
    }
    expect(await b.factsShown(place)).toEqual([
      { fact: 'b', round: 1, date: '2026-11-02' },
      { fact: 'c', round: 1, date: '2026-11-03' },
      { fact: 'e', round: 1, date: '2026-11-06' },
    ])
    expect(await b.factsShown({ ...place, channel: '201' })).toEqual([])
  })

  test('any id is only an id in a run', async () => {
    const { a, b } = opened()
    for (const id of nastyIds) {
      const run = aRun({ place: { platform: id, server: id, channel: id }, slot: id, fact: id || 'f', owner: id })
      expect(await a.claimDaily(run, noon)).toEqual(run)
      expect(await b.updateDaily({ ...run, state: 'posted', message: id })).toBe(true)
      expect(await b.dailyRun(run.place, id, run.date)).toEqual({ ...run, state: 'posted', message: id })
    }
  })
}
