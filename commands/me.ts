/** /me: a member's say over the bot. In: optout, optin, data or forget. Out: what holds now; what is kept on the member; its erasure. */
import * as z from 'zod'
import { defineCommand, defineSubcommand } from '../src/bot/command.ts'
import { plainCard } from '../src/bot/compose.ts'
import { words } from '../src/bot/words.ts'

const args = z.object({})
const mostRows = 20

export default defineCommand({
  name: 'me',
  description: 'Opt out, opt in, see or erase what is kept about you',
  localised: { de: { description: 'Abmelden, anmelden, ansehen oder löschen, was über einen gespeichert ist' } },
  access: 'everyone',
  via: ['slash'],
  subcommands: {
    optout: defineSubcommand({
      description: 'Never answer my messages unasked',
      args,
      async run(_, { store, asker, place, now }) {
        await store.optOut(store.pseudonym(place.platform, asker.id), now)
        return { card: plainCard(words.me.title, words.me.optedOut), to: 'asker' }
      },
    }),
    optin: defineSubcommand({
      description: 'Take the opt-out back',
      args,
      async run(_, { store, asker, place }) {
        await store.optIn(store.pseudonym(place.platform, asker.id))
        return { card: plainCard(words.me.title, words.me.optedIn), to: 'asker' }
      },
    }),
    data: defineSubcommand({
      description: 'Show all that is kept about me',
      args,
      async run(_, { store, asker, place }) {
        const rows = await store.personData(place.platform, asker.id)
        const shown = rows.slice(0, mostRows).map(({ table, row }) => ({
          label: table,
          value: Object.entries(row)
            .filter(([, value]) => value !== null && value !== '')
            .map(([name, value]) => `${name} ${value}`)
            .join(', '),
        }))
        return {
          card: {
            title: words.me.title,
            lead: words.me.data(rows.length),
            rows: shown,
            ...(rows.length > mostRows && { note: words.me.more(rows.length - mostRows) }),
          },
          to: 'asker',
        }
      },
    }),
    forget: defineSubcommand({
      description: 'Erase all that is kept about me',
      args,
      async run(_, { store, asker, place }) {
        const count = await store.forget(place.platform, asker.id)
        return { card: plainCard(words.me.title, words.me.forgotten(count)), to: 'asker' }
      },
    }),
  },
})
