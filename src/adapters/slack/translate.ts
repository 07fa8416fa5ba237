/** Everything in: Slack's events as Message or Invocation. In: payloads as Slack sends them. Out: plain data for the core. */
import type { Command, Invocation } from '../../bot/command.ts'
import type { Message, MessageRef, Person, Place } from '../../bot/message.ts'
import { carrier } from './register.ts'

/** Who we are in this workspace; `direct` names its direct messages, which belong to no workspace's settings. */
export type Self = { team: string; user: string; bot: string; direct: string }

/**
 * Which workspace a payload was sent to, where the app is installed in several. Of an event in a shared channel the workspace it is
 * authorised for; of a press on the bot's message or in its window the one whose bot that is; else where it was typed or pointed.
 */
export function teamOf(body: Record<string, unknown>): string | undefined {
  const { authorizations, context_team_id, team_id, view, message, team, user } = body as {
    authorizations?: { team_id?: string | null }[]
    context_team_id?: string
    team_id?: string
    view?: { app_installed_team_id?: string } | null
    message?: { bot_id?: string; team?: string }
    team?: { id?: string } | null
    user?: { team_id?: string }
  }
  const ours = body.type === 'block_actions' && message?.bot_id ? message.team : undefined
  const found =
    authorizations?.[0]?.team_id || context_team_id || team_id || view?.app_installed_team_id || ours || team?.id || user?.team_id
  return typeof found === 'string' && /^[TE][A-Z0-9]{1,40}$/.test(found) ? found : undefined
}

/** A message as events and history show it; only what is read here. */
export type Written = {
  type?: string
  subtype?: string
  user?: string
  bot_id?: string
  text?: string
  ts?: string
  thread_ts?: string
  channel?: string
  hidden?: boolean
  edited?: { ts?: string }
  attachments?: readonly { is_share?: boolean }[]
  deleted_ts?: string
  message?: Written
  previous_message?: Written
}

export const placeIn = (self: Self, channel: string, thread?: string): Place => ({
  platform: 'slack',
  server: channel.startsWith('D') ? self.direct : self.team,
  channel,
  ...(thread && { thread }),
})

export const momentOf = (ts: string): number => Math.round(Number(ts) * 1000)

/** A text as a person typed it: Slack's marks as words, entities as characters; a channel as its id where a command asks for one. */
export function readable(text: string, channelAs: 'name' | 'id' = 'name'): string {
  if (!text.includes('<') && !text.includes('&')) return text
  return text
    .replace(/<([^<>]*)>/g, (_, inner: string) => {
      const [target = '', label] = inner.split('|', 2)
      if (target.startsWith('#')) return channelAs === 'id' ? target.slice(1) : `#${label || target.slice(1)}`
      if (target.startsWith('@')) return `@${label || target.slice(1)}`
      if (target.startsWith('!')) return label || `@${target.slice(1).split('^')[0]}`
      return label || target
    })
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
}

/** Words of a person: an ordinary message, with files or from a thread to the channel. All else is never evaluated. */
const personalSubtypes = new Set([undefined, 'file_share', 'thread_broadcast'])
const isPersonal = (written: Written, self: Self): boolean =>
  Boolean(written.user && written.ts) &&
  !written.bot_id &&
  !written.hidden &&
  written.user !== self.user &&
  written.user !== 'USLACKBOT' &&
  personalSubtypes.has(written.subtype)

const mentionOf = ({ user }: Self): RegExp => new RegExp(`<@${user}(\\|[^>]*)?>`, 'g')

