/**
 * The port to memory, in verbs of this domain. In: nothing. Out: type Store and its records.
 * No record holds message text: ids, counts and the packs' own words only. Times are milliseconds since 1970.
 * Every verb throws StoreError when memory does not answer.
 */
import type { PostMode } from './adapter.ts'
import type { MessageRef, Place } from './message.ts'
import type { Settings } from './settings.ts'

export type Server = { platform: string; server: string }

/** Who changed what, kept for the audit: `path` such as "channels.C1.replies.mode". */
export type SettingsChange = { at: number; by: string; path: string; before: string; after: string }

/** What "why" shows of one public reply, or of one that only a moderator may post; everything in it is the pack's or the platform's, nothing the member wrote. */
export type ReplyRecord = {
  /** Short, fits a button: at most 25 characters. Also the key of the post. */
  id: string
  place: Place
  trigger: string
  /** The bot's message; absent while the post is under way, or a moderator has not decided. */
  message?: string
  mode: PostMode
  rebuttal: string
  /** Pseudonym of the trigger's author (Store.pseudonym), to let the author take the reply back. */
  author: string
  stance: string
  score: number
  bar: number
  /** Kinds of evidence with the pack's wording that matched and the offsets in the message. */
  evidence: { kind: string; wording: string; score: number; start: number; end: number }[]
  level: string
  enabledBy?: string
  at: number
  removedAt?: number
}

export type DailyState = 'claimed' | 'sending' | 'posted' | 'missed' | 'skipped' | 'unknown' | 'failed'

/** One scheduled post of one channel: `date` is the *scheduled* local date, the key for ever. */
export type DailyRun = {
  place: Place
  date: string
  /** "daily", or the id of an extra post an admin asked for. */
  slot: string
  state: DailyState
  fact: string
  /** Round of the pool in which the fact was shown: no fact twice in one round. */
  round: number
  owner: string
  leaseUntil: number
  tries: number
  message?: string
  at: number
}

export type Suggestion = {
  id: string
  place: Place
  trigger: string
  author: string
  rebuttal: string
  stance: string
  score: number
  reason: string
  at: number
  resolved?: { by: string; action: string; at: number }
}

export type Vote = 'wrong' | 'helpful'

/** A slot to reserve; with `of`, any free one of so many alike: `slot|0`, `slot|1`, … */
export type Wanted = { slot: string; of?: number; until: number }

/** An event accepted for later work (platforms that confirm before handling): ids only, the text is asked for again; `author` is a pseudonym. */
export type AcceptedEvent = { id: string; platform: string; kind: string; ref: MessageRef; author: string; at: number }

/**
 * `kept` resolves when the event survives the end of this process, and may be confirmed; `isNew`, perhaps a little later, with false when
 * the same id was accepted within the last two days, finished or not. Both reject when it was not kept: the platform must bring it again.
 */
export type Acceptance = { kept: Promise<void>; isNew: Promise<boolean> }

/** What a platform gave for one server, sealed by its adapter under the operator's key; `at`: when it was given. */
export type Credential = { server: string; sealed: string; at: number }

