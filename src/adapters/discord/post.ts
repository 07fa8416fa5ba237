/**
 * Unasked messages out: one send per key, looked for before it is sent again. In: Post. Out: a MessageRef, or PostError.
 * Ids: a message in the place itself is its id; elsewhere `channel:message`; a reaction is `reaction:message`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { REST } from '@discordjs/rest'
import {
  type APIMessage,
  type APIThreadChannel,
  ChannelType,
  type PermissionFlagsBits,
  Routes,
  ThreadAutoArchiveDuration,
} from 'discord-api-types/v10'
import type { Post } from '../../bot/adapter.ts'
import { PostError } from '../../bot/errors.ts'
import type { MessageRef, Place } from '../../bot/message.ts'
import { isGone, postErrorFrom } from './errors.ts'
import { forumTypes, type Places } from './places.ts'
import { type Body, bodyOf, threadName } from './render.ts'

export type Posting = { rest: REST; places: Places; holds: Map<string, number>; refusals: Refusals; now(): number; self(): string }
/** Channels that Discord refused, and what it said. */
export type Refusals = Map<string, { until: number; server: string; error: PostError }>
type Permission = keyof typeof PermissionFlagsBits

/** What the bot puts on a message in mode react; a press of the same by a member asks for the card. */
export const bookmark = '🔖'
/** Pauses before a send is tried again; the nonce makes the later ones harmless. Milliseconds. */
const pauses = [300, 1200]
/** A second try comes within a day (bot/tick.ts: catch-up and leases), so an older message of the same text is another one. */
const lookBack = 86_400_000
const discordEpoch = 1_420_070_400_000
const threadExists = 'discord-160004'

const channelOf = ({ thread, channel }: Place): string => thread ?? channel

/** Ten thousand refused requests in ten minutes ban the address, so a channel that refused is not asked again for an hour. */
const refusedFor = 3_600_000
const isRefusal = ({ failure, code }: PostError): boolean =>
  (failure === 'forbidden' && !code.startsWith(missing)) || code === 'discord-10003' || code === 'discord-10004'

export async function sendPost(posting: Posting, post: Post): Promise<MessageRef> {
  const { refusals, now } = posting
  const channel = channelOf(post.place)
  const refusal = refusals.get(channel)
  if (refusal && refusal.until > now()) throw refusal.error
  refusals.delete(channel)
  try {
    return await send(posting, post)
  } catch (error) {
    if (error instanceof PostError && isRefusal(error))
      refusals.set(channel, { until: now() + refusedFor, server: post.place.server, error })
    throw error
  }
}

async function send(posting: Posting, post: Post): Promise<MessageRef> {
  const { place, mode, to } = post
  const { rest, places } = posting
  if (mode === 'react' && to) {
    demand(posting, place, ['ViewChannel', 'ReadMessageHistory', 'AddReactions'])
    await told(rest.put(Routes.channelMessageOwnReaction(channelOf(place), to.id, encodeURIComponent(bookmark))))
    return { place, id: `reaction:${to.id}` }
  }
  const type = places.typeOf(place)
  const isInThread = place.thread !== undefined
  const say: Permission[] = ['ViewChannel', isInThread ? 'SendMessagesInThreads' : 'SendMessages']
  if (mode === 'channel') {
    demand(posting, place, say)
    if (type !== undefined && forumTypes.has(type)) return postToForum(posting, post)
    return { place, id: (await sendOnce(posting, post, channelOf(place))).id }
  }
  const opensThread = mode === 'thread' && !isInThread && (type === ChannelType.GuildText || type === ChannelType.GuildAnnouncement)
  if (to && opensThread && !places.lacks(place, ['CreatePublicThreads', 'SendMessagesInThreads'])) {
    demand(posting, place, ['ViewChannel', 'ReadMessageHistory'])
    const thread = await openThread(posting, place, to, post)
    return { place, id: `${thread}:${(await sendOnce(posting, post, thread)).id}` }
  }
  demand(posting, place, [...say, 'ReadMessageHistory'])
  return { place, id: (await sendOnce(posting, post, channelOf(place), to)).id }
}

const missing = 'discord-missing-'

/** Asks nothing of Discord where the answer is known: refused requests count towards a ban of the address. */
function demand({ places }: Posting, place: Place, names: readonly Permission[]): void {
  const lacking = places.lacks(place, names)
  if (lacking) throw new PostError('forbidden', `${missing}${lacking.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()}`)
}

