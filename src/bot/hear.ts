/**
 * The message path, top to bottom: detect → decide → reserve → compose → post → record. In: a complete Message. Out: at most one post,
 * or the withdrawal of an earlier one when its trigger was edited or deleted.
 */
import type { Match } from '../detection/match.ts'
import type { Rebuttal } from '../knowledge/schema.ts'
import type { Adapter, PostMode } from './adapter.ts'
import { addressedCard, replyCard, suggestionCard } from './compose.ts'
import { PostError } from './errors.ts'
import { shortKey } from './key.ts'
import { forbiddenSlot, freshFor, gatesFor, giveBack, reserveEvent, reserveReply, reserveSuggestion, type Slot } from './manners.ts'
import { type Message, messageKey } from './message.ts'
import { notifyModerators } from './notices.ts'
import type { BotParts } from './parts.ts'
import { type Decision, decide } from './policy.ts'
import { channelSettings, type Settings } from './settings.ts'
import type { ReplyRecord } from './store.ts'
import { words } from './words.ts'

const hour = 3_600_000
/** Replies are kept for 30 days; a press after that finds none. */
const shownFor = 30 * 24 * hour

/** Handles one message event. Throws only what the store throws; bot.ts catches. */
export async function hear(parts: BotParts, message: Message): Promise<void> {
  if (message.event === 'deleted') return withdraw(parts, message, () => true)
  if (message.author.isBot || message.isRelayed) return
  if (message.event === 'marked') return showMarked(parts, message)
  if (message.isAddressed && message.event === 'posted') return answerAddressed(parts, message)
  const { place } = message.ref
  const isOpen = (await parts.store.listening(place)).has(place.channel)
  // Most messages end here: nobody wants to hear the bot in this channel. An edit may still take an earlier reply back.
  if (!isOpen && message.event === 'posted') return
  const matches = parts.detector.detect(message.text)
  if (message.event === 'edited') {
    const stillSaid = new Set(matches.filter((match) => match.stance !== 'deny').map((match) => match.rebuttal))
    await withdraw(parts, message, (record) => !stillSaid.has(record.rebuttal))
  }
  // Most chatter ends here, before anything else is asked of the store.
  if (!isOpen || !matches.length) return
  await speakIfRight(parts, message, matches)
}

/**
 * The decision on a message, by the same code for live messages and the dry run. Has no side effect. The dry run asks every gate,
 * to show them all; a live message asks until the first that is shut, so that most are decided without a look into memory.
 */
export async function judge(
  parts: BotParts,
  message: Message,
  matches: readonly Match[],
  settings: Settings,
  asked: 'every gate' | 'until one is shut' = 'every gate',
): Promise<Decision> {
  const { store, library, detector, now } = parts
  const { mode, level } = channelSettings(settings, message.ref.place.channel).replies
  const about = { mode, level, bars: detector.bars }
  const byText = decide(matches, about)
  if (!byText.match || (byText.action === 'ignore' && asked !== 'every gate')) return byText
  const gates = await gatesFor({ message, rebuttal: byText.match.rebuttal, settings, store, library, now: now() }, asked)
  return decide(matches, { ...about, gates })
}

async function speakIfRight(parts: BotParts, message: Message, matches: readonly Match[]): Promise<void> {
  const { store, library, now } = parts
  const { place } = message.ref
  const settings = await store.settings(place)
  const { replies } = channelSettings(settings, place.channel)
  if (replies.mode === 'off') return
  const { action, match } = await judge(parts, message, matches, settings, 'until one is shut')
  const rebuttal = match && library.byId(match.rebuttal)
  if (!rebuttal || action === 'ignore') return
  if (action === 'suggest') return suggest(parts, message, match, rebuttal, settings)
  const slots = await reserveReply({ message, rebuttal: rebuttal.id, settings, store, library, now: now() })
  if (!slots) return
  await deliver(parts, message, recordOf(parts, message, match, settings), rebuttal, slots, 'reply')
}

