/**
 * One life of the kill harness. In: its plan by environment. Out: lines in the wall file for what became visible; ends by itself, or by
 * SIGKILL at the step it was told. A step is a call of the store or of the platform, and the moment after it.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { Adapter } from '../../bot/adapter.ts'
import { createBot } from '../../bot/bot.ts'
import { ChannelSettings } from '../../bot/settings.ts'
import { openStore } from '../../store/open.ts'
import { chaosParts } from './parts.ts'

const {
  KILL_KIND,
  KILL_PLATFORM,
  KILL_WALL = '',
  KILL_SERVER = '',
  KILL_STEP = '0',
  KILL_MINUTE = '0',
  STATE_DIR = '',
  DATABASE_URL,
} = process.env
const parts = await chaosParts()
const store = await openStore({ STATE_DIR, DATABASE_URL }, parts.log)
const isSearchable = KILL_PLATFORM === 'searchable'
const server = { platform: 'wall', server: KILL_SERVER }
let clock = Date.parse('2026-03-10T08:00:00Z') + Number(KILL_MINUTE) * 60_000
let steps = 0
let isCounting = false

const mayDie = () => {
  if (!isCounting) return
  steps += 1
  if (steps === Number(KILL_STEP)) process.kill(process.pid, 'SIGKILL')
}

/** Each call is two steps: death before it, and death after it took effect. */
const mortal = <T extends object>(target: T): T =>
  new Proxy(target, {
    get: (inner, key) => {
      const value = Reflect.get(inner, key) as unknown
      if (typeof value !== 'function' || key === 'pseudonym') return typeof value === 'function' ? value.bind(inner) : value
      return async (...args: unknown[]) => {
        mayDie()
        const result = await (value as (...all: unknown[]) => unknown).apply(inner, args)
        mayDie()
        return result
      }
    },
  })

const wall = () => (existsSync(KILL_WALL) ? readFileSync(KILL_WALL, 'utf8').split('\n').filter(Boolean) : [])
const platform: Adapter = {
  platform: 'wall',
  abilities: {
    privateReplies: true,
    buttons: true,
    threads: true,
    reactions: true,
    suggestions: true,
    dropsDoublesFor: 0,
    findsOwnPosts: isSearchable,
  },
  parts: [],
  start: async () => {},
  stop: async () => {},
  remove: async () => {},
  async post(post) {
    if (!(isSearchable && post.again && wall().includes(post.key))) appendFileSync(KILL_WALL, `${post.key}\n`)
    return { place: post.place, id: 'b1' }
  },
}

if (!(await store.servers()).some((one) => one.server === KILL_SERVER)) {
  const at = '2026-03-09T00:00:00.000Z'
  const channel = ChannelSettings.parse({
    replies: { mode: 'reply', by: 'admin', at },
    ...(KILL_KIND === 'daily' && { daily: { time: '09:00', zone: 'Europe/Berlin', since: at, at, by: 'admin' } }),
  })
  await store.saveSettings(server, { version: 1, channels: { c1: channel } }, [])
}
const bot = createBot({ ...parts, store: mortal(store), adapters: [mortal(platform)], now: () => clock, instance: `life-${process.pid}` })
isCounting = true
for (let minute = 0; minute < 4; minute += 1) {
  if (KILL_KIND === 'daily') await bot.tick()
  else if (minute === 0) {
    const place = { ...server, channel: 'c1' }
    const author = { id: 'u1', isBot: false, isAdmin: false, isModerator: false }
    const text = parts.texts.myths[0] ?? ''
    // The platform delivers the event again after the crash.
    await bot.hear({ ref: { place, id: 'm1' }, event: 'posted', author, text, isAddressed: false, at: clock })
  }
  clock += 60_000
}
isCounting = false
await store.close()
