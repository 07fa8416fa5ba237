/**
 * Lines of the local channel as the core understands them. In: what a person typed. Out: an Invocation, a Message, a pressed button
 * or an act of the channel itself (speak as somebody else, edit, delete).
 */
import type { Invocation } from '../../bot/command.ts'
import type { Person, Place } from '../../bot/message.ts'

export const localPlace: Place = { platform: 'local', server: 'local', channel: 'general' }

/** "you" runs the place; anybody else is a plain member. */
export const localPerson = (name: string): Person => ({ id: name, isBot: false, isAdmin: name === 'you', isModerator: name === 'you' })

export type Line =
  | { kind: 'nothing' }
  | { kind: 'quit' }
  | { kind: 'as'; name: string }
  | { kind: 'press'; button: number }
  | { kind: 'react' }
  | { kind: 'edit'; text: string }
  | { kind: 'delete' }
  | { kind: 'command'; invocation: Invocation }
  | { kind: 'message'; text: string; isAddressed: boolean }

/** Longest line that is taken in; more would only be cut later. */
const longestLine = 100_000

/** Reads one line typed by `name`. */
export function readLine(raw: string, name: string): Line {
  const line = raw.slice(0, longestLine).trim()
  if (!line) return { kind: 'nothing' }
  const press = /^#(\d{1,3})$/.exec(line)
  if (press) return { kind: 'press', button: Number(press[1]) }
  if (line === '+1') return { kind: 'react' }
  const [first = ''] = line.split(/\s/, 1)
  const rest = line.slice(first.length).trim()
  if (first === '/quit' || first === '/exit') return { kind: 'quit' }
  if (first === '/as') return { kind: 'as', name: rest.replace(/[^\p{L}\p{N}_-]/gu, '').slice(0, 30) || 'you' }
  if (first === '/edit') return { kind: 'edit', text: rest }
  if (first === '/delete') return { kind: 'delete' }
  if (first.length > 1 && first.startsWith('/')) {
    return {
      kind: 'command',
      invocation: { command: first.slice(1).toLowerCase(), args: rest, via: 'slash', asker: localPerson(name), place: localPlace },
    }
  }
  if (first.toLowerCase() === '@bot') return { kind: 'message', text: rest, isAddressed: true }
  return { kind: 'message', text: line, isAddressed: false }
}
