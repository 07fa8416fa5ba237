/**
 * What the bot says unasked, from the record to the note that it stands. In: a message, what was decided about it. Out: a reply, a mark's
 * card, a suggestion to moderators; each on record first, so that whatever a crash leaves behind names what was meant.
 */
import type { Match } from '../detection/match.ts'
import type { Rebuttal } from '../knowledge/schema.ts'
import type { Adapter, Post, PostMode } from './adapter.ts'
import { replyCard, suggestionCard } from './compose.ts'
import { PostError } from './errors.ts'
import { shortKey } from './key.ts'
import { forbiddenSlot, freshFor, giveBack, reserveEvent, reserveReply, reserveSuggestion } from './manners.ts'
import { type Message, messageKey } from './message.ts'
import { notifyModerators } from './notices.ts'
import type { BotParts } from './parts.ts'
import { channelSettings, type Settings } from './settings.ts'
import type { ReplyRecord } from './store.ts'
import { words } from './words.ts'

const hour = 3_600_000
/** Replies are kept for 30 days; a press after that finds none. */
const shownFor = 30 * 24 * hour

/**
 * Once per event. Whoever loses the race has noted what the winner notes. Neither waits for the disk: the slots that follow do before anything
 * is posted, and what was written before them is on the disk with them.
 */
export async function reply(parts: BotParts, message: Message, record: ReplyRecord, rebuttal: Rebuttal, settings: Settings): Promise<void> {
  const { store, now } = parts
  const [isFirst] = await Promise.all([reserveEvent(store, message, now(), 'brief'), store.record(record, 'brief')])
  if (!isFirst) return
  const slots = await reserveReply({ message, rebuttal: rebuttal.id, settings, store, now: now() })
  if (slots) await postAndNote(parts, message, record, rebuttal, slots, 'reply')
  else await store.markRemoved(record.id, now())
}

/** Somebody pressed the bot's mark on a message: the card it stands for appears, once, and goes with its trigger like any reply. */
export async function showMarked(parts: BotParts, pressed: Message): Promise<void> {
  const { store, library, now } = parts
  if (now() - pressed.at > freshFor) return
  const onRecord = await store.repliesTo(pressed.ref)
  const mark = onRecord.find(({ mode }) => mode === 'react')
  const rebuttal = mark && library.byId(mark.rebuttal)
  if (!mark || !rebuttal) return
  const { message: _, ...rest } = mark
  // The moment is part of its name: a press after a failed one has a record of its own, a press told again has the same.
  const record: ReplyRecord = { ...rest, id: shortKey('x', `${mark.id} ${pressed.at}`), mode: 'reply', at: now() }
  const slot = `shown|${mark.id}`
  const until = now() + shownFor
  if (!(await store.reserve(slot, now(), until))) {
    const shown = onRecord.find(({ mode }) => mode !== 'react')
    const isCutInHalf = pressed.isAgain && (!shown || (shown.id === record.id && !shown.message))
    if (!isCutInHalf || !(await store.reserve(`again|${record.id}`, now(), until))) return
  }
  await store.record(record)
  await postAndNote(parts, { ...pressed, ref: { place: mark.place, id: pressed.ref.id } }, record, rebuttal, [slot], 'card')
}

/** Sends what is on record; with its message afterwards. `slots` are given back when it certainly did not appear. */
export async function postAndNote(
  parts: BotParts,
  message: Message,
  record: ReplyRecord,
  rebuttal: Rebuttal,
  slots: readonly string[],
  what: string,
): Promise<void> {
  const { store, now } = parts
  const posted = await send(parts, record, rebuttal, message)
  if (posted === 'failed') {
    await store.markRemoved(record.id, now())
    await giveBack(store, slots)
  } else if (posted !== 'unknown') {
    await store.record({ ...record, message: posted })
    // The trigger may have gone while the reply was being sent.
    if ((await store.reply(record.id))?.removedAt !== undefined)
      await adapterFor(parts, message)?.remove({ place: record.place, id: posted })
  }
  await count(parts, message, posted === 'failed' || posted === 'unknown' ? `${what} ${posted}` : `${what} posted`)
}

export const againOf = ({ isAgain, isLeftBehind }: Message): Pick<Post, 'again'> => (isAgain || isLeftBehind ? { again: true } : {})

