/** /check TEXT and "Check this message": does this text repeat a claim? In: a text, or the message pointed at. Out: a private card. */
import * as z from 'zod'
import { defineCommand } from '../src/bot/command.ts'
import { checkCard } from '../src/bot/compose.ts'
import { UserError } from '../src/bot/errors.ts'
import { words } from '../src/bot/words.ts'

export default defineCommand({
  name: 'check',
  description: 'Check whether a text repeats a myth that the packs answer',
  localised: { de: { description: 'Prüfen, ob ein Text einen Mythos wiederholt, auf den die Pakete antworten' } },
  access: 'everyone',
  via: ['slash', 'menu'],
  menuLabel: 'Check this message',
  rest: 'text',
  args: z.object({ text: z.string().optional().describe('The text to check') }),
  run({ text }, { library, detector, target }) {
    const checked = text ?? target?.text
    if (!checked?.trim()) throw new UserError(words.nothingToCheck)
    return { card: checkCard(checked, library, detector), to: 'asker' }
  },
})
