/**
 * The core under chaos, replayable from a seed: several instances on one store, a virtual clock, messages that arrive twice, late and out
 * of order, platforms that lose answers, instances that die at any step of their work. In: a seed. Out: what broke an invariant, if anything.
 */
import type { Adapter } from '../../bot/adapter.ts'
import { type Bot, createBot } from '../../bot/bot.ts'
import type { Command } from '../../bot/command.ts'
import type { Log } from '../../bot/log.ts'
import type { Message, Place } from '../../bot/message.ts'
import { ChannelSettings } from '../../bot/settings.ts'
import type { Store } from '../../bot/store.ts'
import type { Detector } from '../../detection/detector.ts'
import type { Library } from '../../knowledge/library.ts'
import { type Faults, type SimPlatform, type Source, seeded, simPlatform } from './platform.ts'

export type ChaosParts = {
  library: Library
  detector: Detector
  commands: readonly Command[]
  openStore(): Promise<Store>
  log: Log
  texts: { myths: string[]; denials: string[]; chatter: string[] }
}
export type ChaosReport = { seed: number; steps: number; messages: number; deaths: number; posts: number; broken: string[] }

const minute = 60_000
const day = 86_400_000

/** An instance that may die: from its last step on nothing it asks for is answered, as after SIGKILL. */
type Instance = { bot: Bot; name: string; isDead: boolean; stepsLeft: number; died: Promise<void> }

/** Runs `days` of virtual time. The same seed gives the same run. */
export async function chaos(seed: number, days: number, parts: ChaosParts): Promise<ChaosReport> {
  const random = seeded(seed)
  const store = await parts.openStore()
  let clock = Date.parse('2026-03-27T00:00:00Z') + Math.floor(random() * 30) * day
  const now = () => clock
  const faults: Faults = { lostBefore: 0.05, lostAfter: 0.08, refused: 0.08, slow: 0.3 }
  const platforms = [simPlatform('searchable', 'searchable', random, faults, now), simPlatform('blind', 'blind', random, faults, now)]
  const report: ChaosReport = { seed, steps: 0, messages: 0, deaths: 0, posts: 0, broken: [] }
  const places: Place[] = platforms.flatMap(({ platform }) => ['c1', 'c2'].map((channel) => ({ platform, server: 's', channel })))
  for (const { platform } of platforms) await enable(store, platform, now())
  let instances = [start('a'), start('b')]
  let born = 2

  function start(name: string): Instance {
    let die = () => {}
    const died = new Promise<void>((resolve) => {
      die = resolve
    })
    const instance: Instance = { bot: undefined as unknown as Bot, name, isDead: false, stepsLeft: 40 + Math.floor(random() * 400), died }
    const guard = <T extends object>(target: T): T =>
      new Proxy(target, {
        get: (inner, key) => {
          const value = Reflect.get(inner, key) as unknown
          if (typeof value !== 'function') return value
          return (...args: unknown[]) => {
            if (key === 'pseudonym') return (value as (...all: unknown[]) => unknown).apply(inner, args)
            report.steps += 1
            instance.stepsLeft -= 1
            if (instance.name !== 'last' && (instance.isDead || instance.stepsLeft <= 0)) {
              if (!instance.isDead) {
                instance.isDead = true
                report.deaths += 1
              }
              die()
              // Half of the last steps still take effect: death comes before or after the act.
              if (instance.stepsLeft === 0 && random() < 0.5)
                void Promise.resolve((value as (...all: unknown[]) => unknown).apply(inner, args)).catch(() => {})
              return new Promise(() => {})
            }
            return (value as (...all: unknown[]) => unknown).apply(inner, args)
          }
        },
      })
    instance.bot = createBot({
      ...parts,
      store: guard(store),
      adapters: platforms.map((platform) => guard(platform) as Adapter),
      now,
      instance: name,
    })
    return instance
  }

  const call = async (work: (bot: Bot) => Promise<unknown> | undefined): Promise<void> => {
    const instance = instances[Math.floor(random() * instances.length)] as Instance
    await Promise.race([work(instance.bot), instance.died])
    instances = instances.map((one) => (one.isDead ? start(`n${++born}`) : one))
  }

  const end = clock + days * day
  let number = 0
  const recent: Message[] = []
  while (clock < end) {
    clock += minute
    await call((bot) => bot.tick())
    if (random() < 0.12) {
      const place = places[Math.floor(random() * places.length)] as Place
      const { text, isMyth } = pick(parts.texts, random)
      const message: Message = {
        ref: { place, id: `m${++number}${isMyth ? '' : 'x'}` },
        event: 'posted',
        author: { id: `u${Math.floor(random() * 8)}`, isBot: random() < 0.05, isAdmin: false, isModerator: false },
        text,
        isAddressed: false,
        // Some arrive late: the platform's clock says when they were written.
        at: random() < 0.1 ? clock - 10 * minute : clock,
      }
      report.messages += 1
      recent.push(message)
      // Delivered once, twice, on two instances at once, or again a little later.
      const copies = random() < 0.3 ? 3 : 1
      await Promise.all(Array.from({ length: copies }, () => call((bot) => bot.hear(message))))
    }
    if (random() < 0.02 && recent.length) {
      const old = recent[Math.floor(random() * recent.length)] as Message
      const event = random() < 0.5 ? 'deleted' : 'edited'
      await call((bot) => bot.hear({ ...old, event, text: event === 'edited' ? 'never mind' : '', at: clock }))
      if (random() < 0.5) await call((bot) => bot.hear(old))
    }
    if (report.broken.length) break
    if (random() < 0.05) check(platforms, report, clock)
  }
  // Nobody dies any more: what was begun must come to its end.
  for (let turn = 0; turn < 5; turn += 1) {
    clock += minute
    await start('last').bot.tick()
  }
  check(platforms, report, clock)
  await checkDaily(platforms, store, places, report)
  report.posts = platforms.reduce((sum, platform) => sum + platform.everSeen.length, 0)
  await store.close()
  return report
}

