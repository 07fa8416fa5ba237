/**
 * A whole fake Slack on loopback: Web API, Socket Mode or signed HTTP, people who act, faults on demand. In: options. Out: FakeSlack.
 */
import type { Json } from './limits.ts'
import { createOAuth } from './oauth.ts'
import { sendSigned } from './signed.ts'
import { type FakeSockets, startSockets } from './sockets.ts'
import { type ApiState, type Exchange, startApi } from './web-api.ts'
import * as world from './world.ts'

/** `isValid`: whether the tokens are good at the start. */
export type FakeOptions = { scopes?: string[]; isValid?: boolean }

export type FakeSlack = ApiState & {
  /** For SLACK_API_URL. */
  api: string
  sockets: FakeSockets
  /** The bot's port in HTTP mode; without it events go over the socket. */
  port?: number
  /** Sends one event; resolves when the bot confirmed it, with how long that took. */
  event(event: Json, id?: string, team?: string, at?: number): Promise<number>
  /** The app is taken away in a workspace at that moment (seconds since 1970): its tokens end, and Slack tells, perhaps later. */
  uninstall(team: string, at?: number): Promise<unknown>
  say(channel: string, text: string, more?: Json & { human?: world.Human }): Promise<world.FakeMessage>
  edit(message: world.FakeMessage, text: string): Promise<unknown>
  erase(message: world.FakeMessage): Promise<unknown>
  react(message: world.FakeMessage, name: string, human?: world.Human): Promise<unknown>
  /** A slash command as it is typed. */
  command(line: string, by?: { human?: world.Human; channel?: string }): Promise<Exchange>
  shortcut(callback: string, message: world.FakeMessage, human?: world.Human): Promise<Exchange>
  /** A press on a button; `on`: what carries it (a message, a private answer, a view). */
  press(button: { action_id: string; value: string }, on: Json, by?: { human?: world.Human; channel?: string }): Promise<Exchange>
  openHome(human: world.Human): Promise<unknown>
  close(): Promise<void>
}

