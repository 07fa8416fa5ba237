/**
 * How often the bot answers people who ask it by name or in a direct message. In: who asks, where, the store. Out: whether this one is
 * answered. Beyond the limits it is silent: a line about it would be one more post of the flood it is there to stop.
 */
import { onceSlot } from './manners.ts'
import { channelKey, type Message, type Place } from './message.ts'
import type { Store, Wanted } from './store.ts'
import { words } from './words.ts'

const minute = 60_000

/** So many answers to one person (anywhere on the platform) and in one channel within the span; commands are not counted. */
export const askedLimits = { perPerson: 20, perChannel: 60, span: 10 * minute }

const personSlots = (person: string): string => `asker|${person}`
const channelSlots = (place: Place): string => `asked|${channelKey(place)}`

/**
 * True for the one caller that may answer: the question itself, one of the person's and one of the channel's slots are then taken, in one
 * insert; else none of them. `person` is a pseudonym.
 */
export async function mayAnswer(store: Store, message: Message, person: string, now: number): Promise<boolean> {
  const { perPerson, perChannel, span } = askedLimits
  const limits: Wanted[] = [
    { slot: personSlots(person), of: perPerson, until: now + span },
    { slot: channelSlots(message.ref.place), of: perChannel, until: now + span },
  ]
  // No wait for the disk: after a power cut the question is older than what is answered, or (the machine is back within a minute, and the
  // platform's inbox brings it again) the answer is looked for before it is sent (message.ts, isLeftBehind).
  return (await store.reserveAll([onceSlot(message, now), ...limits], now, 'brief')) !== undefined
}

/** For the dry run: the limits, and how much of the channel's is used. */
export async function askedRow(store: Store, place: Place, now: number): Promise<{ label: string; value: string }> {
  const { perPerson, perChannel, span } = askedLimits
  const used = await store.countReserved(channelSlots(place), perChannel, now)
  return { label: words.gates.askedLabel, value: words.gates.asked(used, perChannel, perPerson, span / minute) }
}
