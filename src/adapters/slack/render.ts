/**
 * Everything out: a Card as Block Kit, or as plain text where blocks are refused. In: a card. Out: blocks and a `text` in which nothing can
 * notify, link or mention by itself. Limits as in docs.slack.dev, "Blocks"; in total far below the 13,200 characters that Slack was
 * seen to refuse (slackapi/bolt-js#2509).
 */
import type { types } from '@slack/bolt'
import { type Button, type Card, cardToText } from '../../bot/card.ts'

export const limits = {
  blocks: 50,
  header: 150,
  section: 3000,
  context: 2000,
  label: 75,
  actions: 25,
  value: 2000,
  total: 8000,
  fallback: 3500,
  /** The `text` beside blocks: for notifications and screen readers. */
  summary: 600,
} as const

export type Body = { text: string; blocks?: types.KnownBlock[] }

/** Blocks, with the same in short as `text`. */
export function bodyOf(card: Card): Required<Body> {
  const text = clip(escaped([titleOf(card), card.lead].filter(Boolean).join('\n')), limits.summary) || '…'
  return { text, blocks: blocksOf(card, limits.total - text.length) }
}

/** The whole card as text alone. */
export const plainBodyOf = (card: Card): Body => ({ text: clip(escaped(cardToText(card)), limits.fallback) || '…' })

const titleOf = ({ title, verdict }: Card): string => [title, verdict].filter(Boolean).join(' · ')

/** Texts in reading order, as far as `room` characters reach; buttons and small print always have their place. */
export function blocksOf(card: Card, room: number = limits.total): types.KnownBlock[] {
  const head = clip(escaped(oneLine(titleOf(card))), limits.header)
  const buttons = buttonsOf(card.buttons ?? [])
  const labels = buttons.reduce((sum, { text }) => sum + text.text.length, 0)
  // At least a third of the room is the text's own.
  const most = Math.min(limits.context, Math.floor((room - head.length - labels) / 3))
  const note = clip(escaped(card.note ?? ''), most)
  const sources = clip((card.sources ?? []).map((source, index) => `[${index + 1}] ${escaped(oneLine(source))}`).join('\n'), most)
  const rows = (card.rows ?? []).map(({ label, value }) => `*${bare(label)}:* ${escaped(value)}`).join('\n')
  const body = [card.lead, ...(card.paragraphs ?? [])].map(escaped)
  const left = room - head.length - note.length - sources.length - labels
  const text = clip([...body, rows].filter(Boolean).join('\n\n'), left)
  return [
    ...(head ? [{ type: 'header' as const, text: plain(head) }] : []),
    ...sectionsOf(text || (head || note || sources ? '' : '…')),
    ...(sources ? [context(sources)] : []),
    ...(buttons.length ? [{ type: 'actions' as const, elements: buttons }] : []),
    ...(note ? [context(note)] : []),
  ]
}

/** A long text in as many sections as it needs, cut at a line's end or a space where one is near. */
function sectionsOf(text: string): types.SectionBlock[] {
  const sections: types.SectionBlock[] = []
  let rest = text
  while (rest) {
    const whole = rest.length <= limits.section
    const gap = Math.max(rest.lastIndexOf('\n', limits.section), rest.lastIndexOf(' ', limits.section))
    const cut = whole ? rest : gap > limits.section / 2 ? rest.slice(0, gap) : unbroken(rest.slice(0, limits.section))
    sections.push({ type: 'section', text: marked(cut) })
    rest = rest.slice(cut.length).trimStart()
  }
  return sections
}

const plain = (text: string): types.PlainTextElement => ({ type: 'plain_text', text, emoji: false })
/** verbatim: Slack makes no links or mentions of its own out of it. */
const marked = (text: string): types.MrkdwnElement => ({ type: 'mrkdwn', text, verbatim: true })
const context = (text: string): types.ContextBlock => ({ type: 'context', elements: [marked(text)] })

/** A button as its action id and value; one that is too long or stands twice is left out, for Slack refuses the whole message. */
export function buttonsOf(buttons: readonly Button[]): types.Button[] {
  const seen = new Set<string>()
  return buttons.flatMap(({ label, command, args, style }): types.Button[] => {
    const value = new URLSearchParams(args).toString()
    const pressed = `${command}?${value}`
    if (value.length > limits.value || seen.has(pressed) || seen.size >= limits.actions) return []
    seen.add(pressed)
    const text = plain(clip(escaped(oneLine(label)), limits.label) || command)
    return [{ type: 'button', action_id: `${command}/${seen.size}`, value, text, ...(style === 'danger' && { style }) }]
  })
}

/** Without characters that steer the screen (controls, text direction) and without halves of characters. */
const clean = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\P{Cc}\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/gu, '')
    .trim()

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ')
/** A label inside *bold*: its own stars would end it. */
const bare = (text: string): string => escaped(oneLine(text).replaceAll('*', ''))

/** The three characters that Slack reads; escaped, no text can mention, notify or link. */
export const escaped = (text: string): string => clean(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

/** Without half a character or half an entity at the end. */
const unbroken = (text: string): string => text.replace(/[\ud800-\udbff]$/, '').replace(/&(?:a(?:mp?)?|[lg]t?)?$/, '')

/** At most `length` code units. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text
  return length < 1 ? '' : `${unbroken(text.slice(0, length - 1))}…`
}
