/**
 * The Details button: the whole rebuttal, to the person who pressed. A click on the bot's reaction comes here too, with the trigger:
 * somebody asked for the card, so it appears in public, once. In: a rebuttal's id, or a trigger's. Out: a card.
 */
import * as z from 'zod'
import { defineCommand } from '../src/bot/command.ts'
import { rebuttalCard, replyCard } from '../src/bot/compose.ts'
import { UserError } from '../src/bot/errors.ts'
import { words } from '../src/bot/words.ts'

/** Replies are kept for 30 days; a click after that finds none. */
const shownFor = 30 * 86_400_000

export default defineCommand({
  name: 'details',
  description: 'Show the whole rebuttal with its sources',
  access: 'everyone',
  via: ['button'],
  args: z.object({ id: z.string().max(60).optional(), trigger: z.string().max(60).optional() }),
  async run({ id, trigger }, { library, store, place, now }) {
    if (trigger) {
      const record = (await store.repliesTo({ place, id: trigger })).find((one) => one.mode === 'react')
      const reacted = record && library.byId(record.rebuttal)
      if (!record || !reacted) throw new UserError(words.noSuchReply)
      if (!(await store.reserve(`shown|${record.id}`, now, now + shownFor))) throw new UserError(words.shownAlready)
      return { card: replyCard(reacted, library, record.id), to: 'thread' }
    }
    const rebuttal = library.byId(id ?? '')
    if (!rebuttal) throw new UserError(words.noSuchRebuttal(id ?? ''))
    return { card: rebuttalCard(rebuttal, library), to: 'asker' }
  },
})
