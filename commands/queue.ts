/** /queue and its buttons: suggestions waiting for a moderator. In: nothing, or a suggestion and an act. Out: the list; or the act, done once. */
import * as z from 'zod'
import { defineCommand } from '../src/bot/command.ts'
import { plainCard } from '../src/bot/compose.ts'
import { UserError } from '../src/bot/errors.ts'
import { isStillWanted, postSuggested } from '../src/bot/moderated.ts'
import { words } from '../src/bot/words.ts'

const mostShown = 5

export default defineCommand({
  name: 'queue',
  description: 'Matches that wait for a moderator',
  access: 'moderator',
  via: ['slash', 'button'],
  args: z.object({
    id: z.string().max(40).optional().describe('A suggestion (its buttons fill this in)'),
    action: z.enum(['reply', 'dismiss', 'wrong']).optional().describe('What to do with it'),
  }),
  async run({ id, action }, context) {
    const { store, library, asker, place, now } = context
    if (!id || !action) {
      const waiting = await store.suggestions(place, mostShown)
      return {
        card: {
          title: words.suggestion.title,
          lead: waiting.length ? words.suggestion.waiting(waiting.length) : words.suggestion.empty,
          rows: waiting.map((one) => ({
            label: library.byId(one.rebuttal)?.title ?? one.rebuttal,
            value: `${one.place.channel}: ${one.reason} (${one.score.toFixed(2)}, ${one.stance})`,
          })),
          buttons: waiting.flatMap((one) => [
            {
              label: `${words.suggestion.replyNow}: ${library.byId(one.rebuttal)?.title ?? one.rebuttal}`,
              command: 'queue',
              args: { id: one.id, action: 'reply' },
            },
          ]),
        },
        to: 'asker',
      }
    }
    const suggestion = await store.suggestion(id)
    const rebuttal = suggestion && library.byId(suggestion.rebuttal)
    // A suggestion belongs to its server: a button carried elsewhere opens nothing.
    if (!suggestion || !rebuttal || suggestion.place.platform !== place.platform || suggestion.place.server !== place.server)
      throw new UserError(words.suggestion.missing)
    const isWanted = action !== 'reply' || (await isStillWanted(context, suggestion))
    const me = store.pseudonym(place.platform, asker.id)
    if (!(await store.resolveSuggestion(id, me, isWanted ? action : 'gone', now))) throw new UserError(words.suggestion.gone)
    if (!isWanted) throw new UserError(words.suggestion.unwanted)
    if (action === 'reply') await postSuggested(context, suggestion, rebuttal)
    return { card: plainCard(words.suggestion.title, words.suggestion.done(action)), to: 'asker' }
  },
})
