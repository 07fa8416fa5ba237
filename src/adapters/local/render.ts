/**
 * Cards for the terminal. In: a Card and the screen's width. Out: lines of text, with colour if the screen has it.
 * Control characters in any text are shown as blanks: a card can never move the cursor or ring the bell.
 */
import type { Card } from '../../bot/card.ts'

export type Screen = { width: number; colour: boolean }
type Paint = (text: string) => string

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const
export const paint = (screen: Screen, code: keyof typeof codes, text: string): string =>
  screen.colour ? `\u001b[${codes[code]}m${text}\u001b[0m` : text

const verdictColour: Record<string, keyof typeof codes> = {
  fabricated: 'red',
  false: 'red',
  unproven: 'yellow',
  misleading: 'yellow',
  disputed: 'blue',
}

/** Text without characters that a terminal obeys. */
export const harmless = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (character) => (character === '\n' ? '\n' : ' '))

/** Words folded to lines of at most `width` characters; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  return harmless(text)
    .split('\n')
    .flatMap((paragraph) => {
      const lines: string[] = []
      let line = ''
      for (const word of paragraph.split(/ +/)) {
        if (line && line.length + 1 + word.length > width) {
          lines.push(line)
          line = word
        } else line = line ? `${line} ${word}` : word
      }
      return [...lines, line]
    })
}

/** The card in a frame; its buttons are numbered from `firstButton`, to be pressed by number. */
export function renderCard(card: Card, screen: Screen, options: { firstButton?: number; aside?: string } = {}): string {
  const bar = paint(screen, 'dim', '│ ')
  const inner = Math.max(20, Math.min(screen.width, 88) - 4)
  const lines: string[] = []
  const add = (text: string, style: Paint = (plain) => plain) => {
    for (const line of wrap(text, inner)) lines.push(style(line))
  }
  const gap = () => lines.length && lines.at(-1) !== '' && lines.push('')
  add(card.title, (line) => paint(screen, 'bold', line))
  if (card.verdict) lines[lines.length - 1] += `  ${paint(screen, verdictColour[card.verdict] ?? 'cyan', `[${card.verdict}]`)}`
  add(card.lead)
  for (const paragraph of card.paragraphs ?? []) {
    gap()
    add(paragraph)
  }
  if (card.rows?.length) {
    gap()
    for (const row of card.rows) {
      const [first = '', ...more] = wrap(`${row.label}: ${row.value}`, inner - 2)
      lines.push(
        first.replace(harmless(row.label), (label) => paint(screen, 'cyan', label)),
        ...more.map((line) => `  ${line}`),
      )
    }
  }
  if (card.sources?.length) {
    gap()
    card.sources.forEach((source, index) => {
      add(`[${index + 1}] ${source}`, (line) => paint(screen, 'dim', line))
    })
  }
  if (card.note) {
    gap()
    add(card.note, (line) => paint(screen, 'dim', line))
  }
  if (card.buttons?.length) {
    gap()
    const first = options.firstButton ?? 1
    add(card.buttons.map((button, index) => `[#${first + index} ${button.label}]`).join('  '), (line) => paint(screen, 'magenta', line))
  }
  const head = options.aside ? `${paint(screen, 'dim', '┌ ')}${paint(screen, 'dim', options.aside)}` : paint(screen, 'dim', '┌')
  return [head, ...lines.map((line) => (bar + line).trimEnd()), paint(screen, 'dim', '└')].join('\n')
}