/** Somebody pressed the bot's mark on a message: the card it stands for appears, once, and goes with its trigger like any reply. */
async function showMarked(parts: BotParts, pressed: Message): Promise<void> {
  const { store, library, now } = parts
  const mark = (await store.repliesTo(pressed.ref)).find(({ mode }) => mode === 'react')
  const rebuttal = mark && library.byId(mark.rebuttal)
  if (!mark || !rebuttal) return
  const slot: Slot = { name: `shown|${mark.id}`, until: now() + shownFor }
  if (!(await store.reserve(slot.name, now(), slot.until))) return
  const { message: _, ...rest } = mark
  const record: ReplyRecord = { ...rest, id: shortKey('x', mark.id), mode: 'reply', at: now() }
  const message = { ...pressed, ref: { place: mark.place, id: pressed.ref.id } }
  await deliver(parts, message, record, rebuttal, [slot], 'card')
}

/** On record before it is sent, so that whatever happens in between somebody knows; with its message afterwards. */
async function deliver(
  parts: BotParts,
  message: Message,
  record: ReplyRecord,
  rebuttal: Rebuttal,
  slots: readonly Slot[],
  what: string,
): Promise<void> {
  const { store, now } = parts
  await store.record(record)
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

/** Sends the reply; the message id, or how it failed. An unknown outcome is never tried again: silence beats a double. */
async function send(parts: BotParts, record: ReplyRecord, rebuttal: Rebuttal, message: Message): Promise<string> {
  const { store, log, now, library } = parts
  const { place } = message.ref
  const adapter = adapterFor(parts, message)
  if (!adapter) return 'failed'
  try {
    const card = replyCard(rebuttal, library, record.id)
    const ref = await adapter.post({ place, mode: degrade(record.mode, adapter), to: message.ref, card, key: record.id })
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

const adapterFor = ({ adapters }: BotParts, message: Message): Adapter | undefined =>
  adapters.find((adapter) => adapter.platform === message.ref.place.platform)

/** A mode that the platform lacks becomes the nearest one it has. */
export function degrade(mode: PostMode, { abilities }: Adapter): PostMode {
  if (mode === 'thread' && !abilities.threads) return 'reply'
  if (mode === 'react' && !abilities.reactions) return 'reply'
  return mode
}

function recordOf({ store, detector, now }: BotParts, message: Message, match: Match, settings: Settings): ReplyRecord {
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
async function suggest(parts: BotParts, message: Message, match: Match, rebuttal: Rebuttal, settings: Settings): Promise<void> {
  const { store, now, detector } = parts
  const { place } = message.ref
  if (!(await reserveSuggestion({ message, rebuttal: match.rebuttal, settings, store, now: now() }))) return
  const id = shortKey('s', `${messageKey(message.ref)} ${match.rebuttal}`)
  const reason = match.score >= detector.bars.speak ? words.suggestion.mode : words.suggestion.unsure
  const author = store.pseudonym(place.platform, message.author.id)
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

/** Takes replies to this trigger back: it was deleted, or edited so that the claim is gone. */
async function withdraw(parts: BotParts, message: Message, isGone: (record: ReplyRecord) => boolean): Promise<void> {
  const { store, log, now } = parts
  for (const record of await store.repliesTo(message.ref)) {
    if (!isGone(record) || !(await store.markRemoved(record.id, now()))) continue
    // Still on its way: whoever sends it sees the mark and takes it back itself.
    if (!record.message) continue
    try {
      await adapterFor(parts, message)?.remove({ place: record.place, id: record.message })
      await count(parts, message, 'reply withdrawn')
    } catch (error) {
      log.warn('withdraw-failed', { platform: record.place.platform, ...(error instanceof PostError && { cause: error.code }) })
    }
  }
}

/** Somebody asked the bot by mention or direct message: an answer in public, in the thread, once. */
async function answerAddressed(parts: BotParts, message: Message): Promise<void> {
  const { store, log, now, library, detector } = parts
  // Delivered late: nobody waits for this answer any more.
  if (now() - message.at > freshFor) return
  if (!(await reserveEvent(store, message, now()))) return
  const adapter = adapterFor(parts, message)
  if (!adapter) return
  try {
    const card = addressedCard(message.text, library, detector)
    await adapter.post({
      place: message.ref.place,
      mode: degrade('thread', adapter),
      to: message.ref,
      card,
      key: shortKey('a', messageKey(message.ref)),
    })
    await count(parts, message, 'question answered')
  } catch (error) {
    log.warn('answer-failed', {
      platform: message.ref.place.platform,
      ...(error instanceof PostError && { failure: error.failure, cause: error.code }),
    })
  }
}

const count = ({ store, now }: BotParts, message: Message, name: string): Promise<void> =>
  store.count(message.ref.place, new Date(now()).toISOString().slice(0, 10), name)
