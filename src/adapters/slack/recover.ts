/**
 * After a crash: events that were confirmed and never handled. In: what the inbox kept (ids). Out: the same calls of the bot; a text is
 * asked for again, with one request per conversation. What the crash may have cut in half is told once more, as such, a little later.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { freshFor } from '../../bot/manners.ts'
import type { Message } from '../../bot/message.ts'
import type { AcceptedEvent } from '../../bot/store.ts'
import { postErrorFrom } from './errors.ts'
import type { Intake } from './intake.ts'
import { deletionOf, markOf, messageFrom, nobody, type Written } from './translate.ts'

/** A request of the dead process may still be on its way through Slack. Milliseconds. */
const onItsWay = 3000

type Recovered = { id: string; message: Message }

/** Never throws. `halfDone`: milliseconds until no other instance can still be at work on them. */
export async function recover(intake: Intake, signal: AbortSignal, halfDone: number): Promise<void> {
  const { inbox, bot, self, store, log, now } = intake
  try {
    const recovered: Recovered[] = []
    const conversations = new Map<string, AcceptedEvent[]>()
    for (const event of await inbox.leftBehind()) {
      const { id, kind, ref, at } = event
      const { server, channel, thread = '' } = ref.place
      // Another workspace's, on a common database.
      if (server !== self.team && server !== self.direct) continue
      const isFresh = now() - at <= freshFor
      if (kind === 'deleted') await bot.hear(deletionOf(ref))
      // `left` needs nothing: the token works, so the app is here again.
      const needsText = (kind === 'posted' || kind === 'edited') && isFresh
      if (needsText) conversations.set(`${channel}/${thread}`, [...(conversations.get(`${channel}/${thread}`) ?? []), event])
      else if (kind === 'press' && isFresh) recovered.push({ id, message: markOf(nobody(''), ref, at) })
      else await inbox.finish(id)
    }
    for (const events of conversations.values()) recovered.push(...(await readAgain(intake, events)))
    for (const { message } of recovered) await bot.hear(message)
    if (!recovered.length) return
    await sleep(store.isShared ? halfDone : Math.min(halfDone, onItsWay), undefined, { ref: false, signal })
    await tellAgain(intake, recovered)
  } catch (error) {
    if (!signal.aborted) log.warn('slack-recovery-failed', { error: error instanceof Error ? error.name : typeof error })
  }
}

/** One that nobody has finished by now was cut in half. */
async function tellAgain({ inbox, bot }: Intake, recovered: readonly Recovered[]): Promise<void> {
  const open = new Set((await inbox.leftBehind()).map(({ id }) => id))
  for (const { id, message } of recovered) {
    if (!open.has(id)) continue
    await bot.hear({ ...message, isAgain: true })
    await inbox.finish(id)
  }
}

async function readAgain({ client, self, inbox, log }: Intake, events: readonly AcceptedEvent[]): Promise<Recovered[]> {
  const { channel, thread } = events[0]?.ref.place ?? { channel: '' }
  const times = events.map(({ ref }) => ref.id).sort((a, b) => Number(a) - Number(b))
  const range = { channel, oldest: times[0] ?? '', latest: times.at(-1) ?? '', inclusive: true, limit: 100 }
  const request = thread ? client.conversations.replies({ ...range, ts: thread }) : client.conversations.history(range)
  const read = await request.catch((error: unknown) => postErrorFrom(error))
  if (read instanceof Error) {
    // They stay unfinished: when Slack delivers them again, they come with their texts.
    log.warn('slack-events-lost', { count: events.length, cause: read.code })
    return []
  }
  log.info('slack-events-recovered', { count: events.length })
  const recovered: Recovered[] = []
  for (const { id, ref, kind } of events) {
    const written = (read.messages as Written[] | undefined)?.find(({ ts }) => ts === ref.id)
    const message = written && messageFrom(written, channel, kind === 'edited' ? 'edited' : 'posted', self)
    if (message) recovered.push({ id, message: { ...message, isLeftBehind: true } })
    else await inbox.finish(id)
  }
  return recovered
}
