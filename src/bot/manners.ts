/**
 * What memory and the clock say about speaking here now. In: a message, a match, settings, the store. Out: gates for policy.decide,
 * in order, and the slots to reserve before a post. Live messages and the dry run both ask here, so they can't differ.
 */
import type { Library } from '../knowledge/library.ts'
import { channelKey, type Message, messageKey, type Place } from './message.ts'
import type { Decision, Reason } from './policy.ts'
import { channelSettings, type Settings } from './settings.ts'
import type { Store, Wanted } from './store.ts'
import { words } from './words.ts'

/** A trigger older than this is left alone: an answer out of the blue is worse than none. Milliseconds. */
export const freshFor = 60_000
const hour = 3_600_000
const day = 24 * hour
/** The same event can arrive again for this long (Slack retries, replays after a resume). */
const deliveredAgainFor = day
/** How long a claim stays quiet where somebody entitled pressed "Not this". */
export const quietFor = 30 * day

type Asked = { message: Message; rebuttal: string; settings: Settings; store: Store; library: Library; now: number }
/** `action`: what the text alone would have us do. */
type Gated = Asked & { action: Decision['action'] }

/** Where a claim is quiet after "Not this": the thread, or the channel when there is none. */
export const quietSlot = (place: Place, rebuttal: string): string => `quiet|${channelKey(place)}/${place.thread ?? ''}|${rebuttal}`
const cooldownSlot = (place: Place, rebuttal: string): string => `cooldown|${channelKey(place)}|${rebuttal}`
const suggestedSlot = (place: Place, rebuttal: string): string => `suggested|${channelKey(place)}|${rebuttal}`
const budgetSlots = (place: Place, date: string): string => `budget|${channelKey(place)}|${date}`
const eventSlot = (message: Message): string => `event|${messageKey(message.ref)}`
export const forbiddenSlot = (place: Place): string => `forbidden|${channelKey(place)}`

type Answer = [passed: boolean, detail: string]
type Gate = [gate: string, ask: () => Answer | Promise<Answer>]

/** Every gate in the order in which it is asked: what costs nothing first, then what memory alone knows, the likeliest to be shut first. */
export async function gatesFor(asked: Gated, until: 'every gate' | 'until one is shut'): Promise<Reason[]> {
  const reasons: Reason[] = []
  for (const [gate, ask] of [...gatesOfTheMoment(asked), ...gatesOfMemory(asked)]) {
    const [passed, detail] = await ask()
    reasons.push({ gate, passed, detail })
    if (!passed && until !== 'every gate') break
  }
  return reasons
}

function gatesOfTheMoment({ message, rebuttal, settings, library, now }: Asked): Gate[] {
  const { quiet } = channelSettings(settings, message.ref.place.channel)
  const pack = library.packOf(rebuttal)?.id ?? ''
  const pausedUntil = settings.paused ? Date.parse(settings.paused.until) : 0
  const isPerson = !message.author.isBot && !message.isRelayed
  const age = Math.max(0, Math.round((now - message.at) / 1000))
  const isPaused = pausedUntil > now
  return [
    ['author', () => [isPerson, isPerson ? words.gates.person : words.gates.notPerson]],
    ['freshness', () => [now - message.at <= freshFor, words.gates.age(age, freshFor / 1000)]],
    ['pack', () => [!settings.packs || settings.packs.includes(pack), pack]],
    ['pause', () => [!isPaused, isPaused ? words.gates.paused(settings.paused?.until ?? '') : words.gates.notPaused]],
    ['quiet hours', () => [!isQuietHour(quiet, now), quiet ? `${quiet.from}–${quiet.to} ${quiet.zone}` : words.gates.none]],
  ]
}

