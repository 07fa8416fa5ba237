/**
 * One workspace: its client and queues, who the bot is there, and whether Slack takes its token. In: a token. Out: deliveries handled, posts
 * sent, and word of a token that Slack takes no longer. Nothing of it is shared with another workspace but the store.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { webApi } from '@slack/bolt'
import type { Adapter, AdapterContext, BotPort, Part } from '../../bot/adapter.ts'
import { PostError } from '../../bot/errors.ts'
import { createAdmins } from './admins.ts'
import { type clientOptions, type Patience, scopesOf, waitFor } from './connection.ts'
import type { SlackEnv } from './env.ts'
import { postErrorFrom } from './errors.ts'
import type { Inbox } from './inbox.ts'
import { createIntake, type Deliver, type Intake } from './intake.ts'
import { type Posting, removePost, sendPost } from './post.ts'
import type { Queue } from './queue.ts'
import { recover } from './recover.ts'
import type { Self } from './translate.ts'

/** From a start of the adapter to its stop. */
export type Run = { bot: BotPort; signal: AbortSignal }

/** What all workspaces of an adapter have in common. */
export type Common = {
  context: AdapterContext<SlackEnv>
  options: ReturnType<typeof clientOptions>
  patience: Patience
  inbox: Inbox
  /** Notes work under way, which a stop waits for. */
  track<T>(work: Promise<T>): Promise<T>
  /** Stopped: nothing is sent any more. */
  isOver(): boolean
}

/** What is to be done with one workspace. */
export type Work<T> = (workspace: Workspace) => Promise<T>

/** The workspaces of an adapter: the one of its token, or those where the app is installed. */
export type Workspaces = {
  /** For health page and doctor: whether Slack takes the tokens. */
  part: Part
  /** Whether deliveries can be taken in. */
  isReady(): boolean
  /** Resolves after the first try; `later`: when a further one has succeeded. */
  start(run: Run): Promise<{ later?: Promise<void> }>
  /** Confirms a delivery and has it handled where it belongs; not confirmed, Slack brings it again. */
  deliver: Deliver
  /** Does it with the workspace of a place's server. Throws PostError when there is none. */
  at<T>(server: string, work: Work<T>): Promise<T>
  end(): void
}

type Given = {
  token: string
  queue: Queue
  /** Who the bot is there, if that is known without asking Slack. */
  known?: Self
  /** Whose direct messages these are: "dm", or a name with the workspace's id where there are several. */
  direct(team: string): string
  /** Taken away, or given another token, while Slack was asked: its answer is then about what is no more. */
  isOver?(): boolean
  /** Slack takes the token; `scopes`: those it has, when Slack tells. */
  accepted(scopes: readonly string[] | undefined): void
  /** Slack can't be asked, or does not take the token: each time. */
  failed(failure: PostError): void
  /** A token that was taken is taken no more: once, until it is again. */
  refused(failure: PostError): void
  /** Slack says that the app was taken away there, at that moment (milliseconds since 1970). None: its token is then no more. */
  left?: Intake['left']
}

export type Workspace = Pick<Adapter, 'post' | 'remove'> & {
  /** Whether it is known who the bot is there: before that, nothing can be delivered. */
  isKnown(): boolean
  deliver: Deliver
  /** Asks who we are; with an answer, everything that needs it begins. Resolves with what went wrong. */
  identify(): Promise<PostError | undefined>
  /** Whether Slack takes the token; changes nothing. */
  ask(): Promise<PostError | undefined>
}

export function createWorkspace(common: Common, { bot, signal }: Run, given: Given): Workspace {
  const { context, options, patience, inbox, track } = common
  const { log, store, commands, now } = context
  const { token, known, accepted, failed, refused } = given
  const client = new webApi.WebClient(token, { ...options })
  const posting: Posting = { client, queue: given.queue, now }
  /** Slack has taken the token, as far as we know. */
  let isTaken = known !== undefined
  let isRefused = false
  let receiving: Intake | undefined
  let intake: Deliver | undefined

  /** Any call may be the first to tell that the token is no more. */
  const noticed = (error: unknown): PostError => {
    const failure = postErrorFrom(error)
    if (failure.failure === 'dead-credential' && isTaken) {
      isTaken = false
      isRefused = true
      failed(failure)
      refused(failure)
    }
    return failure
  }
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (common.isOver()) throw new PostError('too-fast', 'slack-stopped')
    if (isRefused) throw new PostError('dead-credential', 'slack-refused')
    try {
      return await track(work())
    } catch (error) {
      throw noticed(error)
    }
  }
  const post: Workspace['post'] = (wanted) => guarded(() => sendPost(posting, wanted))
  const remove: Workspace['remove'] = (ref) => guarded(() => removePost(posting, ref))

  const become = (self: Self): Intake => {
    if (receiving) return receiving
    const admins = createAdmins(client, self.team, now, (error) => log.warn('slack-rights-unknown', { cause: noticed(error).code }))
    const left = async () => {
      noticed(new PostError('dead-credential', 'slack-uninstalled'))
      await bot.left({ platform: 'slack', server: self.team })
    }
    const parts = {
      bot,
      self,
      token,
      options,
      inbox,
      admins,
      store,
      commands,
      log,
      post,
      remove,
      failed: noticed,
      left: given.left ?? left,
    }
    receiving = { ...posting, ...parts }
    return receiving
  }
  if (known) become(known)

  const identify = async (): Promise<PostError | undefined> => {
    try {
      const who = await client.auth.test()
      if (signal.aborted || given.isOver?.()) return undefined
      const team = who.team_id ?? ''
      const direct = given.direct(team)
      isTaken = true
      isRefused = false
      accepted(scopesOf(who))
      for (const server of new Set([team, ...(direct === 'dm' ? [] : [direct])]))
        await store.stay({ platform: 'slack', server }).catch(() => log.warn('slack-stay-failed'))
      const here = become({ team, direct, user: who.user_id ?? '', bot: who.bot_id ?? '' })
      if (!known) intake ??= createIntake(here)
      track(recover(here, signal, patience.halfDone)).catch(() => {})
      return undefined
    } catch (error) {
      if (signal.aborted) return undefined
      const failure = postErrorFrom(error)
      isTaken = false
      isRefused ||= failure.failure === 'dead-credential'
      failed(failure)
      return failure
    }
  }
  return {
    isKnown: () => receiving !== undefined,
    deliver(delivery) {
      if (!receiving) return Promise.resolve()
      // Of many workspaces most are silent: their listeners are made for their first event.
      intake ??= createIntake(receiving)
      return intake(delivery)
    },
    post,
    remove,
    identify,
    ask: () =>
      client.auth.test().then(
        () => undefined,
        (error: unknown) => postErrorFrom(error),
      ),
  }
}

/** Goes on trying until `again` resolves with no failure, or the run is over. */
export async function insist(
  again: () => Promise<PostError | undefined>,
  first: PostError | undefined,
  signal: AbortSignal,
  patience: Patience,
): Promise<void> {
  let failure = first
  for (let row = 0; failure && !signal.aborted; row += 1) {
    await sleep(waitFor(failure, row, patience), undefined, { ref: false, signal }).catch(() => {})
    failure = signal.aborted ? undefined : await again()
  }
}
