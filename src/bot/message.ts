/**
 * What every platform is translated into before the core sees it. In: nothing. Out: the types Message, Place, Person, MessageRef.
 * A Message arrives complete: the core never calls back for more.
 */

/** Where something is said. Ids are the platform's own, opaque to the core. */
export type Place = {
  platform: string
  /** Discord guild, Slack workspace; for a direct message "dm", or "dm/" and the workspace where the bot is in several. */
  server: string
  channel: string
  thread?: string
}

export type Person = {
  id: string
  isBot: boolean
  /** May change settings on this server. */
  isAdmin: boolean
  /** May remove other people's messages in this channel. */
  isModerator: boolean
}

export type MessageRef = { place: Place; id: string }

export type Message = {
  ref: MessageRef
  /** `marked`: somebody pressed the bot's mark (mode react) on it; `author` is who pressed. */
  event: 'posted' | 'edited' | 'deleted' | 'marked'
  author: Person
  /** As typed, without parts that are not the author's words (embeds, forwards, attachments). Empty when deleted or not readable. */
  text: string
  /** The bot was mentioned, or this is a direct message to it. */
  isAddressed: boolean
  /** A forward, a system line, a webhook: never evaluated. */
  isRelayed?: boolean
  /** It was taken in before by a process that died, perhaps half-way: what was begun for it is looked for, then finished. */
  isAgain?: boolean
  /** It was taken in before by a process that died. Memory may have lost in a power cut that it was answered: a post looks first. */
  isLeftBehind?: boolean
  /** When the author wrote it, in milliseconds since 1970 by the platform's clock; for an edit, when it was edited. */
  at: number
}

/** One key for a place: used in reservations, settings and statistics. A thread shares its channel's settings. */
export const channelKey = (place: Place): string => `${place.platform}/${place.server}/${place.channel}`
export const messageKey = (ref: MessageRef): string => `${channelKey(ref.place)}/${ref.id}`
