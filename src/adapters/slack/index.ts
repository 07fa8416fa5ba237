/**
 * The Slack adapter, on Bolt, with receivers of our own (socket.ts, receiver.ts). Quirks of the platform:
 * - An event is confirmed before it is handled, and may come again with another retry number or none: inbox.ts stores its id first.
 * - One text can come as `message` and as `app_mention`; the core knows it by channel and ts.
 * - A message is its ts; in a thread it also has the parent's. Replies and threads are one thing here: never broadcast.
 * - The library's client would send again when an answer is lost, and hold up every channel for one (connection.ts, queue.ts).
 * - A token refused while the library reconnects ends the process (socket.ts); here it makes this platform red and nothing else.
 * - `message_changed` also tells of previews; with the text unchanged it is no edit (translate.ts).
 * - Only a response_url can answer privately, five times in half an hour; Home has none and answers in a window (answer.ts).
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { webApi } from '@slack/bolt'
import type { Abilities, Adapter, AdapterContext, BotPort, Part } from '../../bot/adapter.ts'
import { PostError } from '../../bot/errors.ts'
import { createAdmins } from './admins.ts'
import { clientOptions, historyScopes, type Patience, scopesOf, patience as usual, waitFor } from './connection.ts'
import type { SlackEnv } from './env.ts'
import { postErrorFrom } from './errors.ts'
import { createInbox } from './inbox.ts'
import { createIntake, type Deliver, type Intake } from './intake.ts'
import { type Posting, removePost, sendPost } from './post.ts'
import { createQueue } from './queue.ts'
import { openReceiver, type Receiver } from './receiver.ts'
import { recover } from './recover.ts'
import { openSocket, type Socket } from './socket.ts'

export const abilities: Abilities = {
  privateReplies: true,
  buttons: true,
  threads: true,
  reactions: true,
  suggestions: false,
  dropsDoublesFor: 0,
  // By the key in a message's metadata; without a scope for the channel's history a look fails as unknown.
  findsOwnPosts: true,
}

const withoutHistory = `accepted; auto-replies off: history scope missing (${historyScopes.join(' or ')})`
/** How long stop waits for work under way, in milliseconds. */
const stopWithin = 9000

type Context = AdapterContext<SlackEnv>
type Run = { bot: BotPort; signal: AbortSignal }