function gatesOfMemory({ message, rebuttal, settings, store, now, action }: Gated): Gate[] {
  const { place } = message.ref
  const { cooldownHours, budget } = channelSettings(settings, place.channel)
  const date = new Date(now).toISOString().slice(0, 10)
  const isFree = async (slot: string) => !(await store.isReserved(slot, now))
  // What was only suggested keeps no public reply back, but another suggestion.
  const cooling = action === 'suggest' ? [suggestedSlot, cooldownSlot] : [cooldownSlot]
  const isCool = async () => {
    for (const slotOf of cooldownHours > 0 ? cooling : []) if (!(await isFree(slotOf(place, rebuttal)))) return false
    return true
  }
  return [
    ['cooldown', async () => [await isCool(), words.gates.cooldown(cooldownHours)]],
    ['first delivery', async () => [await isFree(eventSlot(message)), words.gates.delivered]],
    [
      'opt-out',
      async () => {
        const hasOptedOut = await store.hasOptedOut(store.pseudonym(place.platform, message.author.id))
        return [!hasOptedOut, hasOptedOut ? words.gates.optedOut : words.gates.notOptedOut]
      },
    ],
    ['taken back', async () => [await isFree(quietSlot(place, rebuttal)), words.gates.takenBack]],
    ['access', async () => [await isFree(forbiddenSlot(place)), words.gates.access]],
    [
      'budget',
      async () => {
        const spent = budget && (await store.countReserved(budgetSlots(place, date), budget, now))
        return [spent < budget, words.gates.budget(spent, budget)]
      },
    ],
  ]
}

/**
 * Takes every slot a public reply needs beside its event, or none: undefined when somebody else was first or the budget is spent.
 * Together they are one insert, so of many instances exactly one goes on.
 */
export async function reserveReply({ message, rebuttal, settings, store, now }: Omit<Asked, 'library'>): Promise<string[] | undefined> {
  const { place } = message.ref
  const { budget, cooldownHours } = channelSettings(settings, place.channel)
  if (budget === 0) return undefined
  const spent: Wanted = { slot: budgetSlots(place, new Date(now).toISOString().slice(0, 10)), of: budget, until: now + 2 * day }
  const cooldown = cooldownHours > 0 ? [{ slot: cooldownSlot(place, rebuttal), until: now + cooldownHours * hour }] : []
  return store.reserveAll([...cooldown, spent], now)
}

/**
 * A moderator answered the claim by hand: it cools like after a reply of our own. Out: the slot that was taken; none when the channel has no
 * cooldown, or the claim cools already: whoever answers by hand has seen that.
 */
export async function startCooldown({ place, rebuttal, settings, store, now }: Cooling): Promise<string | undefined> {
  const { cooldownHours } = channelSettings(settings, place.channel)
  const slot = cooldownSlot(place, rebuttal)
  return cooldownHours > 0 && (await store.reserve(slot, now, now + cooldownHours * hour)) ? slot : undefined
}
type Cooling = Pick<Asked, 'rebuttal' | 'settings' | 'store' | 'now'> & { place: Place }

/** One event, once; and once more when a crash may have cut it in half, by one instance. */
export function onceSlot(message: Message, now: number): Wanted {
  return { slot: message.isAgain ? `again|${messageKey(message.ref)}` : eventSlot(message), until: now + deliveredAgainFor }
}

export async function reserveEvent(store: Store, message: Message, now: number, how: 'lasting' | 'brief' = 'lasting'): Promise<boolean> {
  return (await store.reserveAll([onceSlot(message, now)], now, how)) !== undefined
}

/**
 * A suggestion to moderators: once per event, and once per claim and channel while it cools, so that nobody floods their channel.
 * A slot of its own: a suggestion never keeps a public reply back.
 */
export async function reserveSuggestion({ message, rebuttal, settings, store, now }: Omit<Asked, 'library'>): Promise<boolean> {
  const { place } = message.ref
  const { cooldownHours } = channelSettings(settings, place.channel)
  const cooldown = cooldownHours > 0 ? [{ slot: suggestedSlot(place, rebuttal), until: now + cooldownHours * hour }] : []
  return (await store.reserveAll([onceSlot(message, now), ...cooldown], now)) !== undefined
}

/** Gives cooldown and budget back after a post that certainly did not appear; the event itself stays taken. */
export async function giveBack(store: Store, slots: readonly string[]): Promise<void> {
  for (const slot of slots) await store.release(slot)
}

/** Is it quiet time? `from` may be later than `to`: the span then crosses midnight. */
export function isQuietHour(quiet: { from: string; to: string; zone: string } | undefined, now: number): boolean {
  if (!quiet) return false
  const local = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(quiet.zone)
    .toPlainTime()
    .toString({ smallestUnit: 'minute' })
  return quiet.from <= quiet.to ? local >= quiet.from && local < quiet.to : local >= quiet.from || local < quiet.to
}
