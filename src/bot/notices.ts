/**
 * Telling the people who run a server that something needs them, once. In: a place, a code, a sentence. Out: one post in the
 * moderators' channel if there is one; a line in the log and in `/settings show` otherwise.
 */

import { plainCard } from './compose.ts'
import { PostError } from './errors.ts'
import { shortKey } from './key.ts'
import { channelKey, type Place } from './message.ts'
import type { BotParts } from './parts.ts'
import { words } from './words.ts'

/** The same notice about the same channel is not repeated for this long. */
const silentFor = 3 * 86_400_000

export async function notifyModerators(parts: BotParts, place: Place, code: string, sentence: string): Promise<void> {
  const { store, adapters, log, now } = parts
  const slot = `notice|${code}|${channelKey(place)}`
  if (!(await store.reserve(slot, now(), now() + silentFor))) return
  log.warn('notice', { code, platform: place.platform })
  await store.count(place, new Date(now()).toISOString().slice(0, 10), `notice ${code}`)
  const { moderators } = await store.settings(place)
  const adapter = adapters.find((one) => one.platform === place.platform)
  if (!moderators || !adapter) return
  try {
    const target = { platform: place.platform, server: place.server, channel: moderators }
    await adapter.post({
      place: target,
      mode: 'channel',
      card: plainCard(words.notices.title, sentence),
      key: shortKey('n', `${slot} ${now()}`),
    })
  } catch (error) {
    log.warn('notice-failed', { code, platform: place.platform, ...(error instanceof PostError && { cause: error.code }) })
  }
}
