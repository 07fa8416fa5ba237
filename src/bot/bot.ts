/**
 * The bot's verbs: run a command, suggest while typing, hear a message, tick every minute. In: what adapters translate, and ports.
 * Out: replies, posts. Permission, opt-out, pause and error handling sit here alone; this is the only catch-all.
 */
import type { Library } from '../knowledge/library.ts'
import type { BotPort, Suggestion } from './adapter.ts'
import type { Reply } from './card.ts'
import { actionOf, type Command, type CommandContext, type Completion, fieldOf, type Invocation, parseArguments } from './command.ts'
import { plainCard } from './compose.ts'
import { StoreError, UserError } from './errors.ts'
import { hear } from './hear.ts'
import type { Message, Person } from './message.ts'
import type { BotParts } from './parts.ts'
import { isZone } from './settings.ts'
import { tick } from './tick.ts'
import { words } from './words.ts'

export type Bot = BotPort & {
  /** Called about every minute; posts what is due. Never throws. */
  tick(): Promise<void>
}

export function createBot(parts: BotParts): Bot {
  return {
    run: (invocation) => run(parts, invocation),
    suggest: async (request) => suggest(parts, request),
    hear: (message) => heard(parts, message),
    left: (server) => guarded(parts, 'left', () => parts.store.leave(server, parts.now() + leftFor)),
    tick: () => guarded(parts, 'tick', () => tick(parts, parts.instance)),
  }
}

/** Rows of a server that removed the bot are kept this long, in case it was a mistake. Milliseconds. */
const leftFor = 30 * 86_400_000

/** Whatever goes wrong on a path that nobody waits for ends in the log, by kind and place, never by text. */
async function guarded(parts: BotParts, path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    failed(parts, path, error)
  }
}

/** Most messages are nothing to us and end at once: no promise is made for them. */
function heard(parts: BotParts, message: Message): Promise<void> | undefined {
  try {
    const work = hear(parts, message)
    return work && guarded(parts, 'hear', () => work)
  } catch (error) {
    failed(parts, 'hear', error)
    return undefined
  }
}

const failed = ({ log }: BotParts, path: string, error: unknown): void =>
  log.error(`${path}-failed`, { error: error instanceof Error ? error.name : typeof error, at: firstFrame(error) })

const may = (asker: Person, access: Command['access']): boolean =>
  access === 'everyone' || asker.isAdmin || (access === 'moderator' && asker.isModerator)

async function run(parts: BotParts, invocation: Invocation): Promise<Reply> {
  try {
    const command = parts.commands.find((one) => one.name === invocation.command)
    // What only buttons reach carries ids that the bot itself wrote; typed, they could be anybody's.
    if (!command || (invocation.via === 'slash' && !command.via.includes('slash')))
      throw new UserError(words.noSuchCommand(invocation.command))
    if (command.access !== 'everyone' && !may(invocation.asker, command.access)) throw new UserError(words.notAllowed[command.access])
    const { action, args, rest } = actionOf(command, invocation)
    return await action.run(parseArguments(action, args, rest) as never, contextOf(parts, invocation))
  } catch (error) {
    return { card: plainCard(words.failedTitle, sentenceFor(parts, error, invocation.command)), to: 'asker' }
  }
}

/** What a person is told: our own sentence as it stands; anything else by a reference that the log shows too. */
function sentenceFor({ log, now }: BotParts, error: unknown, command: string): string {
  if (error instanceof UserError) return error.message
  if (error instanceof StoreError) {
    log.error('store-failed', { command, code: error.code })
    return words.storeAway
  }
  const reference = `E${now().toString(36).slice(-6)}`
  log.error('command-failed', { command, reference, error: error instanceof Error ? error.name : typeof error, at: firstFrame(error) })
  return words.failed(reference)
}

/** Where in our code it happened; an error's own text may hold what a person wrote. */
const firstFrame = (error: unknown): string =>
  (error instanceof Error && error.stack?.match(/(?:src|commands)\/[\w./-]+:\d+/)?.[0]) || 'unknown'

const contextOf = (parts: BotParts, invocation: Invocation): CommandContext => ({
  parts,
  library: parts.library,
  detector: parts.detector,
  store: parts.store,
  adapters: parts.adapters,
  commands: parts.commands,
  asker: invocation.asker,
  place: invocation.place,
  ...(invocation.target && { target: invocation.target }),
  ...(invocation.pressedOn && { pressedOn: invocation.pressedOn }),
  now: parts.now(),
})

/** Most offers a platform takes (Discord's autocomplete). */
const mostSuggestions = 25

function suggest({ library, commands, log }: BotParts, request: Parameters<BotPort['suggest']>[0]): Suggestion[] {
  try {
    const command = commands.find((one) => one.name === request.command)
    if (!command) return []
    const action = 'subcommands' in command ? command.subcommands[request.subcommand ?? ''] : command
    const schema = action?.args.shape[request.argument]
    const kind = schema && fieldOf(schema).meta.complete
    return kind ? offers(library, kind, request.text.slice(0, 200)).slice(0, mostSuggestions) : []
  } catch (error) {
    log.error('suggest-failed', { command: request.command, at: firstFrame(error) })
    return []
  }
}

function offers(library: Library, kind: Completion, text: string): Suggestion[] {
  const folded = text.trim().toLowerCase()
  if (kind === 'rebuttals') return library.suggest(text, mostSuggestions).map(({ rebuttal, label }) => ({ label, value: rebuttal }))
  if (kind === 'zones') {
    const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')].filter(isZone)
    return zones.filter((zone) => zone.toLowerCase().includes(folded)).map((zone) => ({ label: zone, value: zone }))
  }
  if (kind === 'packs')
    return library.packs.filter((pack) => pack.id.includes(folded)).map((pack) => ({ label: pack.name, value: pack.id }))
  return library
    .sections()
    .filter((section) => section.title.toLowerCase().includes(folded))
    .map((section) => ({ label: section.title, value: section.id }))
}