export type Store = {
  /** Several instances may be at work on this memory; otherwise what was left half done was left by the dead. */
  isShared: boolean
  settings(server: Server): Promise<Settings>
  /**
   * Channels whose replies are not off, from memory: exact for what this instance saved, half a second old at most for what another one
   * did; at once when they were asked for just before. A first glance that saves work, never a reason to speak: ask `settings` for that.
   */
  listening(server: Server): ReadonlySet<string> | Promise<ReadonlySet<string>>
  /**
   * Writes the settings and their audit lines in one transaction. With `expected`, only while what is stored is still that:
   * false (and nothing written) when somebody else saved in between, so that no acknowledged change is ever overwritten.
   */
  saveSettings(server: Server, settings: Settings, changes: readonly SettingsChange[], expected?: Settings): Promise<boolean>
  /** Newest first. */
  settingsHistory(server: Server, limit: number): Promise<SettingsChange[]>
  /** Every server with stored settings that the bot has not left, for the minute tick. */
  servers(): Promise<Server[]>

  /**
   * One unique insert: true for the first caller, false for all others until `until`.
   * Serves duplicate deliveries, cooldown, budget and notices; safe across instances.
   */
  reserve(slot: string, now: number, until: number): Promise<boolean>
  /**
   * One of each of these (no two alike), or none: their names, or undefined when one of them has nothing free. One insert for all of them, so
   * that a limit ("twenty in ten minutes") costs what a single slot costs. `lasting` ones are as safe as `reserve`; `brief` ones survive the
   * end of this process but not a power cut, for what is over when the machine is back.
   */
  reserveAll(wanted: readonly Wanted[], now: number, how?: 'lasting' | 'brief'): Promise<string[] | undefined>
  /** Gives a reservation back after a post that certainly did not appear. */
  release(slot: string): Promise<void>
  isReserved(slot: string, now: number): Promise<boolean>
  /** How many of a slot's numbers below `of` are taken. */
  countReserved(slot: string, of: number, now: number): Promise<number>

  /** Called again after the post, it adds the message; a removal that came in between stays (ask `reply(id)` for `removedAt`). `how` as in reserveAll. */
  record(reply: ReplyRecord, how?: 'lasting' | 'brief'): Promise<void>
  reply(id: string): Promise<ReplyRecord | undefined>
  /** Replies to a trigger (message id in its place) that were not removed. */
  repliesTo(trigger: MessageRef): Promise<ReplyRecord[]>
  /** True for the caller that removed it, false when it was removed already. */
  markRemoved(id: string, at: number): Promise<boolean>

  /**
   * Takes the run for `owner` until `leaseUntil`: a new row, or one whose lease has ended and whose state is open. Of a row taken over,
   * fact, round, state, tries and `at` are what they were: resolves with the row, not with the wish.
   */
  claimDaily(run: DailyRun, now: number): Promise<DailyRun | undefined>
  /** Moves an open run that `owner` holds to another state; false when another took it over, or it was closed already. */
  updateDaily(run: DailyRun): Promise<boolean>
  dailyRun(place: Place, slot: string, date: string): Promise<DailyRun | undefined>
  /** Newest first. */
  dailyHistory(place: Place, limit: number): Promise<DailyRun[]>
  /** Facts of a place's highest round, shown or about to be, oldest first: for "no repeat until exhausted". */
  factsShown(place: Place): Promise<{ fact: string; round: number; date: string }[]>
  /** Runs in state claimed or sending whose lease has ended, on any server. */
  openDailyRuns(now: number): Promise<DailyRun[]>

  /**
   * A keyed one-way pseudonym: the same member gives the same value in this installation, nobody can go back.
   * Wherever a record or verb takes a member (`author`, `person`, a moderator's `by`), it takes this, and throws TypeError for a raw id.
   */
  pseudonym(platform: string, person: string): string
  optOut(person: string, at: number): Promise<void>
  optIn(person: string): Promise<void>
  hasOptedOut(person: string): Promise<boolean>
  /** One vote per person and reply: false when this person had voted already. */
  vote(reply: string, person: string, vote: Vote, at: number): Promise<boolean>
  votes(server: Server, rebuttal: string, since: number): Promise<{ wrong: number; helpful: number; replies: number }>
  /** All rows kept on a member: by pseudonym, and by raw id where an admin's act is on record. */
  personData(platform: string, person: string): Promise<{ table: string; row: Record<string, string | number | null> }[]>
  /**
   * Erases them: votes, suggestions and events go; a reply stays so that it can still be taken back, without its author; an audit line,
   * a setting's `by` and a reply's `enabledBy` keep their fact and lose their person. One row stays: who had opted out stays opted out,
   * by the one-way pseudonym alone (opt in first to erase that too). Returns how many rows changed.
   */
  forget(platform: string, person: string): Promise<number>

  suggest(suggestion: Suggestion): Promise<void>
  /** Those that wait, newest first. */
  suggestions(server: Server, limit: number): Promise<Suggestion[]>
  suggestion(id: string): Promise<Suggestion | undefined>
  /** True for the one moderator who acted first. */
  resolveSuggestion(id: string, by: string, action: string, at: number): Promise<boolean>

  /** Written within a second, and before the store closes; a crash may lose that second's counts and nothing else, a power cut a few more. */
  count(server: Server, day: string, name: string, by?: number): Promise<void>
  counts(server: Server, sinceDay: string): Promise<Record<string, number>>

  /** Throws TypeError for an author that is no pseudonym, an id that is no text, a moment that is no whole number. */
  acceptEvent(event: AcceptedEvent): Acceptance
  /** Accepted and not finished, oldest first. */
  pendingEvents(platform: string): Promise<AcceptedEvent[]>
  finishEvent(id: string): Promise<void>

  /** Small facts about the installation itself (such as the hash of the registered commands). */
  recall(key: string): Promise<string | undefined>
  remember(key: string, value: string | undefined): Promise<void>

  /** Of all servers of a platform, by their ids. */
  credentials(platform: string): Promise<Credential[]>
  credential(server: Server): Promise<Credential | undefined>
  /**
   * Keeps what was given last. With `expected`, only while the sealed text on record is still that: false (and nothing written) when another
   * one came, or it was dropped. Throws TypeError for a text that is not sealed: a token in plain must not reach the database by mistake.
   */
  keepCredential(server: Server, credential: Omit<Credential, 'server'>, expected?: string): Promise<boolean>
  /** True when one was there that was given at `upTo` or before, and is erased now. */
  dropCredential(server: Server, upTo: number): Promise<boolean>

  /** A server is gone: its rows go when `at` has passed (the earliest one asked for); `stay` calls that off. */
  leave(server: Server, at: number): Promise<void>
  stay(server: Server): Promise<void>
  /** Deletes what is older than its time (docs/data.md): reservations, replies after 30 days, events after two, left servers, … */
  sweep(now: number): Promise<void>

  /** Throws when the store can't answer; for health and doctor. */
  check(): Promise<void>
  close(): Promise<void>
}
