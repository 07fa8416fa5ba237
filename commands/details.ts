/** The Details button: the whole rebuttal, to the person who pressed. In: a rebuttal's id. Out: a card. */
import * as z from 'zod'
import { defineCommand } from '../src/bot/command.ts'
import { rebuttalCard } from '../src/bot/compose.ts'
import { UserError } from '../src/bot/errors.ts'
import { words } from '../src/bot/words.ts'

export default defineCommand({
  name: 'details',
  description: 'Show the whole rebuttal with its sources',
  access: 'everyone',
  via: ['button'],
  args: z.object({ id: z.string().max(60) }),
  async run({ id }, { library }) {
    const rebuttal = library.byId(id)
    if (!rebuttal) throw new UserError(words.noSuchRebuttal(id))
    return { card: rebuttalCard(rebuttal, library), to: 'asker' }
  },
})
