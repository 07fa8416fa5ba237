/** /myth QUERY: look a claim up, or open one by its id. In: a word or a sentence. Out: the rebuttal, or an honest "nothing found". */
import * as z from 'zod'
import { defineCommand } from '../src/bot/command.ts'
import { nothingFoundCard, rebuttalCard } from '../src/bot/compose.ts'

export default defineCommand({
  name: 'myth',
  description: 'Look up a historical myth and what the record says',
  localised: { de: { description: 'Einen historischen Mythos nachschlagen und was belegt ist' } },
  access: 'everyone',
  via: ['slash'],
  rest: 'query',
  args: z.object({
    query: z
      .string()
      .trim()
      .min(1, 'must name something to look up')
      .transform((query) => query.slice(0, 400))
      .meta({ description: 'A word, a whole sentence, or an id', complete: 'rebuttals' }),
    show: z.enum(['me', 'everyone']).default('me').describe('Who sees the answer'),
  }),
  run({ query, show }, { library }) {
    const rebuttal = library.byId(query) ?? library.search(query, 1)[0]?.rebuttal
    if (!rebuttal) return { card: nothingFoundCard(library.near(query)), to: 'asker' }
    return { card: rebuttalCard(rebuttal, library), to: show === 'everyone' ? 'channel' : 'asker' }
  },
})
