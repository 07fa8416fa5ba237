/** /fact [date]: a fact of that day, today's if none is given. In: an ISO date. Out: a fact with its source. */
import * as z from 'zod'
import { defineCommand } from '../src/bot/command.ts'
import { factCard } from '../src/bot/compose.ts'
import { factOfTheDay } from '../src/bot/daily.ts'
import { UserError } from '../src/bot/errors.ts'
import { words } from '../src/bot/words.ts'

export default defineCommand({
  name: 'fact',
  description: 'A fact from the packs: of this day, or of the day that is given',
  localised: { de: { description: 'Eine Tatsache aus den Paketen: von heute oder vom genannten Tag' } },
  access: 'everyone',
  via: ['slash'],
  args: z.object({
    date: z.iso.date(words.badDate).optional().describe('A day such as 2026-11-07'),
    show: z.enum(['me', 'everyone']).default('me').describe('Who sees it'),
  }),
  run({ date, show }, { library, now }) {
    const fact = factOfTheDay(library, date ?? new Date(now).toISOString().slice(0, 10))
    if (!fact) throw new UserError(words.noFacts)
    return { card: factCard(fact, library), to: show === 'everyone' ? 'channel' : 'asker' }
  },
})