async function enable(store: Store, platform: string, at: number): Promise<void> {
  const moment = new Date(at).toISOString()
  const channel = (time: string, zone: string) =>
    ChannelSettings.parse({
      replies: { mode: 'reply', by: 'admin', at: moment },
      daily: { time, zone, by: 'admin', at: moment, since: moment },
    })
  const settings = { version: 1 as const, channels: { c1: channel('09:00', 'Europe/Berlin'), c2: channel('02:30', 'America/New_York') } }
  await store.saveSettings({ platform, server: 's' }, settings, [])
}

/** Every scheduled date came to an end, and a platform that can be searched shows exactly one post for each. */
async function checkDaily(platforms: readonly SimPlatform[], store: Store, places: readonly Place[], report: ChaosReport): Promise<void> {
  for (const place of places) {
    const platform = platforms.find((one) => one.platform === place.platform) as SimPlatform
    const shown = platform.everSeen.filter(({ post }) => post.mode === 'channel' && post.place.channel === place.channel).length
    const runs = await store.dailyHistory(place, 100)
    const posted = runs.filter((run) => run.state === 'posted').length
    const open = runs.filter((run) => run.state === 'claimed' || run.state === 'sending').length
    const unknown = runs.filter((run) => run.state === 'unknown').length
    const where = `${place.platform}/${place.channel}`
    if (open) report.broken.push(`${where}: ${open} daily posts never came to an end`)
    if (shown < posted || shown > posted + unknown) report.broken.push(`${where}: ${posted} daily posts on record, ${shown} were seen`)
    if (platform.abilities.findsOwnPosts && (unknown || runs.some((run) => run.state === 'missed')))
      report.broken.push(`${where}: a daily post was lost`)
    if (!runs.length) report.broken.push(`${where}: no daily post at all`)
  }
}

function pick({ myths, denials, chatter }: ChaosParts['texts'], random: Source): { text: string; isMyth: boolean } {
  const chance = random()
  const list = chance < 0.5 ? myths : chance < 0.7 ? denials : chatter
  return { text: list[Math.floor(random() * list.length)] ?? '', isMyth: chance < 0.5 }
}

/** What must hold whatever happens. */
function check(platforms: readonly SimPlatform[], report: ChaosReport, now: number): void {
  const fail = (sentence: string) => report.broken.length < 5 && report.broken.push(`${new Date(now).toISOString()} ${sentence}`)
  for (const { platform, everSeen } of platforms) {
    const keys = new Map<string, number>()
    for (const { key } of everSeen) keys.set(key, (keys.get(key) ?? 0) + 1)
    for (const [key, count] of keys) if (count > 1) fail(`${platform}: the post ${key} appeared ${count} times`)
    const replies = everSeen.filter(({ post }) => post.mode === 'reply')
    for (const { post } of replies) if (post.to?.id.endsWith('x')) fail(`${platform}: a reply to ${post.to.id}, which repeats no claim`)
    const perClaim = new Map<string, number[]>()
    for (const { post, at } of replies) {
      const key = `${post.place.channel} ${post.card.title}`
      const times = perClaim.get(key) ?? []
      if (times.some((other) => at - other < day)) fail(`${platform}: "${key}" was answered twice within a day`)
      perClaim.set(key, [...times, at])
    }
    const perDay = new Map<string, number>()
    for (const { post, at } of replies) {
      const key = `${post.place.channel} ${new Date(at).toISOString().slice(0, 10)}`
      perDay.set(key, (perDay.get(key) ?? 0) + 1)
    }
    for (const [key, count] of perDay) if (count > 3) fail(`${platform}: ${count} replies in ${key}, the budget is 3`)
  }
}
