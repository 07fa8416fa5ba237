/**
 * Five instances with clocks a minute and a half apart race for 1,000 daily slots on one PostgreSQL. In: its URL, how many. Out: posts per slot.
 */
import { createBot } from '../../bot/bot.ts'
import { ChannelSettings } from '../../bot/settings.ts'
import { openStore } from '../../store/open.ts'
import type { ChaosParts } from './chaos.ts'
import { seeded, simPlatform } from './platform.ts'

export type RaceReport = { slots: number; instances: number; posted: number; doubled: number; lost: number; seconds: number }

const skews = [-90_000, -45_000, 0, 45_000, 90_000]

export async function race(url: string, slots: number, parts: ChaosParts): Promise<RaceReport> {
  const began = performance.now()
  const stores = await Promise.all(skews.map(() => openStore({ DATABASE_URL: url, STATE_DIR: '' }, parts.log)))
  const since = '2026-03-09T12:00:00.000Z'
  const [first] = stores
  if (!first) throw new Error('no store')
  const channel = ChannelSettings.parse({ daily: { time: '09:00', zone: 'Europe/Berlin', since, at: since, by: 'admin' } })
  const channels = Object.fromEntries(Array.from({ length: slots }, (_, index) => [`c${index}`, channel]))
  await first.saveSettings({ platform: 'sim', server: 's' }, { version: 1, channels }, [])
  let clock = Date.parse('2026-03-10T07:56:00Z')
  const none = { lostBefore: 0, lostAfter: 0, refused: 0, slow: 0.5 }
  const platform = simPlatform('sim', 'blind', seeded(1), none, () => clock)
  const bots = stores.map((store, index) =>
    createBot({ ...parts, store, adapters: [platform], now: () => clock + (skews[index] ?? 0), instance: `instance-${index}` }),
  )
  for (let minute = 0; minute < 8; minute += 1) {
    await Promise.all(bots.map((bot) => bot.tick()))
    clock += 60_000
  }
  const counts = new Map<string, number>()
  for (const { post } of platform.everSeen) counts.set(post.place.channel, (counts.get(post.place.channel) ?? 0) + 1)
  for (const store of stores) await store.close()
  return {
    slots,
    instances: stores.length,
    posted: counts.size,
    doubled: [...counts.values()].filter((count) => count > 1).length,
    lost: slots - counts.size,
    seconds: (performance.now() - began) / 1000,
  }
}
