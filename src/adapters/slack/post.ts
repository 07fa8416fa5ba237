/**
 * Unasked messages out: one send per key, never a blind second one. In: Post. Out: a MessageRef, or PostError. Ids: a message is its ts;
 * a reaction is `reaction:ts` of the message it is on.
 */
import type { webApi } from '@slack/bolt'
import type { Post } from '../../bot/adapter.ts'
import type { Card } from '../../bot/card.ts'
import { PostError } from '../../bot/errors.ts'
import type { MessageRef } from '../../bot/message.ts'
import { isUnrendered, postErrorFrom, slackCode } from './errors.ts'
import type { Queue } from './queue.ts'
import { type Body, bodyOf, plainBodyOf } from './render.ts'

export type Posting = { client: webApi.WebClient; queue: Queue; now(): number }

/** What the bot puts on a message in mode react; the same by a member asks for the card. */
export const bookmark = 'bookmark'
const metadataType = 'for_the_record_post'
/** A second try comes within a day (bot/tick.ts: catch-up and leases). Seconds. */
const lookBack = 86_400
const mostLookedAt = 200

/** No preview of a link that stands in a source: it would be longer than the answer. */
export const quiet = { unfurl_links: false, unfurl_media: false } as const

export async function sendPost({ client, queue, now }: Posting, post: Post): Promise<MessageRef> {
  const { place, mode, to, key, card } = post
  const { channel } = place
  if (mode === 'react' && to) {
    await told(
      queue.send(channel, () => client.reactions.add({ channel, timestamp: to.id, name: bookmark })),
      'already_reacted',
    )
    return { place, id: `reaction:${to.id}` }
  }
  const thread = place.thread ?? (mode === 'channel' ? undefined : to?.id)
  if (post.again) {
    const earlier = await findEarlier(client, channel, thread, key, now())
    if (earlier) return { place, id: earlier }
  }
  const metadata = { event_type: metadataType, event_payload: { key } }
  const send = (body: Body) =>
    queue.send(channel, () => client.chat.postMessage({ channel, ...(thread && { thread_ts: thread }), ...quiet, metadata, ...body }), true)
  const { ts } = await told(renderedOrPlain(card, send))
  if (!ts) throw new PostError('unknown', 'slack-no-ts')
  return { place, id: ts }
}

/** Blocks; where Slack refuses them (it then showed nothing), once the same words as text. */
export async function renderedOrPlain<T>(card: Card, send: (body: Body) => Promise<T>): Promise<T> {
  try {
    return await send(bodyOf(card))
  } catch (error) {
    if (!isUnrendered(error)) throw error
    return send(plainBodyOf(card))
  }
}

/** Failures as PostError; `fine` is the code that means that it is so already. */
async function told<T>(request: Promise<T>, ...fine: string[]): Promise<T> {
  return request.catch((error: unknown) => {
    if (fine.includes(slackCode(error) ?? '')) return {} as T
    throw postErrorFrom(error)
  })
}

/** One look at what stands there already, by the key in the message's metadata. */
async function findEarlier(client: webApi.WebClient, channel: string, thread: string | undefined, key: string, now: number) {
  const range = { channel, include_all_metadata: true, limit: mostLookedAt }
  const oldest = String(Math.floor(now / 1000) - lookBack)
  const look = thread ? client.conversations.replies({ ...range, ts: thread }) : client.conversations.history({ ...range, oldest })
  const { messages = [], has_more } = await look.catch((error: unknown) => {
    const { failure, code } = postErrorFrom(error)
    // Not being able to look is not the same as not being there.
    throw new PostError(failure === 'forbidden' || failure === 'rejected' ? 'unknown' : failure, code)
  })
  const found = (messages as { ts?: string; metadata?: { event_type?: string; event_payload?: { key?: unknown } } }[]).find(
    ({ metadata }) => metadata?.event_type === metadataType && metadata.event_payload?.key === key,
  )
  if (!found?.ts && has_more) throw new PostError('unknown', 'slack-too-much-to-look-at')
  return found?.ts
}

/** Takes an own message or reaction away; gone already is fine. */
export async function removePost({ client, queue }: Posting, { place: { channel }, id }: MessageRef): Promise<void> {
  const [first = '', timestamp] = id.split(':')
  const request = () =>
    timestamp ? client.reactions.remove({ channel, timestamp, name: bookmark }) : client.chat.delete({ channel, ts: first })
  await told<unknown>(queue.send(channel, request), 'message_not_found', 'no_reaction', 'channel_not_found')
}
