/** The Why? button: why the bot spoke, to whoever asks. In: the reply's id. Out: phrase, wording, evidence, bar, setting, way out. */
import * as z from 'zod'
import { defineCommand } from '../src/bot/command.ts'
import { whyCard } from '../src/bot/compose.ts'
import { UserError } from '../src/bot/errors.ts'
import { words } from '../src/bot/words.ts'

export default defineCommand({
  name: 'why',
  description: 'Why the bot spoke',
  access: 'everyone',
  via: ['button'],
  args: z.object({ reply: z.string().max(40) }),
  async run({ reply }, { store, library, target, place }) {
    const record = await store.reply(reply)
    const rebuttal = record && library.byId(record.rebuttal)
    const isHere = record?.place.platform === place.platform && record.place.server === place.server
    if (!record || !rebuttal || !isHere) throw new UserError(words.noSuchReply)
    // The member's own words are quoted only if the platform sent them along now; they are stored nowhere.
    const text = target && target.ref.id === record.trigger ? target.text : undefined
    const suggested = (await store.suggestion(reply))?.reason
    return { card: whyCard(record, rebuttal, { ...(text && { text }), ...(suggested && { suggested }) }), to: 'asker' }
  },
})
