/** /pause [for]: stops every unasked post on this server, at once and over restarts. In: a span, "off", or nothing. Out: what holds now. */
import * as z from 'zod'
import { changeSettings } from '../src/bot/change.ts'
import { defineCommand } from '../src/bot/command.ts'
import { plainCard } from '../src/bot/compose.ts'
import { UserError } from '../src/bot/errors.ts'
import { momentIn, readSpan } from '../src/bot/time.ts'
import { words } from '../src/bot/words.ts'

/** "Until somebody resumes": the last day that ISO dates and every platform can show. */
const forGood = '9999-12-31T00:00:00.000Z'

export default defineCommand({
  name: 'pause',
  description: 'Stop all unasked posts here, for a time or until resumed',
  access: 'moderator',
  via: ['slash'],
  rest: 'for',
  args: z.object({ for: z.string().optional().describe('How long, such as 2h or 1d; off: resume; nothing: until resumed') }),
  async run({ for: span }, context) {
    const wanted = span?.trim().toLowerCase()
    if (wanted === 'off' || wanted === 'resume') {
      await changeSettings(context, (settings) => {
        delete settings.paused
      })
      return { card: plainCard(words.pause.title, words.pause.resumed), to: 'asker' }
    }
    const length = wanted ? readSpan(wanted) : undefined
    if (wanted && !length) throw new UserError(words.pause.badSpan(wanted.slice(0, 30)))
    const until = length ? new Date(context.now + length).toISOString() : forGood
    await changeSettings(context, (settings) => {
      settings.paused = { until, by: context.asker.id }
    })
    return {
      card: plainCard(words.pause.title, length ? words.pause.until(momentIn(Date.parse(until), 'UTC')) : words.pause.untilResumed),
      to: 'asker',
    }
  },
})
