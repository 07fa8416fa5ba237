/** /test TEXT: the live decision on a text in this channel, without any effect. In: a text. Out: every gate in order, and the decision. */
import * as z from 'zod'
import { askedRow } from '../src/bot/asked.ts'
import { defineCommand } from '../src/bot/command.ts'
import { dryRunCard } from '../src/bot/compose.ts'
import { judge } from '../src/bot/hear.ts'
import type { Message } from '../src/bot/message.ts'

export default defineCommand({
  name: 'test',
  description: 'Dry run: what the bot would do with a text here, and why',
  access: 'moderator',
  via: ['slash'],
  rest: 'text',
  args: z.object({ text: z.string().trim().min(1, 'must be a text').describe('The text, as a member would write it') }),
  async run({ text }, { parts, store, library, detector, place, now }) {
    // Nobody in particular wrote it, now: opt-outs and ages are those of a fresh message by a stranger.
    const message: Message = {
      ref: { place, id: `test-${now}` },
      event: 'posted',
      author: { id: 'dry-run', isBot: false, isAdmin: false, isModerator: false },
      text,
      isAddressed: false,
      at: now,
    }
    const matches = detector.detect(text)
    const decision = await judge(parts, message, matches, await store.settings(place))
    const card = dryRunCard(decision, matches, library)
    // Mentions have a limit of their own, which the decision on an unasked reply does not meet.
    return { card: { ...card, rows: [...(card.rows ?? []), await askedRow(store, place, now)] }, to: 'asker' }
  },
})
