/**
 * The port to a platform. In: what a platform can do, as data. Out: types Adapter, Abilities, Post and what the core offers back.
 * Four methods, no fifth: what a platform knows comes in complete, only `post` and `remove` go out.
 */
import type * as z from 'zod'
import type { Card, Reply } from './card.ts'
import type { Command, Invocation } from './command.ts'
import type { Log } from './log.ts'
import type { Message, MessageRef, Person, Place } from './message.ts'
import type { Credential, Store } from './store.ts'

/** What a platform can do. The core degrades by these flags and never asks for a platform's name. */
export type Abilities = {
  privateReplies: boolean
  buttons: boolean
  threads: boolean
  reactions: boolean
  suggestions: boolean
  /** A second post with the same key within this many milliseconds is dropped by the platform itself; 0: never. */
  dropsDoublesFor: number
  /** `post` with `again` can look whether an earlier try of the same key has appeared. */
  findsOwnPosts: boolean
}

/** How an unasked message appears: as a reply, in a thread on the trigger, as one reaction, or as a message of its own. */
export type PostMode = 'reply' | 'thread' | 'react' | 'channel'

export type Post = {
  place: Place
  mode: PostMode
  /** The trigger; needed for all modes but `channel`. */
  to?: MessageRef
  card: Card
  /** Stable and unique per intended message, at most 25 characters: a nonce where the platform drops doubles. */
  key: string
  /** An earlier try may have appeared: look first where the platform can, else throw PostError('unknown'). */
  again?: boolean
}

/** One part of a platform's connection, for health pages and the doctor. Live data: the adapter keeps it current. */
export type Part = { name: string; isReady: boolean; detail: string; lastEventAt?: number }

export type Adapter = {
  platform: string
  abilities: Abilities
  /** Kept current by the adapter; read by health page and doctor. */
  parts: readonly Part[]
  /** Connects and hands events to the bot. Resolves when events can arrive. */
  start(bot: BotPort): Promise<void>
  /** Sends one message; resolves with its reference. Throws PostError; never retries an unknown outcome by itself. */
  post(post: Post): Promise<MessageRef>
  /** Takes an own message (or reaction) away; one that is gone already is no error. Throws PostError. */
  remove(ref: MessageRef): Promise<void>
  /** Stops intake, waits for work under way (at most ten seconds), disconnects. */
  stop(): Promise<void>
}

/** One offer while a person types: `value` is what the argument becomes when it is chosen. */
export type Suggestion = { label: string; value: string }

/** The bot's side of the port: what adapters may call. */
export type BotPort = {
  /** Answers a command. Never throws: an error becomes a card for the asker. */
  run(invocation: Invocation): Promise<Reply>
  /** Offers for an argument while it is typed; at most 25. Never throws. */
  suggest(request: {
    command: string
    subcommand?: string
    argument: string
    text: string
    place: Place
    asker: Person
  }): Promise<Suggestion[]>
  /** Takes in a message, its edit or its deletion; decides, and posts if it should. Never throws. Nothing: it is done with already. */
  hear(message: Message): Promise<void> | undefined
  /** The bot was removed from a server for good, or a member or channel is gone: data goes after its grace time. */
  left(server: Pick<Place, 'platform' | 'server'>): Promise<void>
}

/** What an adapter gets to live on, apart from the bot itself. */
export type AdapterContext<Env = Record<string, unknown>> = {
  env: Env
  log: Log
  store: Store
  commands: readonly Command[]
  now(): number
  /** Ends the whole process in order (e.g. exit 78 for a switch only a person can flip), or reports that this platform alone is down. */
  down(reason: string, exitCode?: number): void
}

/**
 * The cheap front of an adapter (env.ts in its folder): importing it loads no platform library.
 * `missing` says in one line why it does not start with this environment, or nothing when it does.
 */
export type AdapterFront<S extends z.ZodObject = z.ZodObject> = {
  platform: string
  /** Needs no token and starts when no other platform does: nothing an operator has to configure. */
  isFallback?: true
  env: S
  missing(env: z.output<S>): string | undefined
  /** What the doctor says of a complete configuration: the mode of connection, and what is switched off by it. */
  hints?(env: z.output<S>): string[]
  /**
   * Asks the platform itself what the configuration is worth, for the doctor; it changes nothing. `credentials`: those of its servers, from
   * the store. Throws UserError for what must be mended.
   */
  probe?(env: z.output<S>, credentials: () => Promise<readonly Credential[]>): Promise<string[]>
  /** Packages that only this platform uses, such as "@slack/": an error that nobody caught and that comes from one is this platform's. */
  libraries?: readonly string[]
  load(): Promise<{ createAdapter(context: AdapterContext<z.output<S>>): Adapter }>
}

/** A front with its environment's type kept. */
export const defineAdapter = <S extends z.ZodObject>(front: AdapterFront<S>): AdapterFront => front as unknown as AdapterFront
