/**
 * How often the bot answers people who ask it by name or in a direct message. In: who asks, where, the store. Out: whether this one is
 * answered. Beyond the limits it is silent: a line about it would be one more post of the flood it is there to stop.
 */
import { channelKey, type Place } from './message.ts'
import type { Store } from './store.ts'
import { words } from './words.ts'

const minute = 60_000

/** So many answers to one person (anywhere on the platform) and in one channel within the span; commands are not counted. */
export const askedLimits = { perPerson: 20, perChannel: 60, span: 10 * minute }
/** Who used them up is not looked at again for this long, so that a flood costs one question to the store each. */
const rest = minute

const personSlots = (person: string): string => `asker|${person}`
const channelSlots = (place: Place): string => `asked|${channelKey(place)}`

/** True for the caller that may answer: one of the person's and one of the channel's slots are then taken. `person` is a pseudonym. */
export async function mayAnswer(store: Store, place: Place, person: string, now: number): Promise<boolean> {
  const own = await takeOne(store, personSlots(person), askedLimits.perPerson, now)
  if (!own) return false
  if (await takeOne(store, channelSlots(place), askedLimits.perChannel, now)) return true
  await store.release(own)
  return false
}

/** The slot taken, undefined when all are. Each is free again a span after it was taken. */
async function takeOne(store: Store, slots: string, most: number, now: number): Promise<string | undefined> {
  if (await store.isReserved(`${slots}|full`, now)) return undefined
  for (let number = 0; number < most; number += 1) {
    const slot = `${slots}|${number}`
    if (await store.reserve(slot, now, now + askedLimits.span)) return slot
  }
  await store.reserve(`${slots}|full`, now, now + rest)
  return undefined
}

/** For the dry run: the limits, and how much of the channel's is used. */
export async function askedRow(store: Store, place: Place, now: number): Promise<{ label: string; value: string }> {
  let used = 0
  for (let number = 0; number < askedLimits.perChannel; number += 1)
    if (await store.isReserved(`${channelSlots(place)}|${number}`, now)) used += 1
  const { perPerson, perChannel, span } = askedLimits
  return { label: words.gates.askedLabel, value: words.gates.asked(used, perChannel, perPerson, span / minute) }
}
