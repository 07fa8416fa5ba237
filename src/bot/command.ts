/**
 * A command, declared once for all platforms. In: a declaration with zod arguments and one function.
 * Out: types Command and Invocation, defineCommand, and the two parsers (options, plain text) that platforms share.
 */
import type * as z from 'zod'
import type { Detector } from '../detection/detector.ts'
import type { Library } from '../knowledge/library.ts'
import type { Adapter } from './adapter.ts'
import type { Reply } from './card.ts'
import { UserError } from './errors.ts'
import type { Message, MessageRef, Person, Place } from './message.ts'
import type { BotParts } from './parts.ts'
import type { Store } from './store.ts'
import { words } from './words.ts'

/** Who may run it. Checked in bot.ts, whatever the platform promised. */
export type Access = 'everyone' | 'moderator' | 'admin'
/** How it can be reached. `button` alone: it is not listed and not registered as a slash command. */
export type Via = 'slash' | 'menu' | 'button'
export type Arguments = z.ZodObject

/** What a command may ask for; filled in by bot.ts. */
export type CommandContext = {
  /** The ports as a whole, for what the core does on a command's behalf (dry run, post now). */
  parts: BotParts
  library: Library
  detector: Detector
  store: Store
  adapters: readonly Adapter[]
  commands: readonly Command[]
  asker: Person
  place: Place
  /** The message a menu command or a button points at, if the platform sent it. */
  target?: Message
  /** The bot's own message that carried the pressed button. */
  pressedOn?: MessageRef
  /** Milliseconds since 1970. */
  now: number
}

type Action<A extends Arguments = Arguments> = {
  args: A
  run(args: z.output<A>, context: CommandContext): Reply | Promise<Reply>
}

/** Names and descriptions in other languages, by locale ("de", "pt-BR"); the default is always sent as well. */
export type Localised = Record<string, { name?: string; description?: string }>

export type Subcommand<A extends Arguments = Arguments> = Action<A> & {
  description: string
  localised?: Localised
  /** The argument that takes the rest of a line on platforms without options. */
  rest?: string
}

export type Command<A extends Arguments = Arguments> = {
  name: string
  description: string
  localised?: Localised
  access: Access
  via: readonly Via[]
  /** The label in the message menu; needed when via has 'menu'. */
  menuLabel?: string
  /** The argument that takes the rest of a line on platforms without options. */
  rest?: string
} & (Action<A> | { subcommands: Record<string, Subcommand> })

/** Meta data of an argument that platforms use: what to offer while typing, and which platform object it names. */
export type ArgumentMeta = { description?: string; complete?: Completion; names?: 'channel' }
export type Completion = 'rebuttals' | 'zones' | 'packs' | 'topics'

/** A subcommand with its argument type kept for `run`. */
export const defineSubcommand = <A extends Arguments>(subcommand: Subcommand<A>): Subcommand => subcommand as unknown as Subcommand

/** A command with its argument type kept for `run`; the folder's loader checks the rest. */
export const defineCommand = <A extends Arguments>(command: Command<A>): Command => command as unknown as Command

/** What a person asked for, on any platform and by any way in: slash, menu or button. */
export type Invocation = {
  command: string
  subcommand?: string
  /** Typed options by name, or the raw line of a platform without options. */
  args: Record<string, unknown> | string
  via: Via
  asker: Person
  place: Place
  target?: Message
  pressedOn?: MessageRef
}

type Field = { type: string; options?: readonly unknown[]; meta: ArgumentMeta }

/** The zod type behind defaults and optionals, as registration and parsing need it. */
export function fieldOf(schema: z.core.$ZodType): Field {
  let inner = schema as z.ZodType
  let meta: ArgumentMeta = {}
  for (;;) {
    meta = { ...(inner.meta?.() as ArgumentMeta | undefined), ...meta }
    const def = inner.def as { type: string; innerType?: z.ZodType }
    if (!def.innerType) break
    inner = def.innerType
  }
  const type = (inner.def as { type: string }).type
  return type === 'enum' ? { type, options: (inner as z.ZodEnum).options, meta } : { type, meta }
}

/** The action an invocation names, with the words that are left after a subcommand was taken off. */
export function actionOf(
  command: Command,
  invocation: Pick<Invocation, 'subcommand' | 'args'>,
): { action: Action; args: Invocation['args']; rest?: string } {
  if (!('subcommands' in command)) return { action: command, args: invocation.args, ...(command.rest && { rest: command.rest }) }
  const names = Object.keys(command.subcommands)
  let name = invocation.subcommand
  let args = invocation.args
  if (name === undefined && typeof args === 'string') {
    const [first = '', ...rest] = args.trim().split(/\s+/)
    name = first.toLowerCase()
    args = rest.join(' ')
  }
  const action = command.subcommands[name ?? '']
  if (!action || !Object.hasOwn(command.subcommands, name ?? '')) throw new UserError(words.whichSubcommand(command.name, names))
  return { action, args, ...(action.rest && { rest: action.rest }) }
}

/** Arguments checked against their schema; a fault becomes a sentence for the asker that names the argument. */
export function parseArguments(action: Action, args: Invocation['args'], rest: string | undefined): Record<string, unknown> {
  const raw = typeof args === 'string' ? textToArguments(args, action.args, rest) : args
  const parsed = action.args.safeParse(raw)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const name = String(issue?.path[0] ?? '')
  throw new UserError(words.badArgument(name, problemOf(issue), describe(action.args, name)))
}

/** In words for a person; zod's own speak of types. */
function problemOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`
  if (issue?.code === 'invalid_type' && issue.message.endsWith('received undefined')) return 'is missing'
  return (issue?.message ?? 'is not valid').replace(/\.$/, '')
}

const describe = (args: Arguments, name: string): string => {
  const schema = args.shape[name]
  return schema ? (fieldOf(schema).meta.description ?? '') : ''
}

/** `german gold limit:2 show:everyone` → { query: 'german gold', limit: 2, show: 'everyone' }: only names the command has are taken as names. */
export function textToArguments(text: string, schema: Arguments, rest?: string): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  const free: string[] = []
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const colon = word.indexOf(':')
    const name = colon > 0 ? word.slice(0, colon).toLowerCase() : ''
    if (name && Object.hasOwn(schema.shape, name)) result[name] = typed(word.slice(colon + 1), schema.shape[name] as z.ZodType)
    else free.push(word)
  }
  const target = rest ?? Object.keys(schema.shape)[0]
  if (free.length && target && result[target] === undefined) result[target] = typed(free.join(' '), schema.shape[target] as z.ZodType)
  return result
}

function typed(value: string, schema: z.ZodType): unknown {
  const { type } = fieldOf(schema)
  if (type === 'number' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  if (type === 'boolean' && /^(yes|no|on|off|true|false)$/i.test(value)) return /^(yes|on|true)$/i.test(value)
  return value
}
