/**
 * A suggestion that a moderator has posted. In: the suggestion and its rebuttal. Out: a public reply on record like any other: Why? explains it,
 * Not this takes it back, it goes with its trigger, and the claim cools in its channel. Throws UserError when it was not posted.
 */
import type { Rebuttal } from '../knowledge/schema.ts'
import type { CommandContext } from './command.ts'
import { replyCard } from './compose.ts'
import { PostError, UserError } from './errors.ts'
import { giveBack, startCooldown } from './manners.ts'
import { degrade } from './speak.ts'
import type { Suggestion } from './store.ts'
import { words } from './words.ts'

type Context = Pick<CommandContext, 'store' | 'library' | 'adapters' | 'now'>

/** May it still be posted? Its trigger may be gone, or its author may have opted out since. */
export async function isStillWanted({ store }: Context, { id, author }: Suggestion): Promise<boolean> {
  const record = await store.reply(id)
  return record?.removedAt === undefined && !(await store.hasOptedOut(author))
}

export async function postSuggested({ store, library, adapters, now }: Context, suggestion: Suggestion, rebuttal: Rebuttal): Promise<void> {
  const { id, place, trigger } = suggestion
  const record = await store.reply(id)
  if (!record) throw new UserError(words.suggestion.missing)
  const adapter = adapters.find((one) => one.platform === place.platform)
  const cooldown = await startCooldown({ place, rebuttal: rebuttal.id, settings: await store.settings(place), store, now })
  try {
    if (!adapter) throw new PostError('gone', 'no-adapter')
    const card = replyCard(rebuttal, library, id)
    const ref = await adapter.post({ place, mode: degrade(record.mode, adapter), to: { place, id: trigger }, card, key: id })
    await store.record({ ...record, message: ref.id })
    await store.count(place, new Date(now).toISOString().slice(0, 10), 'reply posted by a moderator')
    // The trigger may have gone while the reply was being sent.
    if ((await store.reply(id))?.removedAt !== undefined) await adapter.remove({ place, id: ref.id })
  } catch (error) {
    if (!(error instanceof PostError)) throw error
    if (error.failure !== 'unknown') {
      await store.markRemoved(id, now)
      await giveBack(store, cooldown ? [cooldown] : [])
    }
    throw new UserError(words.suggestion.notPosted(error.failure))
  }
}
