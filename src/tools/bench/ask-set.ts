/** Look-ups with the card each must find. In: a pack's folder. Out: lines of golden/ask.jsonl (tuning) or golden/ask-held-back.jsonl. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { UserError } from '../../bot/errors.ts'

const AskLine = z.strictObject({ id: z.string(), query: z.string(), rebuttal: z.string().nullable(), also: z.array(z.string()) })
export type AskLine = z.infer<typeof AskLine>

/** Throws UserError naming the line that is not right. */
export async function readAsk(folder: string, half: 'tuning' | 'held-back'): Promise<AskLine[]> {
  const file = join(folder, 'golden', half === 'tuning' ? 'ask.jsonl' : 'ask-held-back.jsonl')
  const text = await readFile(file, 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line, index) => {
      try {
        return AskLine.parse(JSON.parse(line))
      } catch {
        throw new UserError(`${file}: line ${index + 1} is not a look-up (id, query, rebuttal, also).`)
      }
    })
}

export type AskFigures = { askFirst: number; askThree: number; askAbstains: number }

/** How often the right card is first, among three, and how often nothing is found where the packs have nothing. */
export function askFigures(lines: readonly AskLine[], search: (query: string) => readonly string[]): AskFigures {
  const places = lines
    .filter((line) => line.rebuttal)
    .map((line) => {
      const found = search(line.query).slice(0, 3)
      return found.findIndex((id) => id === line.rebuttal || line.also.includes(id))
    })
  const unknown = lines.filter((line) => !line.rebuttal)
  const share = (part: number, whole: number) => (whole ? part / whole : 1)
  return {
    askFirst: share(places.filter((place) => place === 0).length, places.length),
    askThree: share(places.filter((place) => place >= 0).length, places.length),
    askAbstains: share(unknown.filter((line) => !search(line.query).length).length, unknown.length),
  }
}