const told = <T>(request: Promise<unknown>): Promise<T> =>
  (request as Promise<T>).catch((error: unknown) => {
    throw postErrorFrom(error)
  })

/** One message, even when an answer is lost: Discord drops a second send with the same nonce and gives the first one back. */
async function sendOnce(posting: Posting, post: Post, channel: string, to?: MessageRef): Promise<APIMessage> {
  if ((posting.holds.get(channel) ?? 0) > Date.now()) throw new PostError('too-fast', 'discord-429')
  posting.holds.delete(channel)
  const card = bodyOf(post.card, !posting.places.lacks(post.place, ['EmbedLinks']))
  const earlier = post.again && (await findEarlier(posting, channel, card))
  if (earlier) return earlier
  const reference = to && { message_reference: { message_id: to.id, fail_if_not_exists: true } }
  // On the message itself: as an option of the client alone it is sent as false.
  const body = { ...card, ...reference, nonce: post.key, enforce_nonce: true }
  for (const pause of [...pauses, undefined]) {
    try {
      return await told<APIMessage>(posting.rest.post(Routes.channelMessages(channel), { body }))
    } catch (error) {
      if (!(error instanceof PostError) || error.failure !== 'unknown' || pause === undefined) throw error
      await sleep(pause)
    }
  }
  throw new PostError('unknown', 'discord-no-answer')
}

/**
 * An own message of the last day that says the same. Own texts are readable without the content intent. The key itself is not on
 * the message: a daily fact has no button to carry it, and people should not read keys. Its text is frozen with the key (bot/tick.ts).
 */
async function findEarlier({ rest, now, self }: Posting, channel: string, wanted: Body): Promise<APIMessage | undefined> {
  const messages = await (
    rest.get(Routes.channelMessages(channel), { query: new URLSearchParams({ limit: '50' }) }) as Promise<APIMessage[]>
  ).catch((error: unknown) => {
    const { failure, code } = postErrorFrom(error)
    // Not being able to look is not the same as not being there.
    throw new PostError(failure === 'forbidden' ? 'unknown' : failure, code)
  })
  const says = ({ content, embeds }: Pick<Body, 'content'> & { embeds?: { title?: string; description?: string }[] }) =>
    [content, embeds?.[0]?.title, embeds?.[0]?.description].map((text) => text?.trim() ?? '').join('\n')
  const isRecent = (id: string) => Number(BigInt(id) >> 22n) + discordEpoch > now() - lookBack
  return messages.find((message) => message.author.id === self() && isRecent(message.id) && says(message) === says(wanted as object))
}

/** The thread on a message has the message's id; one that stands already serves. */
async function openThread({ rest }: Posting, place: Place, to: MessageRef, { card }: Post): Promise<string> {
  const body = { name: threadName(card), auto_archive_duration: ThreadAutoArchiveDuration.OneDay }
  try {
    return (await told<APIThreadChannel>(rest.post(Routes.threads(place.channel, to.id), { body }))).id
  } catch (error) {
    if (error instanceof PostError && error.code === threadExists) return to.id
    throw error
  }
}

/** A forum takes posts, not messages. Whether the nonce holds there is not documented, so the send is never repeated. */
async function postToForum({ rest, places }: Posting, { place, card, again }: Post): Promise<MessageRef> {
  if (again) throw new PostError('unknown', 'discord-forum')
  const body = { name: threadName(card), message: bodyOf(card, !places.lacks(place, ['EmbedLinks'])) }
  const thread = await told<APIThreadChannel & { message?: APIMessage }>(rest.post(Routes.threads(place.channel), { body }))
  return { place, id: `${thread.id}:${thread.message?.id ?? thread.id}` }
}

/** Takes an own message or reaction away; gone already is fine. */
export async function removePost({ rest }: Posting, { place, id }: MessageRef): Promise<void> {
  const [first = '', second] = id.split(':')
  const route =
    first === 'reaction'
      ? Routes.channelMessageOwnReaction(channelOf(place), second ?? '', encodeURIComponent(bookmark))
      : Routes.channelMessage(second ? first : channelOf(place), second ?? first)
  await told(
    rest.delete(route as `/${string}`).catch((error: unknown) => {
      if (!isGone(error)) throw error
    }),
  )
}
