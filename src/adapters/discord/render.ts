/**
 * Everything out: a Card as an embed and buttons, or as plain text where embeds are not allowed. In: a card. Out: a message body in which
 * no text can ping, link or format by itself. Limits as in docs.discord.com, "Message" and "Components".
 */
import { type APIEmbed, type APIMessageTopLevelComponent, ButtonStyle, ComponentType, MessageFlags } from 'discord-api-types/v10'
import type { Button, Card } from '../../bot/card.ts'
import { customIdOf } from './translate.ts'

const limits = {
  content: 2000,
  title: 256,
  description: 4096,
  footer: 500,
  embed: 6000,
  label: 80,
  perRow: 5,
  rows: 5,
  threadName: 100,
} as const

/** One colour per verdict; an embed without a verdict has the neutral one. */
const colours: Record<string, number> = {
  fabricated: 0xa4343a,
  false: 0xa4343a,
  unproven: 0xb8860b,
  misleading: 0xb8860b,
  disputed: 0x3a6ea5,
}
const neutral = 0x5c6670

export type Body = {
  content?: string
  embeds?: APIEmbed[]
  components?: APIMessageTopLevelComponent[]
  flags?: MessageFlags
  allowed_mentions: { parse: []; replied_user: false }
}

/** On every body without exception: without it an ordinary message notifies whomever its text names. */
const nobody = { parse: [], replied_user: false } satisfies Body['allowed_mentions']

export function bodyOf(card: Card, canEmbed = true): Body {
  const components = componentsOf(card.buttons ?? [])
  const title = clip(escaped([card.title, card.verdict].filter(Boolean).join(' · ')), limits.title)
  const base = { ...(components.length && { components }), allowed_mentions: nobody }
  if (!canEmbed) {
    const text = [
      title && `**${title}**`,
      textOf(card, limits.content - title.length - 10),
      card.note && `-# ${escaped(oneLine(card.note))}`,
    ]
    return { ...base, content: clip(text.filter(Boolean).join('\n') || '…', limits.content), flags: MessageFlags.SuppressEmbeds }
  }
  const footer = card.note ? clip(clean(card.note), limits.footer) : ''
  const room = Math.min(limits.description, limits.embed - title.length - footer.length)
  const description = textOf(card, room) || (title || footer ? '' : '…')
  const embed: APIEmbed = { color: colours[card.verdict ?? ''] ?? neutral }
  if (description) embed.description = description
  if (title) embed.title = title
  if (footer) embed.footer = { text: footer }
  return { ...base, embeds: [embed] }
}

/** A name for a thread: plain, on one line. */
export const threadName = (card: Card): string => clip(oneLine(clean(card.title)), limits.threadName) || 'For the record'

/** Lead, paragraphs, rows, sources. When all is too much, sources keep at most a third and the rest is cut. */
function textOf(card: Card, room: number): string {
  const rows = (card.rows ?? []).map(({ label, value }) => `**${escaped(oneLine(label))}:** ${escaped(value)}`).join('\n')
  const sources = (card.sources ?? []).map((source, index) => `-# [${index + 1}] ${escaped(oneLine(source))}`).join('\n')
  const body = [card.lead, ...(card.paragraphs ?? [])].map(escaped)
  const text = [...body, rows].filter(Boolean).join('\n\n')
  const foot = clip(sources, Math.max(Math.floor(room / 3), room - text.length - 2))
  return [clip(text, foot ? room - foot.length - 2 : room), foot].filter(Boolean).join('\n\n')
}

function componentsOf(buttons: readonly Button[]): APIMessageTopLevelComponent[] {
  const seen = new Set<string>()
  const fitting = buttons.flatMap(({ label, command, args, style }) => {
    const custom_id = customIdOf(command, args)
    // Discord refuses the whole message for one id that is too long or stands twice.
    if (!custom_id || seen.has(custom_id)) return []
    seen.add(custom_id)
    const shown = clip(oneLine(clean(label)), limits.label) || command
    return [{ type: ComponentType.Button as const, custom_id, label: shown, style: styleOf(style) }]
  })
  return Array.from({ length: Math.min(limits.rows, Math.ceil(fitting.length / limits.perRow)) }, (_, row) => ({
    type: ComponentType.ActionRow,
    components: fitting.slice(row * limits.perRow, (row + 1) * limits.perRow),
  }))
}

const styleOf = (style: Button['style']): ButtonStyle.Danger | ButtonStyle.Secondary =>
  style === 'danger' ? ButtonStyle.Danger : ButtonStyle.Secondary

/** Without characters that steer the screen (controls, text direction) and without halves of characters. */
const clean = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\P{Cc}\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/gu, '')
    .trim()

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ')

/** Text that shows as it stands: no mark-up, no mention, no masked link, no custom emoji. */
export const escaped = (text: string): string =>
  clean(text)
    .replace(/[\\`*_~|<>[\]#]/g, '\\$&')
    .replace(/^(\s*)([-+])(?=\s|#|\\#)/gm, '$1\\$2')
    .replace(/@(?=everyone|here|&|!|\d)/g, '@\u200b')

/** At most `length` code units, without half a character or half an escape at the end. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text
  if (length < 1) return ''
  const cut = text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')
  return `${cut.replace(/(?<!\\)(\\\\)*\\$/, '$1')}…`
}
