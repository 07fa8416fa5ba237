/** Cards for the contract: what the bot makes of the real packs (the longest of each kind), and what no pack should ever hold. */
import { join } from 'node:path'
import type { Card } from '../../src/bot/card.ts'
import { factCard, nothingFoundCard, plainCard, rebuttalCard, replyCard, suggestionCard } from '../../src/bot/compose.ts'
import { createLibrary } from '../../src/knowledge/library.ts'
import { loadPacks } from '../../src/registry.ts'

const packsFolder = join(import.meta.dirname, '..', '..', 'data')
const longest = <T>(list: readonly T[], count: number): T[] =>
  [...list].sort((a, b) => JSON.stringify(b).length - JSON.stringify(a).length).slice(0, count)

export async function packCards(): Promise<Card[]> {
  const library = createLibrary(await loadPacks(packsFolder))
  const rebuttals = longest(library.rebuttals, 8)
  const facts = longest(
    library.packs.flatMap((pack) => pack.facts),
    3,
  )
  return [
    ...rebuttals.map((rebuttal) => rebuttalCard(rebuttal, library)),
    ...rebuttals.slice(0, 3).map((rebuttal) => replyCard(rebuttal, library, 'r1abcdefghijkl')),
    ...rebuttals.slice(0, 1).map((rebuttal) => suggestionCard(rebuttal, 'c1', 'not sure enough', 's1abcdef')),
    ...facts.map((fact) => factCard(fact, library)),
    nothingFoundCard(rebuttals.slice(0, 5)),
    plainCard('A title', 'A sentence.'),
  ]
}

const nasty = [
  '@everyone @here <@123456789012345678> <@&123456789012345678> <#123456789012345678> <!channel> <!here> <!subteam^S1> <@U123>',
  '[a link](https://example.org) <https://example.org|label> ||spoiler|| `code` ```fence``` ~~gone~~ _a_ *b* **c**',
  '# heading\n> quote\n- list\n-# small\n&lt;!channel&gt; & < >',
  '\u202Ereversed\u202C \u2066isolated\u2069 \uD800 lone \u0000 nul \u200B zero',
].join('\n')

/** Whatever could notify somebody or break out of a text, in every field. */
export const hostileCard: Card = {
  title: nasty,
  verdict: 'false @everyone',
  lead: nasty,
  paragraphs: [nasty],
  sources: [nasty],
  rows: [{ label: '@everyone', value: nasty }],
  buttons: [{ label: '@everyone <@123456789012345678>', command: 'why', args: { reply: 'r1' } }],
  note: nasty,
}

/** Too long, too many, too empty. */
export const awkwardCards: Card[] = [
  hostileCard,
  {
    title: 'Long '.repeat(200),
    lead: 'Very long. '.repeat(2000),
    paragraphs: Array.from({ length: 40 }, () => 'A paragraph. '.repeat(100)),
    sources: Array.from({ length: 60 }, (_, index) => `Author ${index}, A book with a long name (${index})`),
    rows: Array.from({ length: 80 }, (_, index) => ({ label: `Row ${index} ${'x'.repeat(300)}`, value: 'value '.repeat(300) })),
    buttons: Array.from({ length: 40 }, (_, index) => ({
      label: `Button ${index} ${'long '.repeat(40)}`,
      command: 'details',
      args: { id: `id-${index}` },
    })),
    note: 'Note. '.repeat(900),
  },
  { title: '😀'.repeat(300), lead: '😀'.repeat(5000), note: '👩‍👩‍👧‍👦'.repeat(500) },
  { title: '*'.repeat(256), lead: '\\'.repeat(4096), sources: ['_'.repeat(4000)] },
  { title: 'No lead', lead: '' },
  { title: '', lead: 'No title.' },
  {
    title: 'The same button twice, and one that is too long',
    lead: 'x',
    buttons: [
      { label: 'One', command: 'details', args: { id: 'same' } },
      { label: 'Two', command: 'details', args: { id: 'same' } },
      { label: '', command: 'details', args: { id: 'no-label' } },
      { label: 'Long', command: 'details', args: { id: 'y'.repeat(300) } },
    ],
  },
]
