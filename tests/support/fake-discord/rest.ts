/**
 * The fake's REST side: messages, threads, reactions, interactions, commands. In: requests. Out: what Discord would answer; what it would
 * refuse is refused and kept as a violation. Faults are injected per route, before or after the request has taken effect.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { addressOf } from './gateway.ts'
import { commandFaults, type Json, messageFaults } from './limits.ts'
import { application, botUser, channels, type FakeMessage, messageOf, snowflake, token } from './world.ts'

/** `connection`: the port at its other end. */
export type Recorded = { method: string; path: string; body: Json; status: number; at: number; connection: number }
/** One fault. `after`: the request takes effect first, then its answer is lost or broken. */
export type Fault = { on: RegExp; times?: number; after?: boolean; delay?: number; status?: number; body?: Json; drop?: boolean }

/** What became of one interaction. */
export type Interaction = {
  id: string
  token: string
  channel: string
  sentAt: number
  /** Milliseconds until the first answer. */
  acknowledgedAfter?: number
  isDeferred?: boolean
  /** The deferral, and with it the answer, is private. */
  isPrivate?: boolean
  answers: { id: string; body: Json; isPrivate: boolean; isDeleted?: boolean }[]
  choices?: { name: string; value: string }[]
  /** The message on which a pressed button sat. */
  on?: string
}

export type RestState = {
  requests: Recorded[]
  violations: string[]
  faults: Fault[]
  /** By channel; a thread is a channel. */
  messages: Map<string, FakeMessage[]>
  /** Bodies as they were sent, by message id: for looking at allowed_mentions. */
  sent: Map<string, Json>
  threads: Map<string, { id: string; parent: string; name: string }>
  reactions: Set<string>
  interactions: Map<string, Interaction>
  commands: Json[]
  /** Session starts left today. */
  remaining: number
  shards: number
  maxConcurrency: number
  onCreate(t: string, d: Json): void
}

class Refusal extends Error {
  readonly status: number
  readonly body: Json
  constructor(status: number, code: number, more: Json = {}) {
    super(String(code))
    this.status = status
    this.body = { code, message: `refused ${code}`, ...more }
  }
}

const nonceHolds = 120_000

