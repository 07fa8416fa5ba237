/**
 * The fake's Web API and response_urls. In: requests as WebClient sends them. Out: what Slack would answer, with limits checked and faults on
 * demand; everything seen is kept.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Json, messageFaults, viewFaults } from './limits.ts'
import { access, type FakeOAuth } from './oauth.ts'
import * as world from './world.ts'

/** What goes wrong with the next request whose method matches. */
export type Fault = {
  on: RegExp
  /** ok:false with this word. */
  error?: string
  status?: number
  retryAfter?: number
  /** The request is carried out, and its answer lost: 'drop' the connection, or a status. */
  after?: boolean
  /** Milliseconds before anything happens; Infinity: never. */
  delay?: number
  /** How often; 1 when not given. */
  times?: number
}

export type Answer = { body: Json; isPrivate: boolean; id: string }
export type Exchange = {
  id: string
  sentAt: number
  acknowledgedAfter?: number
  answers: Answer[]
  used: number
  deletedOriginal?: boolean
}

export type ApiState = {
  requests: { method: string; args: Json; at: number; token: string }[]
  faults: Fault[]
  violations: string[]
  scopes: string[]
  valid: { bot: boolean; app: boolean }
  /** Tokens of workspaces where the app was installed by OAuth. */
  oauth: FakeOAuth
  messages: Map<string, world.FakeMessage[]>
  reactions: Set<string>
  exchanges: Map<string, Exchange>
  modals: (Json & { id: string })[]
  homes: Map<string, Json>
  /** The address of the socket, with a ticket. */
  socketUrl(): string
  /** Called with each message that the bot posted. */
  onPost(message: world.FakeMessage): void
}

