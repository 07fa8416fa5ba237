/** Contract: every table is bounded; a server that left is erased when its time has come, and not before. */
import { expect, test } from 'vitest'
import { ChannelSettings, Settings } from '../../../src/bot/settings.ts'
import type { Store } from '../../../src/bot/store.ts'
import type { Engine } from '../../../src/store/engine.ts'
import { keep, tables } from '../../../src/store/schema.ts'
import { aReply, aRun, aSuggestion, day, noon, place, server } from '../../support/records.ts'
import type { Given } from '../store-contract.ts'
import { scan } from './members.ts'

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
/** Facts in the simulated pool: fewer than the days, so that rounds end and begin. */
const pool = 25

async function sizes(engine: Engine): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const name of Object.keys(tables)) {
    const [row] = await engine.query(`select count(*) as total from ${name}`)
    found[name] = Number(row?.total)
  }
  return found
}

/** One day of a small server: everything that leaves a row. */
async function liveOneDay(store: Store, number: number, now: number): Promise<void> {
  const me = store.pseudonym('discord', `m${number}`)
  const id = `${number}`
  await store.reserve(`cooldown|${id}`, now, now + day)
  await store.reserve(`quiet|${id}`, now, now + 30 * day)
  await store.record(aReply(store, { id: `r${id}`, trigger: id, author: me, message: id, at: now }))
  await store.vote(`r${id}`, me, 'wrong', now)
  await store.vote(`lost${id}`, me, 'wrong', now)
  await store.suggest(aSuggestion(store, { id: `s${id}`, author: me, at: now }))
  await store.acceptEvent({ id: `E${id}`, platform: 'discord', kind: 'message', ref: { place, id }, author: me, at: now }).isNew
  await store.count(server, dateOf(now), 'reply posted')
  const run = aRun({ date: dateOf(now), fact: `f${number % pool}`, round: Math.floor(number / pool), at: now, leaseUntil: now + 60_000 })
  await store.claimDaily(run, now)
  await store.updateDaily({ ...run, state: 'posted', message: id })
  const settings = Settings.parse({ channels: { c: ChannelSettings.parse({ budget: number % 100 }) } })
  const lines = Array.from({ length: 3 }, (_, line) => ({ at: now, by: '77', path: `p${line}`, before: '', after: id }))
  for (let change = 0; change < 3; change += 1) await store.saveSettings(server, settings, lines)
}

export function sweepContract({ opened }: Given): void {
  test('after 90 simulated days no table grows any more', async () => {
    const { a, engine } = opened()
    const at: Record<number, Record<string, number>> = {}
    for (let number = 0; number <= 140; number += 1) {
      const now = noon + number * day
      await liveOneDay(a, number, now)
      await a.sweep(now)
      if (number === 90 || number === 140) at[number] = await sizes(engine)
    }
    expect(at[140]).toEqual(at[90])
    expect(at[90]?.settings_audit).toBe(keep.auditRevisions * 3)
    expect(at[90]?.reservations).toBeLessThanOrEqual(31)
    expect(at[90]?.daily_runs).toBeLessThanOrEqual(41)
    expect(await a.factsShown(place)).toHaveLength((140 % pool) + 1)
  })

  test('the running round outlives the retention, so that no fact comes twice in it', async () => {
    const { a } = opened()
    for (let number = 0; number < 5; number += 1) {
      const run = aRun({ date: `2026-01-0${number + 1}`, fact: `f${number}`, at: noon - 300 * day })
      await a.claimDaily(run, noon - 300 * day)
      await a.updateDaily({ ...run, state: 'posted' })
    }
    await a.sweep(noon)
    expect(await a.factsShown(place)).toHaveLength(5)
  })

  test('a sweep takes nothing before its time', async () => {
    const { a, engine } = opened()
    await liveOneDay(a, 0, noon)
    await a.acceptEvent({ id: 'E', platform: 'discord', kind: 'm', ref: { place, id: '1' }, author: a.pseudonym('discord', '1'), at: noon })
      .kept
    // Reading counts and what is pending writes those that wait.
    await a.counts(server, '2000-01-01')
    await a.pendingEvents('discord')
    const before = await sizes(engine)
    await a.sweep(noon + day - 1)
    expect(await sizes(engine)).toEqual(before)
  })

  test('a server that left is quiet at once and erased later; coming back calls it off', async () => {
    const { a, b, engine } = opened()
    await liveOneDay(a, 1, noon)
    await a.reserve('quiet|discord/100/200/|german-gold', noon, noon + 90 * day)
    await a.reserve('quiet|discord/1001/200/|german-gold', noon, noon + 90 * day)
    await a.saveSettings({ ...server, server: '1001' }, Settings.parse({}), [])
    await a.leave(server, noon + 30 * day)
    expect(await b.servers()).toEqual([{ platform: 'discord', server: '1001' }])
    await b.sweep(noon + 30 * day - 1)
    expect((await a.settings(server)).channels.c).toBeDefined()
    await b.stay(server)
    await b.sweep(noon + 31 * day)
    expect(await b.servers()).toHaveLength(2)
    // Asked twice, the earlier moment counts: "at once" overtakes the grace time and is not overtaken by it.
    await a.leave(server, noon + 40 * day)
    await b.leave(server, noon + 31 * day)
    await b.leave(server, noon + 50 * day)
    await b.sweep(noon + 31 * day)
    expect(await a.servers()).toEqual([{ platform: 'discord', server: '1001' }])
    const { reservations, ...rest } = await scan(engine)
    expect(reservations).not.toContain('discord/100/')
    expect(reservations).toContain('discord/1001/')
    expect(JSON.stringify(rest)).not.toContain('"server":"100"')
  })
}
