/**
 * The Slack adapter, on Bolt, with receivers of our own (socket.ts, receiver.ts). Quirks of the platform:
 * - An event is confirmed before it is handled, and may come again with another retry number or none: inbox.ts stores its id first.
 * - One text can come as `message` and as `app_mention`; the core knows it by channel and ts.
 * - A message is its ts; in a thread it also has the parent's. Replies and threads are one thing here: never broadcast.
 * - The library's client would send again when an answer is lost, and hold up every channel for one (connection.ts, queue.ts).
 * - A token refused while the library reconnects ends the process (socket.ts); here it makes this platform red and nothing else.
 * - `message_changed` also tells of previews; with the text unchanged it is no edit (translate.ts).
 * - Only a response_url can answer privately, five times in half an hour; Home has none and answers in a window (answer.ts).
 * - A token is one workspace's (one.ts); where the app is installed by OAuth, each has its own (several.ts, install.ts).
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Abilities, Adapter, AdapterContext, Part } from '../../bot/adapter.ts'
import { PostError } from '../../bot/errors.ts'
import { clientOptions, type Patience, patience as usual } from './connection.ts'
import type { SlackEnv } from './env.ts'
import { createInbox } from './inbox.ts'
import { createInstaller } from './install.ts'
import type { Deliver } from './intake.ts'
import { oneWorkspace } from './one.ts'
import { openReceiver, type Receiver } from './receiver.ts'
import { severalWorkspaces } from './several.ts'
import { openSocket, type Socket } from './socket.ts'
import type { Common, Work } from './workspace.ts'

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

/** How long stop waits for work under way, in milliseconds. */
const stopWithin = 9000

type Context = AdapterContext<SlackEnv>

export function createAdapter(context: Context, patience: Patience = usual): Adapter {
  const { env, log, now, store } = context
  const options = clientOptions(env, log, patience)
  const live = { ...abilities }
  const transport: Part = { name: env.SLACK_APP_TOKEN ? 'socket' : 'http', isReady: false, detail: 'not started' }
  const underWay = new Set<Promise<unknown>>()
  /** Tokens that Slack does not take, by name: each is told once, until it takes them again. */
  const refused = new Set<string>()
  let starting = new AbortController()
  let isOver = true
  let open: (Socket | Receiver)[] = []

  const track = <T>(work: Promise<T>): Promise<T> => {
    const over = () => void underWay.delete(tracked)
    const tracked = work.then(over, over)
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
  const common: Common = { context, options, patience, inbox: createInbox(store, log, now), track, isOver: () => isOver }
  const several = env.SLACK_CLIENT_ID === undefined ? undefined : severalWorkspaces(common)
  const tokenTold = (failure?: PostError) => (failure ? failed('SLACK_BOT_TOKEN')(failure) : void refused.delete('SLACK_BOT_TOKEN'))
  const workspaces = several ?? oneWorkspace(common, live, tokenTold)
  const parts = [workspaces.part, transport]

  // No `async` on the way of an event: a function that waits holds what it was given, the whole body, until the bot is done with it.
  const deliver: Deliver = (delivery) => {
    if (!workspaces.isReady() || starting.signal.aborted) return Promise.resolve()
    transport.lastEventAt = now()
    return track(workspaces.deliver(delivery))
  }
  const sending = <T>(server: string, work: Work<T>): Promise<T> => {
    if (isOver) return Promise.reject(new PostError('too-fast', 'slack-stopped'))
    return track(workspaces.at(server, work))
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
      isOver = false
      open = []
      const isReady = () => workspaces.isReady() && !signal.aborted
      if (!env.SLACK_APP_TOKEN) {
        const [port, secret] = [env.SLACK_PORT ?? 0, env.SLACK_SIGNING_SECRET ?? '']
        const pages = several && createInstaller(context, options, several.installed)
        open.push(await openReceiver({ port, secret, deliver, isReady, now, part: transport, ...(pages && { pages }) }))
      }
      const { later } = await workspaces.start({ bot, signal })
      if (!later) return connect(signal)
      later.then(() => connect(signal)).catch(() => log.error('slack-retry-failed'))
    },
    post: (wanted) => sending(wanted.place.server, (workspace) => workspace.post(wanted)),
    remove: (ref) => sending(ref.place.server, (workspace) => workspace.remove(ref)),
    async stop() {
      // Events are no longer taken in; what they began may still post.
      starting.abort()
      await Promise.all(open.map((one) => one.stop()))
      await Promise.race([Promise.all(underWay), sleep(stopWithin, undefined, { ref: false })])
      isOver = true
      workspaces.end()
      for (const part of parts) Object.assign(part, { isReady: false, detail: 'stopped' })
    },
  }
}