export async function startApi(state: ApiState): Promise<Server> {
  const server = createServer((request, response) => {
    serve(state, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

async function serve(state: ApiState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('utf8')
  const url = request.url ?? ''
  const method = url.startsWith('/respond/') ? 'respond' : url.replace('/api/', '')
  const args = method === 'respond' ? (JSON.parse(text) as Json) : formOf(text)
  const token = (request.headers.authorization ?? '').replace('Bearer ', '')
  const caller = callerOf(state, method, token)
  state.requests.push({ method, args, at: performance.now(), token })
  const send = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'x-oauth-scopes': caller.scopes.join(','), ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body))
  const fault = takeFault(state, method)
  if (fault?.delay) await new Promise((resolve) => setTimeout(resolve, Math.min(fault.delay ?? 0, 2 ** 31 - 1)).unref())
  if (fault?.retryAfter) return void send(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(fault.retryAfter) })
  if (fault?.error) return void send(200, { ok: false, error: fault.error })
  if (fault?.status && !fault.after) return void send(fault.status, 'no')
  const result = method === 'respond' ? respond(state, url, args) : call(state, method, args, caller)
  if (fault?.after) return void (fault.status ? send(fault.status, 'no') : request.socket.destroy())
  send(method === 'respond' && result.ok === false ? Number(result.status ?? 404) : 200, result)
}

function takeFault(state: ApiState, method: string): Fault | undefined {
  const fault = state.faults.find(({ on, times = 1 }) => times > 0 && on.test(method))
  if (fault) fault.times = (fault.times ?? 1) - 1
  return fault
}

function formOf(text: string): Json {
  const args: Json = {}
  for (const [name, value] of new URLSearchParams(text)) args[name] = /^[[{]/.test(value) ? JSON.parse(value) : value
  for (const name of Object.keys(args)) if (args[name] === 'true' || args[name] === 'false') args[name] = args[name] === 'true'
  return args
}

/** Whose token it is, and what it may; `error` when it is good for nothing. */
type Caller = { team: string; bot: { user: string; bot: string }; scopes: readonly string[]; token: string; error?: string }
function callerOf(state: ApiState, method: string, token: string): Caller {
  const isApp = method === 'apps.connections.open'
  const isFixed = token === (isApp ? world.tokens.app : world.tokens.bot)
  if (isFixed || isApp || !token) {
    const isGood = !token || (isFixed && state.valid[isApp ? 'app' : 'bot'])
    return { team: world.team, bot: world.bot, scopes: state.scopes, token, ...(!isGood && { error: 'invalid_auth' }) }
  }
  const grant = state.oauth.grants.find((one) => one.token === token)
  const hasEnded = grant?.endsAt !== undefined && grant.endsAt <= state.oauth.now()
  const error = !grant ? 'invalid_auth' : !grant.isValid ? 'account_inactive' : hasEnded ? 'token_expired' : undefined
  const { team, bot } = world.workspaceOf(grant?.team ?? '')
  return { team, bot, scopes: grant?.scopes ?? [], token, ...(error && { error }) }
}

function call(state: ApiState, method: string, args: Json, caller: Caller): Json {
  if (method === 'oauth.v2.access') return access(state.oauth, args)
  if (caller.error || !caller.token) return refused(caller.error ?? 'not_authed')
  const needed = scopeOf(method, String(args.channel ?? ''))
  if (needed && !caller.scopes.includes(needed)) return { ...refused('missing_scope'), needed }
  // A channel of another workspace is none at all.
  if (args.channel !== undefined && world.workspaceOf(String(args.channel)).team !== caller.team) return refused('channel_not_found')
  return methods[method]?.(state, args, caller) ?? refused('unknown_method')
}

const refused = (error: string): Json => ({ ok: false, error })

function scopeOf(method: string, channel: string): string | undefined {
  if (method === 'chat.postMessage' || method === 'chat.delete') return 'chat:write'
  if (method === 'users.info') return 'users:read'
  if (method.startsWith('reactions.')) return 'reactions:write'
  if (/^conversations\.(history|replies)$/.test(method)) return channel.startsWith('D') ? 'im:history' : 'channels:history'
  return undefined
}

const known: readonly string[] = [...Object.values(world.channels), ...Object.values(world.other.channels)]
const listIn = (state: ApiState, channel: unknown): world.FakeMessage[] => state.messages.get(String(channel)) ?? []
const find = (state: ApiState, channel: unknown, ts: unknown) => listIn(state, channel).find((one) => one.ts === ts)

const methods: Record<string, (state: ApiState, args: Json, caller: Caller) => Json> = {
  'auth.test': (_, __, { team, bot }) => ({
    ok: true,
    url: 'x',
    team: 'Fake',
    user: 'bot',
    team_id: team,
    user_id: bot.user,
    bot_id: bot.bot,
  }),
  'auth.revoke': (state, _, { token }) => {
    for (const grant of state.oauth.grants) if (grant.token === token) grant.isValid = false
    return { ok: true, revoked: true }
  },
  'apps.connections.open': (state) => ({ ok: true, url: state.socketUrl() }),
  'users.info': (_, { user }) => {
    const human = world.people.find(({ id }) => id === user)
    if (!human) return refused('user_not_found')
    const { id, team = world.team, is_admin = false, is_owner = false } = human
    return { ok: true, user: { id, team_id: team, is_admin, is_owner, deleted: false } }
  },
  'chat.postMessage': (state, args, { team, bot }) => {
    if (!known.includes(String(args.channel))) return refused('channel_not_found')
    const faults = messageFaults(args)
    state.violations.push(...faults)
    if (faults.some((fault) => !fault.startsWith('over our own'))) return refused('invalid_blocks')
    const { channel, text, blocks, thread_ts, metadata } = args
    const message = {
      ...{ type: 'message' as const, channel: String(channel), ts: world.timestamp(), user: bot.user, bot_id: bot.bot, team },
      ...{ text: String(text), blocks, metadata },
      ...(thread_ts !== undefined && { thread_ts: String(thread_ts) }),
    }
    state.messages.set(message.channel, [...listIn(state, channel), message])
    state.onPost(message)
    return { ok: true, channel, ts: message.ts, message }
  },
  'chat.delete': (state, { channel, ts }, { bot }) => {
    const message = find(state, channel, ts)
    if (!message) return refused('message_not_found')
    if (message.bot_id !== bot.bot) return refused('cant_delete_message')
    state.messages.set(
      String(channel),
      listIn(state, channel).filter((one) => one !== message),
    )
    return { ok: true, channel, ts }
  },
  'conversations.history': (state, { channel, oldest = '0', latest = '9999999999', limit = 100, include_all_metadata }) => {
    const inRange = ({ ts, thread_ts }: world.FakeMessage) =>
      (!thread_ts || thread_ts === ts) && Number(ts) >= Number(oldest) && Number(ts) <= Number(latest)
    const all = listIn(state, channel).filter(inRange).reverse()
    const messages = all
      .slice(0, Number(limit))
      .map(({ metadata, ...rest }) => ({ ...rest, ...(include_all_metadata === true && { metadata }) }))
    return { ok: true, messages, has_more: all.length > messages.length }
  },
  'conversations.replies': (state, { channel, ts, include_all_metadata }) => {
    const messages = listIn(state, channel)
      .filter((one) => one.thread_ts === ts || one.ts === ts)
      .map(({ metadata, ...rest }) => ({ ...rest, ...(include_all_metadata === true && { metadata }) }))
    return { ok: true, messages, has_more: false }
  },
  'reactions.add': (state, { channel, timestamp, name }) => {
    if (!find(state, channel, timestamp)) return refused('message_not_found')
    const key = `${String(channel)} ${String(timestamp)} ${String(name)}`
    if (state.reactions.has(key)) return refused('already_reacted')
    state.reactions.add(key)
    return { ok: true }
  },
  'reactions.remove': (state, { channel, timestamp, name }) =>
    state.reactions.delete(`${String(channel)} ${String(timestamp)} ${String(name)}`) ? { ok: true } : refused('no_reaction'),
  'views.open': (state, { view, trigger_id }) => {
    const exchange = state.exchanges.get(String(trigger_id))
    if (!exchange || performance.now() - exchange.sentAt > 3000) return refused('expired_trigger_id')
    return show(state, view as Json, world.nextId('V'))
  },
  'views.update': (state, { view, view_id }) => {
    const index = state.modals.findIndex(({ id }) => id === view_id)
    if (index < 0) return refused('not_found')
    state.modals.splice(index, 1)
    return show(state, view as Json, String(view_id))
  },
  'views.publish': (state, { user_id, view }) => {
    state.violations.push(...viewFaults(view as Json))
    state.homes.set(String(user_id), view as Json)
    return { ok: true, view }
  },
}

function show(state: ApiState, view: Json, id: string): Json {
  const faults = viewFaults(view)
  state.violations.push(...faults)
  if (faults.length) return refused('invalid_arguments')
  state.modals.push({ ...view, id })
  return { ok: true, view: { ...view, id } }
}

/** A response_url takes five uses. */
function respond(state: ApiState, url: string, body: Json): Json {
  const exchange = state.exchanges.get(url.replace('/respond/', ''))
  if (!exchange || exchange.used >= 5) return { ...refused('used_url'), status: 404 }
  exchange.used += 1
  if (body.delete_original === true) {
    exchange.deletedOriginal = true
    return { ok: true }
  }
  const faults = messageFaults(body)
  state.violations.push(...faults)
  if (faults.length) return { ...refused('invalid_blocks'), status: 400 }
  exchange.answers.push({ body, isPrivate: body.response_type !== 'in_channel', id: world.timestamp() })
  return { ok: true }
}
