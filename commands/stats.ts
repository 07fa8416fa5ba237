/** /stats: what the bot did here in the last 30 days, counts only. In: nothing. Out: a table. */
import * as z from 'zod'
import { defineCommand } from '../src/bot/command.ts'
import { words } from '../src/bot/words.ts'

const days = 30

export default defineCommand({
  name: 'stats',
  description: 'Counts of the last 30 days on this server',
  access: 'moderator',
  via: ['slash'],
  args: z.object({}),
  async run(_, { store, place, now }) {
    const since = new Date(now - days * 86_400_000).toISOString().slice(0, 10)
    const counts = Object.entries(await store.counts(place, since)).sort(([a], [b]) => a.localeCompare(b, 'en'))
    return {
      card: {
        title: words.stats.title,
        lead: counts.length ? words.stats.lead(days) : words.stats.empty(days),
        rows: counts.map(([name, count]) => ({ label: name, value: String(count) })),
        note: words.stats.note,
      },
      to: 'asker',
    }
  },
})