export function createAdapter(context: Context, patience: Patience = usual): Adapter {
  const { env, log, now, store, commands } = context
  const token = env.SLACK_BOT_TOKEN ?? ''
  const options = clientOptions(env, log, patience)
  const client = new webApi.WebClient(token, { ...options })
  const posting: Posting = { client, queue: createQueue(patience.spacing), now }
  const inbox = createInbox(store, log, now)
  const live = { ...abilities }
  const credential: Part = { name: 'token', isReady: false, detail: 'not started' }
  const transport: Part = { name: env.SLACK_APP_TOKEN ? 'socket' : 'http', isReady: false, detail: 'not started' }
  const parts = [credential, transport]
  const underWay = new Set<Promise<unknown>>()
  /** Tokens that Slack does not take, by name: each is told once, until it takes them again. */
  const refused = new Set<string>()
  let starting = new AbortController()
  let isOver = true
  let run: Run | undefined
  let intake: Deliver | undefined
  let open: (Socket | Receiver)[] = []

  const track = <T>(work: Promise<T>): Promise<T> => {
    const tracked = work.finally(() => underWay.delete(tracked)).catch(() => {})
    underWay.add(tracked)
    return work
  }
  /** This platform is red, the others go on: no exit code. */
  const failed = (name: string) => (failure: PostError) => {
    log.warn('slack-connect-failed', { name, cause: failure.code })
    if (failure.failure !== 'dead-credential' || refused.has(name)) return
    refused.add(name)
    context.down(`Slack refused ${name} (${failure.code}). Install the app again, or copy the token anew from its settings page.`)
  }
  const botTokenFailed = (failure: PostError) => {
    Object.assign(credential, { isReady: false, detail: `not accepted (${failure.code}); trying again` })
    failed('SLACK_BOT_TOKEN')(failure)
  }
  /** The token was good and is no more: revoked, or the app was taken away. It is asked about now and then. */
  const refuse = (failure: PostError) => {
    if (!credential.isReady) return
    botTokenFailed(failure)
    if (run) insist(run, failure).catch(() => log.error('slack-retry-failed'))
  }
  /** Any call may be the first to tell that the token is no more. */
  const noticed = (error: unknown): PostError => {
    const failure = postErrorFrom(error)
    if (failure.failure === 'dead-credential') refuse(failure)
    return failure
  }
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isOver) throw new PostError('too-fast', 'slack-stopped')
    if (refused.has('SLACK_BOT_TOKEN')) throw new PostError('dead-credential', 'slack-refused')
    try {
      return await track(work())
    } catch (error) {
      throw noticed(error)
    }
  }
  const post: Adapter['post'] = (wanted) => guarded(() => sendPost(posting, wanted))
  const remove: Adapter['remove'] = (ref) => guarded(() => removePost(posting, ref))

  const deliver: Deliver = async (delivery) => {
    if (!intake || starting.signal.aborted) return
    transport.lastEventAt = now()
    await track(intake(delivery))
  }
  /** Asks who we are; with an answer, everything that needs it begins. Resolves with what went wrong. */
  const identify = async ({ bot, signal }: Run): Promise<PostError | undefined> => {
    try {
      const who = await client.auth.test()
      if (signal.aborted) return undefined
      const self = { team: who.team_id ?? '', user: who.user_id ?? '', bot: who.bot_id ?? '' }
      const scopes = scopesOf(who)
      live.findsOwnPosts = !scopes || historyScopes.some((scope) => scopes.includes(scope))
      Object.assign(credential, { isReady: true, detail: live.findsOwnPosts ? 'accepted' : withoutHistory })
      refused.delete('SLACK_BOT_TOKEN')
      await store.stay({ platform: 'slack', server: self.team }).catch(() => log.warn('slack-stay-failed'))
      const admins = createAdmins(client, self.team, now, (error) => log.warn('slack-rights-unknown', { cause: noticed(error).code }))
      const parts = { bot, self, token, options, inbox, admins, store, commands, log, post, remove, failed: noticed }
      const receiving: Intake = { ...posting, ...parts }
      intake ??= createIntake(receiving)
      track(recover(receiving, signal, patience.halfDone)).catch(() => {})
    } catch (error) {
      if (signal.aborted) return undefined
      const failure = postErrorFrom(error)
      botTokenFailed(failure)
      return failure
    }
  }
  const insist = async (current: Run, first: PostError | undefined): Promise<void> => {
    let failure = first
    for (let row = 0; failure && !current.signal.aborted; row += 1) {
      await sleep(waitFor(failure, row, patience), undefined, { ref: false, signal: current.signal }).catch(() => {})
      failure = current.signal.aborted ? undefined : await identify(current)
    }
  }
  const connect = async (signal: AbortSignal): Promise<void> => {
    if (!env.SLACK_APP_TOKEN || signal.aborted) return
    const events = { failed: failed('SLACK_APP_TOKEN'), connected: () => void refused.delete('SLACK_APP_TOKEN') }
    const socket = await openSocket({ appToken: env.SLACK_APP_TOKEN, client: options, deliver, part: transport, patience, ...events })
    if (signal.aborted) await socket.stop()
    else open.push(socket)
  }

  return {
    platform: 'slack',
    abilities: live,
    parts,
    async start(bot) {
      starting = new AbortController()
      const { signal } = starting
      run = { bot, signal }
      isOver = false
      intake = undefined
      open = []
      const isReady = () => intake !== undefined && !signal.aborted
      if (!env.SLACK_APP_TOKEN) {
        const [port, secret] = [env.SLACK_PORT ?? 0, env.SLACK_SIGNING_SECRET ?? '']
        open.push(await openReceiver({ port, secret, deliver, isReady, now, part: transport }))
      }
      const failure = await identify(run)
      if (!failure) return connect(signal)
      insist(run, failure)
        .then(() => connect(signal))
        .catch(() => log.error('slack-retry-failed'))
    },
    post,
    remove,
    async stop() {
      // Events are no longer taken in; what they began may still post.
      starting.abort()
      await Promise.all(open.map((one) => one.stop()))
      await Promise.race([Promise.all(underWay), sleep(stopWithin, undefined, { ref: false })])
      isOver = true
      for (const part of parts) Object.assign(part, { isReady: false, detail: 'stopped' })
    },
  }
}