export function startRest(state: RestState, home: string): Promise<Server> {
  const server = createServer((request, response) => {
    serve(state, home, server, request, response).catch((error: unknown) => {
      state.violations.push(`the fake failed: ${String(error)}`)
      response.writeHead(500).end('{}')
    })
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

async function serve(state: RestState, home: string, server: Server, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const body = (text ? JSON.parse(text) : {}) as Json
  const path = decodeURIComponent(request.url ?? '').replace(/^\/api\/v10/, '')
  const line = `${request.method} ${path}`
  const connection = request.socket.remotePort ?? 0
  const fault = state.faults.find((one) => one.on.test(line) && (one.times ?? 1) > 0)
  if (fault) fault.times = (fault.times ?? 1) - 1
  if (fault?.delay) await new Promise((resolve) => setTimeout(resolve, fault.delay))
  const isRefusedFirst = fault && !fault.after && (fault.status !== undefined || fault.drop)
  let [status, answer]: [number, Json] = isRefusedFirst
    ? [fault.status ?? 0, fault.body ?? {}]
    : handled(state, home, server, line, body, request)
  if (fault?.after) [status, answer] = [fault.status ?? 0, fault.body ?? {}]
  state.requests.push({ method: request.method ?? '', path, body, status, at: Date.now(), connection })
  if (fault?.drop) return void request.socket.destroy()
  const headers: Record<string, string> = status === 204 ? {} : { 'content-type': 'application/json' }
  if (status === 429) Object.assign(headers, { 'retry-after': String(answer.retry_after ?? 1), 'x-ratelimit-scope': 'user' })
  response.writeHead(status, headers).end(status === 204 ? undefined : JSON.stringify(answer))
}

function handled(state: RestState, home: string, server: Server, line: string, body: Json, request: IncomingMessage): [number, Json] {
  const isOpen = /^\w+ \/(interactions|webhooks)\//.test(line)
  if (!isOpen && request.headers.authorization !== `Bot ${token}`) return [401, { code: 0, message: '401: Unauthorized' }]
  try {
    for (const [pattern, answer] of routes) {
      const match = pattern.exec(line)
      if (match)
        return answer(
          { state, home, server, body },
          match.slice(1).map((part) => part ?? ''),
        )
    }
    state.violations.push(`no such route: ${line}`)
    return [404, { code: 0, message: '404: Not Found' }]
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return [error.status, error.body]
  }
}

type On = { state: RestState; home: string; server: Server; body: Json }
type Route = [RegExp, (on: On, ids: string[]) => [number, Json]]

/** Refuses what breaks a limit, as Discord does, and remembers it. */
function demand({ state }: On, faults: string[]): void {
  if (!faults.length) return
  state.violations.push(...faults)
  throw new Refusal(400, 50035, { errors: { _errors: faults.map((message) => ({ message })) } })
}

function createMessage(on: On, channel: string, more: Json = {}): [number, Json] {
  const { state, body, home } = on
  demand(on, messageFaults(body, { isPost: true }))
  const list = state.messages.get(channel) ?? []
  const isTwin = (one: FakeMessage) => one.nonce === body.nonce && Date.parse(String(one.timestamp)) > Date.now() - nonceHolds
  const twin = body.enforce_nonce === true ? list.find(isTwin) : undefined
  if (twin) return [200, twin]
  const reference = body.message_reference as { message_id?: string; fail_if_not_exists?: boolean } | undefined
  const referenced = reference && list.find((one) => one.id === reference.message_id)
  if (reference && !referenced && reference.fail_if_not_exists !== false)
    throw new Refusal(400, 50035, { errors: { message_reference: { _errors: [{ code: 'REPLIES_UNKNOWN_MESSAGE' }] } } })
  const kept = { embeds: body.embeds ?? [], components: body.components ?? [], ...(body.nonce !== undefined && { nonce: body.nonce }) }
  const reply = reference && { message_reference: { channel_id: channel, ...reference }, referenced_message: referenced ?? null, type: 19 }
  const message = messageOf(channel, botUser, String(body.content ?? ''), { ...kept, ...reply, ...more })
  state.messages.set(channel, [...list, message])
  state.sent.set(message.id, body)
  state.onCreate('MESSAGE_CREATE', { ...message, ...(!channel.startsWith('6') && { guild_id: home }) })
  return [200, message]
}

function findMessage(state: RestState, channel: string, id: string): FakeMessage {
  const message = state.messages.get(channel)?.find((one) => one.id === id)
  if (!message) throw new Refusal(404, 10008)
  return message
}

function openInteraction({ state }: On, interactionToken: string): Interaction {
  const interaction = state.interactions.get(interactionToken)
  if (!interaction) throw new Refusal(404, 10062)
  return interaction
}

function acknowledge(on: On, interactionToken: string): [number, Json] {
  const { body, state } = on
  const interaction = openInteraction(on, interactionToken)
  const elapsed = performance.now() - interaction.sentAt
  if (interaction.acknowledgedAfter !== undefined) throw new Refusal(400, 40060)
  if (elapsed > 3000) throw new Refusal(404, 10062)
  const data = (body.data ?? {}) as Json
  if (body.type === 4) {
    demand(on, messageFaults(data))
    interaction.answers.push({ id: snowflake(), body: data, isPrivate: isPrivate(data) })
  } else if (body.type === 5) {
    interaction.isDeferred = true
    interaction.isPrivate = isPrivate(data)
  } else if (body.type === 8) {
    const choices = (data.choices ?? []) as { name: string; value: string }[]
    demand(on, [
      ...(choices.length > 25 ? [`${choices.length} choices`] : []),
      ...choices.flatMap(({ name, value }) =>
        name.length < 1 || name.length > 100 || value.length > 100 ? [`choice of ${name.length}`] : [],
      ),
    ])
    interaction.choices = choices
  } else state.violations.push(`an answer of type ${body.type}`)
  interaction.acknowledgedAfter = elapsed
  return [204, {}]
}

const isPrivate = (data: Json): boolean => (Number(data.flags ?? 0) & 64) !== 0

const routes: Route[] = [
  [
    /^GET \/gateway\/bot$/,
    ({ state, server }) => [
      200,
      {
        url: addressOf(server),
        shards: state.shards,
        session_start_limit: { total: 1000, remaining: state.remaining, reset_after: 3_600_000, max_concurrency: state.maxConcurrency },
      },
    ],
  ],
  [/^GET \/applications\/\d+\/commands/, ({ state }) => [200, state.commands as unknown as Json]],
  [
    /^PUT \/applications\/\d+\/commands$/,
    (on) => {
      demand(on, commandFaults(on.body))
      // What Discord adds to a declaration.
      const added = { application_id: application, version: snowflake(), nsfw: false, name_localizations: null }
      on.state.commands = (on.body as unknown as Json[]).map((command) => ({
        id: snowflake(),
        ...added,
        description: '',
        default_member_permissions: null,
        ...command,
      }))
      return [200, on.state.commands as unknown as Json]
    },
  ],
  [/^POST \/channels\/(\d+)\/messages$/, (on, [channel = '']) => createMessage(on, channel)],
  [
    /^GET \/channels\/(\d+)\/messages/,
    ({ state }, [channel = '']) => [200, (state.messages.get(channel) ?? []).toReversed().slice(0, 50) as unknown as Json],
  ],
  [
    /^DELETE \/channels\/(\d+)\/messages\/(\d+)$/,
    ({ state, home }, [channel = '', id = '']) => {
      findMessage(state, channel, id)
      state.messages.set(channel, state.messages.get(channel)?.filter((one) => one.id !== id) ?? [])
      state.onCreate('MESSAGE_DELETE', { id, channel_id: channel, guild_id: home })
      return [204, {}]
    },
  ],
  [
    /^PUT \/channels\/(\d+)\/messages\/(\d+)\/reactions\/(.+)\/@me$/,
    ({ state }, [channel = '', id = '', emoji = '']) => {
      findMessage(state, channel, id)
      state.reactions.add(`${id} ${emoji}`)
      return [204, {}]
    },
  ],
  [
    /^DELETE \/channels\/(\d+)\/messages\/(\d+)\/reactions\/(.+)\/@me$/,
    ({ state }, [channel = '', id = '', emoji = '']) => {
      findMessage(state, channel, id)
      if (!state.reactions.delete(`${id} ${emoji}`)) throw new Refusal(404, 10014)
      return [204, {}]
    },
  ],
  [
    /^POST \/channels\/(\d+)\/messages\/(\d+)\/threads$/,
    (on, [channel = '', id = '']) => {
      const { state, body, home } = on
      findMessage(state, channel, id)
      if (String(body.name ?? '').length < 1 || String(body.name).length > 100) demand(on, ['thread name'])
      if (state.threads.has(id)) throw new Refusal(400, 160004)
      state.threads.set(id, { id, parent: channel, name: String(body.name) })
      const thread = {
        id,
        type: 11,
        parent_id: channel,
        name: body.name,
        guild_id: home,
        thread_metadata: { archived: false, locked: false },
      }
      state.onCreate('THREAD_CREATE', thread)
      return [201, thread]
    },
  ],
  [
    /^POST \/channels\/(\d+)\/threads$/,
    (on, [channel = '']) => {
      const { state, body, home } = on
      if (channel !== channels.forum || String(body.name ?? '').length < 1 || String(body.name).length > 100) demand(on, ['forum post'])
      const message = (body.message ?? {}) as Json
      demand(on, messageFaults(message))
      const id = snowflake()
      state.threads.set(id, { id, parent: channel, name: String(body.name) })
      const first = messageOf(id, botUser, String(message.content ?? ''), {
        id,
        embeds: message.embeds ?? [],
        components: message.components ?? [],
      })
      state.messages.set(id, [first])
      state.sent.set(id, message)
      return [201, { id, type: 11, parent_id: channel, name: body.name, guild_id: home, message: first }]
    },
  ],
  [/^POST \/interactions\/\d+\/([\w-]+)\/callback/, (on, [interactionToken = '']) => acknowledge(on, interactionToken)],
  [
    /^PATCH \/webhooks\/\d+\/([\w-]+)\/messages\/@original$/,
    (on, [interactionToken = '']) => {
      const interaction = openInteraction(on, interactionToken)
      if (interaction.acknowledgedAfter === undefined) throw new Refusal(404, 10015)
      demand(on, messageFaults(on.body))
      const id = snowflake()
      interaction.answers[0] = { id, body: on.body, isPrivate: interaction.isPrivate ?? false }
      return [200, { id }]
    },
  ],
  [
    /^POST \/webhooks\/\d+\/([\w-]+)$/,
    (on, [interactionToken = '']) => {
      const interaction = openInteraction(on, interactionToken)
      if (interaction.acknowledgedAfter === undefined) throw new Refusal(404, 10015)
      demand(on, messageFaults(on.body))
      const id = snowflake()
      // The first follow-up to a deferral that was not edited is its answer, and as private as the deferral.
      const isFirst = interaction.isDeferred && !interaction.answers.length
      interaction.answers.push({ id, body: on.body, isPrivate: isFirst ? (interaction.isPrivate ?? false) : isPrivate(on.body) })
      return [200, { id }]
    },
  ],
  [
    /^DELETE \/webhooks\/\d+\/([\w-]+)\/messages\/@original$/,
    (on, [interactionToken = '']) => {
      const [first] = openInteraction(on, interactionToken).answers
      if (!first) throw new Refusal(404, 10008)
      first.isDeleted = true
      return [204, {}]
    },
  ],
]
