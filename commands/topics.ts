/** /topics: browse what the packs answer. In: a section, or nothing. Out: sections, or the claims of one. */
import * as z from 'zod'
import { defineCommand } from '../src/bot/command.ts'
import { UserError } from '../src/bot/errors.ts'
import { words } from '../src/bot/words.ts'

export default defineCommand({
  name: 'topics',
  description: 'Browse what the packs answer',
  localised: { de: { description: 'Durchsehen, worauf die Pakete antworten' } },
  access: 'everyone',
  via: ['slash'],
  rest: 'topic',
  args: z.object({ topic: z.string().optional().meta({ description: 'A topic, to see its claims', complete: 'topics' }) }),
  run({ topic }, { library }) {
    const sections = library.sections()
    if (!topic) {
      return {
        card: {
          title: words.topicsTitle,
          lead: words.topicsLead(library.rebuttals.length, library.packs.map((pack) => pack.name).join(', ')),
          rows: sections.map((section) => ({
            label: section.title,
            value: section.rebuttals.map((rebuttal) => rebuttal.title).join(' · '),
          })),
          buttons: sections.slice(0, 5).map((section) => ({ label: section.title, command: 'topics', args: { topic: section.id } })),
        },
        to: 'asker',
      }
    }
    const wanted = topic.trim().toLowerCase()
    const section = sections.find((one) => one.id === wanted || one.title.toLowerCase() === wanted)
    if (!section) {
      throw new UserError(
        words.noSuchTopic(
          topic.slice(0, 60),
          sections.map((one) => one.title),
        ),
      )
    }
    return {
      card: {
        title: section.title,
        lead: section.rebuttals.map((rebuttal) => rebuttal.title).join(' · '),
        rows: section.rebuttals.map((rebuttal) => ({ label: `${rebuttal.title} (${rebuttal.verdict})`, value: rebuttal.claim })),
        buttons: section.rebuttals
          .slice(0, 5)
          .map((rebuttal) => ({ label: rebuttal.title, command: 'details', args: { id: rebuttal.id } })),
      },
      to: 'asker',
    }
  },
})