export async function startFakeSlack({ scopes = world.allScopes, isValid = true }: FakeOptions = {}): Promise<FakeSlack> {
  const state: ApiState = {
    requests: [],
    faults: [],
    violations: [],
    scopes,
    valid: { bot: isValid, app: isValid },
    oauth: createOAuth(),
    messages: new Map(),
    reactions: new Set(),
    exchanges: new Map(),
    modals: [],
    homes: new Map(),
    socketUrl: () => sockets.url(),
    // Slack tells an app of its own messages, too.
    onPost: ({ blocks: _, metadata: __, ...message }) => {
      if (fake.port || sockets.open()) fake.event({ ...message, channel_type: typeOf(message.channel) }).catch(() => {})
    },
  }
  const server = await startApi(state)
  const sockets = startSockets(server)
  const address = server.address()
  const base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const deliver = async (type: 'events_api' | 'slash_commands' | 'interactive', payload: Json): Promise<void> => {
    if (!fake.port) return sockets.deliver(type, payload)
    const form = (fields: Record<string, string>) =>
      sendSigned(fake.port ?? 0, String(new URLSearchParams(fields)), 'application/x-www-form-urlencoded')
    const { status } =
      type === 'events_api'
        ? await sendSigned(fake.port, JSON.stringify(payload), 'application/json')
        : await form(type === 'slash_commands' ? (payload as Record<string, string>) : { payload: JSON.stringify(payload) })
    if (status !== 200) throw new Error(`the bot answered ${status}`)
  }
  const exchanged = async (type: 'slash_commands' | 'interactive', payload: Json, hasUrl = true): Promise<Exchange> => {
    const exchange: Exchange = { id: world.nextId('x'), sentAt: performance.now(), answers: [], used: 0 }
    state.exchanges.set(exchange.id, exchange)
    await deliver(type, { ...payload, ...(hasUrl && { response_url: `${base}/respond/${exchange.id}` }), trigger_id: exchange.id })
    exchange.acknowledgedAfter = performance.now() - exchange.sentAt
    return exchange
  }
  const interactive = (human: world.Human, channel: unknown): Json => ({
    user: world.personOf(human),
    // Of somebody from elsewhere, in a shared channel, their own.
    team: { id: human.team ?? world.workspaceOf(String(channel)).team, domain: 'fake' },
    api_app_id: world.bot.app,
    token: 'legacy',
  })
  const fake: FakeSlack = Object.assign(state, {
    api: `${base}/api/`,
    sockets,
    async event(event: Json, id?: string, team = world.workspaceOf(placeOf(event)).team, at?: number) {
      const before = performance.now()
      await deliver('events_api', world.eventBody({ event_ts: world.timestamp(), ...event }, id, team, at))
      return performance.now() - before
    },
    async uninstall(team: string, at?: number) {
      fake.oauth.revoke(team)
      const tokens = { bot: [world.workspaceOf(team).bot.user] }
      await Promise.all([
        fake.event({ type: 'tokens_revoked', tokens }, undefined, team, at),
        fake.event({ type: 'app_uninstalled' }, undefined, team, at),
      ])
    },
    async say(channel: string, text: string, { human = world.member, ...more }: Json & { human?: world.Human } = {}) {
      const message: world.FakeMessage = { type: 'message', channel, ts: world.timestamp(), user: human.id, text, ...more }
      state.messages.set(channel, [...(state.messages.get(channel) ?? []), message])
      await fake.event({ ...message, channel_type: typeOf(channel) })
      // A mention in a channel comes a second time, as an event of its own.
      if (text.includes(`<@${world.workspaceOf(channel).bot.user}>`) && !channel.startsWith('D') && !message.bot_id)
        await fake.event({ ...message, type: 'app_mention' })
      return message
    },
    async edit(message: world.FakeMessage, text: string) {
      const previous_message = { ...message }
      Object.assign(message, { text, edited: { user: message.user, ts: world.timestamp() } })
      const { channel } = message
      return fake.event({ type: 'message', subtype: 'message_changed', hidden: true, channel, message: { ...message }, previous_message })
    },
    async erase(message: world.FakeMessage) {
      const { channel, ts } = message
      state.messages.set(channel, state.messages.get(channel)?.filter((one) => one.ts !== ts) ?? [])
      return fake.event({ type: 'message', subtype: 'message_deleted', hidden: true, channel, deleted_ts: ts, previous_message: message })
    },
    react: ({ channel, ts, user }: world.FakeMessage, reaction: string, human = world.member) =>
      fake.event({ type: 'reaction_added', user: human.id, reaction, item_user: user, item: { type: 'message', channel, ts } }),
    command(line: string, { human = world.member, channel = world.channels.general }: { human?: world.Human; channel?: string } = {}) {
      const [command = '', ...rest] = line.split(' ')
      return exchanged('slash_commands', {
        ...{
          token: 'legacy',
          team_id: world.workspaceOf(channel).team,
          team_domain: 'fake',
          channel_id: channel,
          channel_name: 'x',
          is_enterprise_install: 'false',
        },
        ...{ user_id: human.id, user_name: 'x', command, text: rest.join(' '), api_app_id: world.bot.app },
      })
    },
    shortcut: (callback_id: string, message: world.FakeMessage, human = world.member) =>
      exchanged('interactive', {
        ...interactive(human, message.channel),
        ...{
          type: 'message_action',
          callback_id,
          message_ts: message.ts,
          message,
          channel: { id: message.channel, name: 'x' },
          action_ts: world.timestamp(),
        },
      }),
    press(
      button: { action_id: string; value: string },
      on: Json,
      { human = world.member, channel = String(on.channel ?? world.channels.general) } = {},
    ) {
      const isView = on.type === 'modal' || on.type === 'home'
      const place = isView
        ? { view: on, container: { type: 'view', view_id: on.id } }
        : {
            channel: { id: channel, name: 'x' },
            ...(on.isPrivate !== true && { message: on }),
            container: { type: 'message', message_ts: on.ts, channel_id: channel, is_ephemeral: on.isPrivate === true },
          }
      const action = { ...button, type: 'button', block_id: 'b', action_ts: world.timestamp() }
      // A view has no response_url.
      return exchanged('interactive', { ...interactive(human, channel), type: 'block_actions', actions: [action], ...place }, !isView)
    },
    openHome: (human: world.Human) =>
      fake.event({ type: 'app_home_opened', user: human.id, channel: world.workspaceOf(human.team ?? '').channels.direct, tab: 'home' }),
    async close() {
      await sockets.stop()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  })
  return fake
}

/** The channel that an event is about. */
const placeOf = ({ channel, item }: Json): string => String(channel ?? (item as { channel?: unknown } | undefined)?.channel ?? '')

const typeOf = (channel: string): string => (channel.startsWith('D') ? 'im' : 'channel')
