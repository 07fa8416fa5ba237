/**
 * The message path, top to bottom: detect → decide → reserve → speak. In: a complete Message. Out: at most one post (speak.ts), or the
 * withdrawal of an earlier one when its trigger was edited or deleted.
 */
import type { Bars, Match } from '../detection/match.ts'
import { mayAnswer } from './asked.ts'
import { addressedCard } from './compose.ts'
import { PostError } from './errors.ts'
import { shortKey } from './key.ts'
import { freshFor, gatesFor, reserveEvent } from './manners.ts'
import { type Message, messageKey } from './message.ts'
import type { BotParts } from './parts.ts'
import { type Decision, decide } from './policy.ts'
import { channelSettings, type Settings } from './settings.ts'
import { adapterFor, againOf, count, degrade, postAndNote, recordOf, reply, showMarked, suggest } from './speak.ts'
import type { ReplyRecord } from './store.ts'

/** What is ignored even under these settings is ignored under all. */
const mostTalkative = { mode: 'reply', level: 'eager' } as const

/** Handles one message event; nothing: it is done with already. Throws, and rejects with, only what the store throws; bot.ts catches. */
export function hear(parts: BotParts, message: Message): Promise<void> | undefined {
  if (message.event === 'deleted') return withdraw(parts, message, () => true)
  if (message.author.isBot || message.isRelayed) return undefined
  if (message.event === 'marked') return showMarked(parts, message)
  if (message.isAddressed && message.event === 'posted') return answerAddressed(parts, message)
  const open = parts.store.listening(message.ref.place)
  return open instanceof Promise ? open.then((seen) => hearIn(parts, message, seen)) : hearIn(parts, message, open)
}

function hearIn(parts: BotParts, message: Message, open: ReadonlySet<string>): Promise<void> | undefined {
  const isOpen = open.has(message.ref.place.channel)
  // Most messages end here: nobody wants to hear the bot in this channel. An edit may still take an earlier reply back.
  if (!isOpen && message.event === 'posted') return undefined
  const { detector } = parts
  // What lies below the bar to suggest is never spoken of.
  const matches = detector.detect(message.text, undefined, detector.bars.suggest)
  // Most chatter ends here, and what no setting would let us answer, before anything else is asked of the store.
  const mayBeAnswered = isOpen && decide(matches, { ...mostTalkative, bars: detector.bars }).action !== 'ignore'
  if (message.event === 'edited') return reconsider(parts, message, matches, mayBeAnswered)
  return mayBeAnswered ? consider(parts, message, matches) : undefined
}

async function reconsider(parts: BotParts, message: Message, matches: readonly Match[], mayBeAnswered: boolean): Promise<void> {
  await withdraw(parts, message, (record) => !isStillSaid(record, matches, parts.detector.bars))
  if (mayBeAnswered) await consider(parts, message, matches)
}

const consider = (parts: BotParts, message: Message, matches: readonly Match[]): Promise<void> =>
  message.isAgain ? finishReply(parts, message, matches) : speakIfRight(parts, message, matches)

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
  const { action, match } = byText
  const gates = await gatesFor({ message, rebuttal: match.rebuttal, settings, store, library, now: now(), action }, asked)
  return decide(matches, { ...about, gates })
}

async function speakIfRight(parts: BotParts, message: Message, matches: readonly Match[]): Promise<void> {
  const { store, library } = parts
  const { place } = message.ref
  const settings = await store.settings(place)
  const { replies } = channelSettings(settings, place.channel)
  if (replies.mode === 'off') return
  const { action, match } = await judge(parts, message, matches, settings, 'until one is shut')
  const rebuttal = match && library.byId(match.rebuttal)
  if (!rebuttal || action === 'ignore') return
  if (action === 'suggest') return suggest(parts, message, match, rebuttal, settings)
  await reply(parts, message, recordOf(parts, message, match, settings), rebuttal, settings)
}

/** Gates that the first handling of a message shuts behind itself. */
const ownTraces = ['first delivery', 'cooldown', 'budget']

/** A reply that is on record and was never noted as posted: looked for where the platform can, else left; sent if it is not there. */
async function finishReply(parts: BotParts, message: Message, matches: readonly Match[]): Promise<void> {
  const { store, library, now } = parts
  const settings = await store.settings(message.ref.place)
  const { match, reasons } = await judge(parts, message, matches, settings)
  const rebuttal = match && library.byId(match.rebuttal)
  if (!rebuttal) return
  const begun = recordOf(parts, message, match, settings)
  const record = await store.reply(begun.id)
  const own = record ? ownTraces : ownTraces.slice(0, 1)
  const isShut = reasons.some(({ gate, passed }) => !passed && !own.includes(gate))
  if (isShut || record?.message || record?.removedAt !== undefined) return
  if (!record) await reply(parts, message, begun, rebuttal, settings)
  else if (await reserveEvent(store, message, now())) await postAndNote(parts, message, record, rebuttal, [], 'reply')
}

/** A reply stands while the text would still earn it: by the bar to speak, or, where a moderator chose to answer, by the bar to suggest. */
function isStillSaid({ rebuttal, score }: ReplyRecord, matches: readonly Match[], bars: Bars): boolean {
  const match = matches.find((one) => one.rebuttal === rebuttal && one.stance !== 'deny')
  return match !== undefined && match.score >= (score >= bars.speak ? bars.speak : bars.suggest)
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
  const adapter = adapterFor(parts, message)
  const { place } = message.ref
  if (!adapter || !(await mayAnswer(store, message, store.pseudonym(place.platform, message.author.id), now()))) return
  try {
    const card = addressedCard(message.text, library, detector)
    await adapter.post({
      place,
      mode: degrade('thread', adapter),
      to: message.ref,
      card,
      key: shortKey('a', messageKey(message.ref)),
      ...againOf(message),
    })
    await count(parts, message, 'question answered')
  } catch (error) {
    log.warn('answer-failed', {
      platform: place.platform,
      ...(error instanceof PostError && { failure: error.failure, cause: error.code }),
    })
  }
}
