/**
 * After a crash: events that were confirmed and never handled. In: what the inbox kept (ids). Out: the same calls of the bot; a text is
 * asked for again, with one request per conversation.
 */
import type { webApi } from '@slack/bolt'
import type { BotPort } from '../../bot/adapter.ts'
import type { Log } from '../../bot/log.ts'
import type { AcceptedEvent } from '../../bot/store.ts'
import { postErrorFrom } from './errors.ts'
import type { Inbox } from './inbox.ts'
import { deletionOf, messageFrom, type Self, type Written } from './translate.ts'

/** What is older gets no answer any more (bot/manners.ts), so its text is not asked for. Milliseconds. */
const freshFor = 60_000

type Recovery = { client: webApi.WebClient; inbox: Inbox; bot: BotPort; self: Self; log: Log; now(): number }

/** Never throws. */
export async function recover(recovery: Recovery): Promise<void> {
  const { inbox, bot, self, log, now } = recovery
  try {
    const conversations = new Map<string, AcceptedEvent[]>()
    for (const event of await inbox.leftBehind()) {
      const { server, channel, thread = '' } = event.ref.place
      // Another workspace's, on a common database.
      if (server !== self.team && server !== 'dm') continue
      if (event.kind === 'deleted') await bot.hear(deletionOf(event.ref))
      // `left` needs nothing: the token works, so the app is here again.
      if (event.kind === 'deleted' || event.kind === 'left' || now() - event.at > freshFor) await inbox.finish(event.id)
      else conversations.set(`${channel}/${thread}`, [...(conversations.get(`${channel}/${thread}`) ?? []), event])
    }
    for (const events of conversations.values()) await readAgain(recovery, events)
  } catch (error) {
    log.warn('slack-recovery-failed', { error: error instanceof Error ? error.name : typeof error })
  }
}

async function readAgain({ client, inbox, bot, self, log }: Recovery, events: readonly AcceptedEvent[]): Promise<void> {
  const { channel, thread } = events[0]?.ref.place ?? { channel: '' }
  const times = events.map(({ ref }) => ref.id).sort((a, b) => Number(a) - Number(b))
  const range = { channel, oldest: times[0] ?? '', latest: times.at(-1) ?? '', inclusive: true, limit: 100 }
  const request = thread ? client.conversations.replies({ ...range, ts: thread }) : client.conversations.history(range)
  const read = await request.catch((error: unknown) => postErrorFrom(error))
  if (read instanceof Error) {
    // They stay unfinished: when Slack delivers them again, they come with their texts.
    log.warn('slack-events-lost', { count: events.length, cause: read.code })
    return
  }
  log.info('slack-events-recovered', { count: events.length })
  for (const { id, ref, kind } of events) {
    const written = (read.messages as Written[] | undefined)?.find(({ ts }) => ts === ref.id)
    const message = written && messageFrom(written, channel, kind === 'edited' ? 'edited' : 'posted', self)
    if (message) await bot.hear(message)
    await inbox.finish(id)
  }
}
