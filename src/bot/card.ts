/**
 * What the bot shows, without layout: a Card is meaning, a platform's render.ts makes it embed, blocks, ANSI or plain text.
 * In: nothing. Out: the types Card, Button, Reply and cardToText for a platform without layout.
 */

/** A button is a command: pressing it runs `command` with `args` as if it had been typed. */
export type Button = { label: string; command: string; args: Record<string, string>; style?: 'plain' | 'danger' }

/** A labelled line, e.g. a setting or a gate of a dry run. */
export type Row = { label: string; value: string }

/** All texts are plain: a renderer escapes them, and shortens them to its platform's limits. */
export type Card = {
  title: string
  /** One word on a rebuttal card: fabricated, false, unproven, misleading, disputed. */
  verdict?: string
  lead: string
  paragraphs?: string[]
  /** Numbered from 1, in the order of the marks [1], [2] in lead and paragraphs. */
  sources?: string[]
  rows?: Row[]
  buttons?: Button[]
  /** Small print at the end. */
  note?: string
}

/** A card and who sees it: the asker alone, the thread of the question, or the whole channel. */
export type Reply = {
  card: Card
  to: 'asker' | 'thread' | 'channel'
  /** Take the public message away on which the pressed button sat. */
  removeOriginal?: boolean
}

/** A card as plain text: the fallback of every platform and the command line's own form. */
export function cardToText(card: Card): string {
  const blocks = [card.verdict ? `${card.title} (${card.verdict})` : card.title, card.lead, ...(card.paragraphs ?? [])]
  if (card.rows?.length) blocks.push(card.rows.map((row) => `${row.label}: ${row.value}`).join('\n'))
  if (card.sources?.length) blocks.push(card.sources.map((source, index) => `[${index + 1}] ${source}`).join('\n'))
  if (card.note) blocks.push(card.note)
  return blocks.filter((block) => block !== '').join('\n\n')
}
