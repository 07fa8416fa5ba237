/** The simulator, in its short form: zones around their changes, and chaos from a few seeds. `npm run sim` plays the long form. */
import { expect, test } from 'vitest'
import type { Store } from '../../src/bot/store.ts'
import { chaos } from '../../src/tools/sim/chaos.ts'
import { chaosParts } from '../../src/tools/sim/parts.ts'
import { distinctZones, simulateZones } from '../../src/tools/sim/zones.ts'

test('in zones with unusual changes every local date is served exactly once', () => {
  const all = distinctZones(2027)
  const chosen = new Map(
    [...all].filter(([zone]) => /Berlin|New_York|Lord_Howe|Nuuk|Troll|Cairo|Santiago|Casablanca|Chatham|Kolkata/.test(zone)),
  )
  expect(chosen.size).toBeGreaterThan(3)
  const report = simulateZones(2027, ['02:30', '23:30'], 60, chosen)
  expect(report.examples).toEqual([])
  expect(report.dates).toBeGreaterThan(2000)
})

test.each([1, 2, 3, 4])('chaos from seed %i breaks no invariant', async (seed) => {
  const report = await chaos(seed, 2, await chaosParts())
  expect(report.broken).toEqual([])
  expect(report.deaths).toBeGreaterThan(0)
  expect(report.posts).toBeGreaterThan(0)
})

test('the same seed is the same run, to the last step: a failure can be replayed', async () => {
  const parts = await chaosParts()
  const first = await chaos(11, 1, parts)
  expect(first.steps).toBeGreaterThan(1000)
  expect(await chaos(11, 1, parts)).toEqual(first)
})

test('the simulator sees a store that gives the same slot twice', async () => {
  const parts = await chaosParts()
  const reserveAll: Store['reserveAll'] = async (wanted) => wanted.map(({ slot }) => slot)
  const openStore = async () => ({ ...(await parts.openStore()), reserve: async () => true, reserveAll })
  const report = await chaos(3, 2, { ...parts, openStore })
  expect(report.broken.join('\n')).toContain('appeared')
})