/** A message of a person in a channel; nothing for what no person wrote. */
export function messageFrom(written: Written, channel: string, event: 'posted' | 'edited', self: Self): Message | undefined {
  const { ts, user, thread_ts, text = '' } = written
  if (!isPersonal(written, self) || !ts || !user) return undefined
  const isNamed = text.includes(self.user) && mentionOf(self).test(text)
  const isMentioned = written.type === 'app_mention' || isNamed
  return {
    ref: { place: placeIn(self, channel, thread_ts === ts ? undefined : thread_ts), id: ts },
    event,
    author: nobody(user),
    text: readable(isNamed ? text.replace(mentionOf(self), ' ') : text)
      .replace(/ {2,}/g, ' ')
      .trim(),
    isAddressed: isMentioned || channel.startsWith('D'),
    ...(written.attachments?.some(({ is_share }) => is_share) && { isRelayed: true }),
    at: momentOf((event === 'edited' && written.edited?.ts) || ts),
  }
}

/** The event `message` or `app_mention` as what happened to a person's message; nothing for all else, and for an edit that changed no word. */
export function heardFrom(event: Written, self: Self): Message | undefined {
  const { channel, subtype, message, previous_message: before } = event
  if (!channel) return undefined
  // A deleted message with answers below it stays as a tombstone.
  const gone = subtype === 'message_deleted' ? event.deleted_ts : message?.subtype === 'tombstone' ? message.ts : undefined
  if (gone) return deletionOf({ place: placeIn(self, channel), id: gone })
  if (subtype !== 'message_changed') return messageFrom(event, channel, 'posted', self)
  // A link's preview, a star, a reply count: the text is what it was.
  if (!message || (before ? before.text === message.text : !message.edited)) return undefined
  return messageFrom(message, channel, 'edited', self)
}

export const deletionOf = (ref: MessageRef): Message => ({
  ref,
  event: 'deleted',
  author: nobody(''),
  text: '',
  isAddressed: false,
  at: momentOf(ref.id),
})

/** A press on the bot's bookmark, by whom and on what. */
export const markOf = (author: Person, ref: MessageRef, at: number): Message => ({
  ref,
  event: 'marked',
  author,
  text: '',
  isAddressed: false,
  at,
})

export const nobody = (id: string): Person => ({ id, isBot: false, isAdmin: false, isModerator: false })

/** A typed line as command and arguments: `/fact 2026-11-07`, `/myth german gold`, `/myth settings show`. */
export function typedFrom(name: string, text: string, commands: readonly Command[]): Pick<Invocation, 'command' | 'args' | 'via'> {
  const line = readable(text, 'id').trim()
  const command = name.replace(/^\//, '')
  if (command !== carrier) return { command, args: line, via: 'slash' }
  const [first = 'help', ...rest] = line.split(/\s+/).filter(Boolean)
  const named = commands.find((one) => one.name === first.toLowerCase() && one.via.includes('slash'))
  if (!named) return { command: carrier, args: line, via: 'slash' }
  return { command: named.name, args: rest.join(' '), via: 'slash' }
}

/** A button's command, perhaps with a subcommand ("me optout"), and its arguments. */
export function pressedFrom(action: { action_id?: string; value?: string }): Pick<Invocation, 'command' | 'subcommand' | 'args' | 'via'> {
  const [command = '', subcommand] = (action.action_id?.split('/')[0] ?? '').split(' ')
  return { command, ...(subcommand && { subcommand }), args: Object.fromEntries(new URLSearchParams(action.value)), via: 'button' }
}

/** A message shortcut: which message it points at. Its author is nobody in particular; the text counts as a person's whoever wrote it. */
export function pointedFrom(
  callback: string,
  written: Written,
  channel: string,
  self: Self,
): Pick<Invocation, 'command' | 'args' | 'via' | 'target'> {
  const target: Message = {
    ref: { place: placeIn(self, channel, written.thread_ts === written.ts ? undefined : written.thread_ts), id: written.ts ?? '' },
    event: 'posted',
    author: { ...nobody(written.user ?? ''), isBot: Boolean(written.bot_id) },
    text: readable(written.text ?? ''),
    isAddressed: false,
    at: momentOf(written.ts ?? '0'),
  }
  return { command: callback, args: {}, via: 'menu', target }
}
