/** What a living bot keeps: after 90 days no table grows any more, and a server that left is gone after 30. Every verb by its live path. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Engine } from '../../src/store/engine.ts'
import { openEngine } from '../../src/store/open.ts'
import { tables } from '../../src/store/schema.ts'
import { createSqlStore } from '../../src/store/sql-store.ts'
import { createDatabase } from '../support/postgres.ts'
import { admin, makeWorld, member, myth, otherMyth, place, quietLog, type World } from '../support/world.ts'

const day = 86_400_000
const hour = 3_600_000
let world: World
let engine: Engine
beforeEach(async () => {
  // The engine beside the store, to look into every table; nothing here waits for a disk.
  engine = await openEngine({ DATABASE_URL: await createDatabase('current'), STATE_DIR: 'unused' }, quietLog)
  world = await makeWorld({ at: '2026-01-01T00:00:00Z', store: await createSqlStore(engine) })
})
afterEach(() => world.close())

async function rows(): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const table of Object.keys(tables)) found[table] = Number((await engine.query(`select count(*) as total from ${table}`))[0]?.total)
  return found
}

/** One day of a small server: daily fact, replies, questions, votes, suggestions, changes of settings, a member who comes and goes. */
async function liveOneDay(number: number): Promise<void> {
  const begin = Date.parse('2026-01-01T00:00:00Z') + number * day
  const asAdmin = { asker: admin }
  world.setClock(begin + 8 * hour + 60_000)
  await world.bot.tick()
  await world.hear(myth, { author: member(`writer-${number}`) })
  const reply = world.platform.posts.at(-1)?.card.buttons?.find((button) => button.command === 'why')?.args.reply
  await world.press('feedback', { reply: String(reply) }, { asker: member(`voter-${number}`) })
  for (let index = 0; index < 3; index += 1)
    await world.hear('is it so?', { isAddressed: true, author: member(`asker-${number}-${index}`) })
  await world.run(`settings replies mode:suggest budget:${number % 90}`, asAdmin)
  await world.hear(otherMyth, { author: member(`suggested-${number}`) })
  await world.run('settings replies mode:reply budget:3 cooldown:1', asAdmin)
  await world.run('pause 1h', asAdmin)
  const guest = { asker: member(`guest-${number}`) }
  await world.run('me optout', guest)
  await world.run('me optin', guest)
  world.setClock(begin + 20 * hour)
  await world.bot.tick()
}

test('after 90 simulated days of live use no table grows any more', { timeout: 180_000 }, async () => {
  await world.run('settings daily time:09:00 zone:Europe/Berlin', { asker: admin })
  await world.run('settings replies mode:reply', { asker: admin })
  const at: Record<number, Record<string, number>> = {}
  for (let number = 0; number <= 120; number += 1) {
    await liveOneDay(number)
    if (number === 90 || number === 120) at[number] = await rows()
  }
  // The pool of facts is one long round, which is remembered until it is over: its rows are bounded by the facts there are.
  const { daily_runs: now = 0, ...rest } = at[120] ?? {}
  const { daily_runs: before = 0, ...earlier } = at[90] ?? {}
  // Days differ by a row or two; a table that kept one row a day would have 30 more.
  for (const [table, count] of Object.entries(rest)) expect(count, table).toBeLessThanOrEqual((earlier[table] ?? 0) + 5)
  expect(now - before).toBeLessThanOrEqual(30)
  expect(now).toBeLessThanOrEqual(world.library.facts.length + 40)
  for (const table of ['replies', 'votes', 'suggestions', 'reservations', 'settings_audit', 'counts', 'daily_runs'])
    expect(at[120]?.[table], table).toBeGreaterThan(5)
})

test('a server that removed the bot: silent, kept for 30 days, then no row of it is left; another is untouched', async () => {
  const elsewhere = { ...place, server: 's2' }
  await world.run('settings replies mode:reply', { asker: admin, place: elsewhere })
  await world.run('settings daily time:09:00 zone:Europe/Berlin', { asker: admin })
  await liveOneDay(0)
  await world.bot.left(place)
  const left = world.now()
  const posts = world.platform.posts.length
  world.setClock(left + 30 * day - hour)
  await world.bot.tick()
  expect((await world.store.settings(place)).channels.c1?.daily).toBeDefined()
  world.setClock(left + 30 * day + hour)
  await world.bot.tick()
  expect(world.platform.posts).toHaveLength(posts)
  for (const table of Object.keys(tables))
    expect(JSON.stringify(await engine.query(`select * from ${table}`)), table).not.toMatch(/test\/s1\/|"server":"s1"/)
  expect((await world.store.settings(elsewhere)).channels.c1?.replies.mode).toBe('reply')
})
