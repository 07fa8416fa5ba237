/**
 * One life of the bot in the kill harness, from its start to its end or its death. In: its memory, its wall, what it is to post.
 * Out: lines in the wall file for what became visible. The same code runs in the process that is killed and in the one that comes after.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { Adapter } from '../../bot/adapter.ts'
import { createBot } from '../../bot/bot.ts'
import type { Log } from '../../bot/log.ts'
import { ChannelSettings } from '../../bot/settings.ts'
import type { Store } from '../../bot/store.ts'
import type { Detector } from '../../detection/detector.ts'
import { openPacks } from '../../detection/open.ts'
import type { Library } from '../../knowledge/library.ts'
import type { Pack } from '../../knowledge/schema.ts'
import { openStore, type StoreConfig } from '../../store/open.ts'

/** `wallIs`: whether the place where posts are seen can be asked for them after a crash; the only two sorts there are for the daily protocol. */
export type Plan = { kind: 'daily' | 'reply'; wallIs: 'searchable' | 'blind' }
export type Life = Plan & {
  memory: StoreConfig
  wall: string
  /** A file with packs that were checked, as JSON. */
  packs: string
  /** Minutes after the planned time at which this life begins. */
  minute: number
  instance: string
  /** Called at each step: before and after every call of the store and of the platform. */
  step?(): void
}

const quiet: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} }
const server = { platform: 'wall', server: 's' }
const minute = 60_000
/** How long a life looks after its posts, in minutes: longer than a lease. */
export const lifeMinutes = 4
const known = new Map<string, { library: Library; detector: Detector }>()
function knowledge(file: string): { library: Library; detector: Detector } {
  let found = known.get(file)
  if (!found) {
    found = openPacks(JSON.parse(readFileSync(file, 'utf8')) as Pack[])
    known.set(file, found)
  }
  return found
}

export const linesOf = (wall: string): string[] => (existsSync(wall) ? readFileSync(wall, 'utf8').split('\n').filter(Boolean) : [])

/** Lives through the minutes that a post takes, and leaves memory closed. */
export async function live({ kind, wallIs, memory, wall, packs, minute: first, instance, step = () => {} }: Life): Promise<void> {
  const parts = knowledge(packs)
  const store = await openStore(memory, quiet)
  await switchOn(store, kind)
  let clock = Date.parse('2026-03-10T08:00:00Z') + first * minute
  const bot = createBot({
    ...parts,
    commands: [],
    log: quiet,
    store: stepping(store, step),
    adapters: [stepping(wallPlatform(wall, wallIs === 'searchable'), step)],
    now: () => clock,
    instance,
  })
  for (let passed = 0; passed < lifeMinutes; passed += 1) {
    if (kind === 'daily') await bot.tick()
    else if (passed === 0) {
      const author = { id: 'u1', isBot: false, isAdmin: false, isModerator: false }
      const text = parts.library.rebuttals[0]?.claim ?? ''
      // The platform delivers the event again after the crash.
      await bot.hear({
        ref: { place: { ...server, channel: 'c1' }, id: 'm1' },
        event: 'posted',
        author,
        text,
        isAddressed: false,
        at: clock,
      })
    }
    clock += minute
  }
  await store.close()
}

async function switchOn(store: Store, kind: Plan['kind']): Promise<void> {
  if ((await store.servers()).length) return
  const at = '2026-03-09T00:00:00.000Z'
  const channel = ChannelSettings.parse({
    replies: { mode: 'reply', by: 'admin', at },
    ...(kind === 'daily' && { daily: { time: '09:00', zone: 'Europe/Berlin', since: at, at, by: 'admin' } }),
  })
  await store.saveSettings(server, { version: 1, channels: { c1: channel } }, [])
}

/** Each call is two steps: before it, and after it took effect. */
const stepping = <T extends object>(target: T, step: () => void): T =>
  new Proxy(target, {
    get: (inner, key) => {
      const value = Reflect.get(inner, key) as unknown
      if (typeof value !== 'function' || key === 'pseudonym') return typeof value === 'function' ? value.bind(inner) : value
      return async (...args: unknown[]) => {
        step()
        const result = await (value as (...all: unknown[]) => unknown).apply(inner, args)
        step()
        return result
      }
    },
  })

/** The platform is a file: what stands in it has been seen by everybody. */
const wallPlatform = (wall: string, isSearchable: boolean): Adapter => ({
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
    if (!(isSearchable && post.again && linesOf(wall).includes(post.key))) appendFileSync(wall, `${post.key}\n`)
    return { place: post.place, id: 'b1' }
  },
})
