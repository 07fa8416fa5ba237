/**
 * What the adapter contract needs of a platform: an adapter at work on a fake of its platform, people who act there, and eyes.
 * In: nothing. Out: the type Harness, and a bot port that keeps what it hears. A platform implements makeHarness once.
 */
import type { Adapter, BotPort, Suggestion } from '../../src/bot/adapter.ts'
import type { Card, Reply } from '../../src/bot/card.ts'
import type { Invocation } from '../../src/bot/command.ts'
import type { Message, Place } from '../../src/bot/message.ts'

/** A message or answer as people see it on the fake platform. */
export type Visible = {
  id: string
  /** All texts of it in reading order, escaped as the platform wants it. */
  text: string
  /** Labels of the buttons, in order. */
  buttons: string[]
  /** Only the asker sees it. */
  isPrivate: boolean
  /** How it appears; an answer to a command is `answer`. */
  as: 'reply' | 'thread' | 'channel' | 'answer'
  /** How many people it would notify by a mention of a member, a role or everybody. A correct adapter: 0. */
  pings: number
}

export type Speaker = 'member' | 'self' | 'other-bot' | 'webhook' | 'forward' | 'system'
export type Failure = 'gone' | 'forbidden' | 'too-fast' | 'lost'

/** What a platform has by its nature: who can speak there, whether there are direct messages, how its posts can fail. */
export type Nature = { speakers: readonly Exclude<Speaker, 'member'>[]; directMessages: boolean; failures: readonly Failure[] }
/** A chat service on the net has it all. */
export const wholeNature: Nature = {
  speakers: ['self', 'other-bot', 'webhook', 'forward', 'system'],
  directMessages: true,
  failures: ['gone', 'forbidden', 'too-fast', 'lost'],
}

export type Harness = {
  adapter: Adapter
  bot: KeepingBot
  /** The place where people speak. */
  place: Place
  /** Somebody writes; resolves with the message's id when the event was sent. `to`: with a mention of the bot, or as a direct message to it. */
  say(text: string, how?: { by?: Speaker; to?: 'mention' | 'dm' }): Promise<string>
  edit(id: string, text: string): Promise<void>
  erase(id: string): Promise<void>
  /** A member runs a command by its slash form; resolves when the adapter's last word on it was seen. */
  command(name: string, args: Record<string, string>): Promise<{ acknowledgedAfter: number; answers: Visible[] }>
  /** A member presses a button of a message, by its label. */
  press(on: Visible, label: string): Promise<{ answers: Visible[] }>
  /** Offers while a member types; only where `abilities.suggestions`. */
  suggest?(command: string, argument: string, text: string): Promise<Suggestion[]>
  /** What everybody sees of the bot now: its messages, oldest first. */
  shown(): Visible[]
  /** How mode reply appears where a platform has no replies beside threads; none: as a reply. */
  repliesAs?: Visible['as']
  /** Reactions of the bot on a message. */
  reactionsOn(id: string): number
  /** The next post fails like this; `lost`: the platform takes it and the answer never arrives. */
  fail(how: Failure): void
  /** What the fake refused or found wrong in what the adapter sent: limits, missing fields. A correct adapter: none. */
  violations(): string[]
  /** Stops adapter and fake. */
  close(): Promise<void>
}

/** The bot's side of the port, with answers set by the test. */
export type KeepingBot = BotPort & {
  heard: Message[]
  ran: Invocation[]
  typed: Parameters<BotPort['suggest']>[0][]
  leftServers: Pick<Place, 'platform' | 'server'>[]
  /** Answers of `run`, `suggest` and `hear`; replaceable. */
  answer(invocation: Invocation): Promise<Reply> | Reply
  offers(): Suggestion[]
  listen(message: Message): Promise<void> | void
}

export function keepingBot(): KeepingBot {
  const bot: KeepingBot = {
    heard: [],
    ran: [],
    typed: [],
    leftServers: [],
    answer: () => ({ card: plain(), to: 'asker' }),
    offers: () => [],
    listen: () => {},
    async run(invocation) {
      bot.ran.push(invocation)
      return bot.answer(invocation)
    },
    async suggest(request) {
      bot.typed.push(request)
      return bot.offers()
    },
    async hear(message) {
      bot.heard.push(message)
      await bot.listen(message)
    },
    async left(server) {
      bot.leftServers.push(server)
    },
  }
  return bot
}

export const plain = (more: Partial<Card> = {}): Card => ({ title: 'A title', lead: 'A lead.', ...more })

/** Waits until `look` finds something; throws with `what` when it does not within `within` milliseconds. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  within = 5000,
): Promise<T> {
  const end = performance.now() + within
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > end) throw new Error(`waited ${within} ms in vain for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
