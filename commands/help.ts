/** /help: what the bot can do, from the command list itself. In: nothing. Out: a card that shows only what the asker may run. */
import * as z from 'zod'
import { defineCommand } from '../src/bot/command.ts'
import { words } from '../src/bot/words.ts'

export default defineCommand({
  name: 'help',
  description: 'What this bot does and how to use it',
  localised: { de: { description: 'Was dieser Bot tut und wie man ihn benutzt' } },
  access: 'everyone',
  via: ['slash'],
  args: z.object({}),
  run(_, { commands, asker }) {
    const mine = commands.filter(
      (command) =>
        command.via.includes('slash') &&
        (command.access === 'everyone' || asker.isAdmin || (command.access === 'moderator' && asker.isModerator)),
    )
    return {
      card: {
        title: words.helpTitle,
        lead: words.helpLead,
        rows: mine.map((command) => ({
          label: `/${command.name}${'subcommands' in command ? ` ${Object.keys(command.subcommands).join('|')}` : command.rest ? ` ${command.rest.toUpperCase()}` : ''}`,
          value: command.description,
        })),
        note: words.helpNote,
      },
      to: 'asker',
    }
  },
})
