/**
 * The Not this button. In: the reply's id. Out: for the author or a moderator the reply is taken back at once and the claim stays quiet
 * in that thread; anybody else's press counts as feedback, once.
 */
import * as z from 'zod'
import { defineCommand } from '../src/bot/command.ts'
import { plainCard } from '../src/bot/compose.ts'
import { UserError } from '../src/bot/errors.ts'
import { quietFor, quietSlot } from '../src/bot/manners.ts'
import { words } from '../src/bot/words.ts'

export default defineCommand({
  name: 'feedback',
  description: 'Say that a reply does not fit',
  access: 'everyone',
  via: ['button'],
  args: z.object({ reply: z.string().max(40) }),
  async run({ reply }, { store, asker, place, now }) {
    const record = await store.reply(reply)
    // A reply belongs to its server: elsewhere nobody is its moderator.
    if (!record || record.place.platform !== place.platform || record.place.server !== place.server) throw new UserError(words.noSuchReply)
    const me = store.pseudonym(place.platform, asker.id)
    const isEntitled = record.author === me || asker.isModerator || asker.isAdmin
    if (!isEntitled) {
      const isFirst = await store.vote(record.id, me, 'wrong', now)
      return { card: plainCard(words.feedback.title, isFirst ? words.feedback.counted : words.feedback.countedBefore), to: 'asker' }
    }
    const isFirst = await store.markRemoved(record.id, now)
    if (isFirst) {
      await store.vote(record.id, me, 'wrong', now)
      await store.reserve(quietSlot(record.place, record.rebuttal), now, now + quietFor)
      await store.count(record.place, new Date(now).toISOString().slice(0, 10), 'reply taken back')
    }
    return {
      card: plainCard(words.feedback.title, isFirst ? words.feedback.takenBack : words.feedback.takenBackBefore),
      to: 'asker',
      removeOriginal: true,
    }
  },
})