/** Sends the reply; the message id, or how it failed. An unknown outcome is never tried again: silence beats a double. */
async function send(parts: BotParts, record: ReplyRecord, rebuttal: Rebuttal, message: Message): Promise<string> {
  const { store, log, now, library } = parts
  const { place } = message.ref
  const adapter = adapterFor(parts, message)
  if (!adapter) return 'failed'
  try {
    const card = replyCard(rebuttal, library, record.id)
    const ref = await adapter.post({
      place,
      mode: degrade(record.mode, adapter),
      to: message.ref,
      card,
      key: record.id,
      ...againOf(message),
    })
    return ref.id
  } catch (error) {
    const failure = error instanceof PostError ? error.failure : 'unknown'
    log.warn('reply-failed', { platform: place.platform, failure, ...(error instanceof PostError && { cause: error.code }) })
    if (failure === 'forbidden' && (await store.reserve(forbiddenSlot(place), now(), now() + hour))) {
      await notifyModerators(parts, place, 'forbidden', words.notices.forbidden(place.channel))
    }
    return failure === 'unknown' ? 'unknown' : 'failed'
  }
}

export const adapterFor = ({ adapters }: BotParts, message: Message): Adapter | undefined =>
  adapters.find((adapter) => adapter.platform === message.ref.place.platform)

/** A mode that the platform lacks becomes the nearest one it has. */
export function degrade(mode: PostMode, { abilities }: Adapter): PostMode {
  if (mode === 'thread' && !abilities.threads) return 'reply'
  if (mode === 'react' && !abilities.reactions) return 'reply'
  return mode
}

export function recordOf({ store, detector, now }: BotParts, message: Message, match: Match, settings: Settings): ReplyRecord {
  const { place } = message.ref
  const { replies } = channelSettings(settings, place.channel)
  return {
    id: shortKey('r', `${messageKey(message.ref)} ${match.rebuttal}`),
    place,
    trigger: message.ref.id,
    mode: replies.mode as PostMode,
    rebuttal: match.rebuttal,
    author: store.pseudonym(place.platform, message.author.id),
    stance: match.stance,
    score: match.score,
    bar: detector.bars.speak,
    evidence: match.signals.map(({ kind, wording, score, start, end }) => ({ kind, wording, score, start, end })),
    level: replies.level,
    ...(replies.by && { enabledBy: replies.by }),
    at: now(),
  }
}

/** Moderators alone see it: between the bars, one kind of evidence, or a channel that only suggests. */
export async function suggest(parts: BotParts, message: Message, match: Match, rebuttal: Rebuttal, settings: Settings): Promise<void> {
  const { store, now, detector } = parts
  const { place } = message.ref
  if (!(await reserveSuggestion({ message, rebuttal: match.rebuttal, settings, store, now: now() }))) return
  const id = shortKey('s', `${messageKey(message.ref)} ${match.rebuttal}`)
  const reason = match.score >= detector.bars.speak ? words.suggestion.mode : words.suggestion.unsure
  const author = store.pseudonym(place.platform, message.author.id)
  // What a reply would have on record is known only now: should a moderator post it, it can be explained and taken back like any other.
  await store.record({ ...recordOf(parts, message, match, settings), id, mode: 'thread' })
  await store.suggest({
    id,
    place,
    trigger: message.ref.id,
    author,
    rebuttal: match.rebuttal,
    stance: match.stance,
    score: match.score,
    reason,
    at: now(),
  })
  await count(parts, message, 'suggestion')
  if (!settings.moderators) return
  const adapter = adapterFor(parts, message)
  try {
    const { thread: _, ...here } = place
    await adapter?.post({
      place: { ...here, channel: settings.moderators },
      mode: 'channel',
      card: suggestionCard(rebuttal, place.channel, reason, id),
      key: id,
    })
  } catch (error) {
    parts.log.warn('suggestion-failed', { platform: place.platform, ...(error instanceof PostError && { cause: error.code }) })
  }
}

export const count = ({ store, now }: BotParts, message: Message, name: string): Promise<void> =>
  store.count(message.ref.place, new Date(now()).toISOString().slice(0, 10), name)
