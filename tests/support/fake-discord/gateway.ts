/**
 * The fake's gateway: HELLO, IDENTIFY, RESUME, heartbeats, replay, and every way in which the real one fails.
 * In: a socket server's port. Out: sessions to dispatch to, counts, and switches for faults.
 */
import type { Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Json } from './limits.ts'
import { application, botUser, token } from './world.ts'

const intents = { messages: 1 << 9, reactions: 1 << 10, direct: 1 << 12, content: 1 << 15 }
const needed: Record<string, number> = {
  MESSAGE_CREATE: intents.messages,
  MESSAGE_UPDATE: intents.messages,
  MESSAGE_DELETE: intents.messages,
  MESSAGE_DELETE_BULK: intents.messages,
  MESSAGE_REACTION_ADD: intents.reactions,
}

type Session = {
  id: string
  shard: number
  count: number
  intents: number
  seq: number
  sent: { s: number; t: string; d: Json }[]
  socket?: WebSocket
}

export type FakeGateway = {
  identifies: { shard: number; count: number; intents: number; at: number }[]
  resumes: number
  /** Sends an event to the sessions that may see it; without the content intent texts are blanked as Discord does. */
  dispatch(t: string, d: Json): void
  /** Closes every connection with a code; without one the sockets just end. */
  close(code?: number): void
  /** What the next IDENTIFY is answered with instead of READY. */
  refuse?: number | undefined
  invalidate(isResumable: boolean): void
  askToReconnect(): void
  /** RESUMED and INVALID_SESSION in one breath at the next resume. */
  invalidAfterResumed: boolean
  /** Open, but says nothing: no acknowledgements, no events. */
  isMute: boolean
  /** Takes RESUME and never answers it; heartbeats are answered. */
  ignoresResume: boolean
  connections(): number
  stop(): Promise<void>
}

type Options = { heartbeat: number; guilds(shard: number, count: number): Iterable<Json>; contentApproved: boolean }

export function startGateway(server: Server, options: Options): FakeGateway {
  const sockets = new WebSocketServer({ server })
  const sessions = new Map<string, Session>()
  const send = (socket: WebSocket | undefined, payload: Json) => {
    if (!gateway.isMute && socket?.readyState === 1) socket.send(JSON.stringify(payload))
  }
  const push = (session: Session, t: string, d: Json) => {
    const event = { op: 0, s: ++session.seq, t, d }
    session.sent.push(event)
    if (session.sent.length > 2000) session.sent.shift()
    send(session.socket, event)
  }
  const identify = (socket: WebSocket, d: { token: string; intents: number; shard?: [number, number] }) => {
    const [shard, count] = d.shard ?? [0, 1]
    gateway.identifies.push({ shard, count, intents: d.intents, at: Date.now() })
    if (gateway.refuse) return socket.close(gateway.refuse)
    if (d.token !== token) return socket.close(4004)
    if (d.intents & intents.content && !options.contentApproved) return socket.close(4014)
    const session: Session = { id: `s${sessions.size}`, shard, count, intents: d.intents, seq: 0, sent: [], socket }
    sessions.set(session.id, session)
    const guilds = [...options.guilds(shard, count)]
    push(session, 'READY', {
      v: 10,
      user: botUser,
      guilds: guilds.map((guild) => ({ id: guild.id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: addressOf(server),
      application: { id: application, flags: 0 },
      shard: [shard, count],
    })
    for (const guild of guilds) push(session, 'GUILD_CREATE', guild)
    // Replay begins with what happens now: the servers would be too much to keep.
    session.sent = session.sent.slice(-1)
  }
  const resume = (socket: WebSocket, d: { session_id: string; seq: number }) => {
    gateway.resumes += 1
    if (gateway.ignoresResume) return
    const session = sessions.get(d.session_id)
    if (!session) return send(socket, { op: 9, d: false })
    session.socket = socket
    for (const event of session.sent.filter((one) => one.s > d.seq)) send(socket, event)
    push(session, 'RESUMED', {})
    if (!gateway.invalidAfterResumed) return
    gateway.invalidAfterResumed = false
    sessions.delete(session.id)
    send(socket, { op: 9, d: false })
  }
  sockets.on('connection', (socket) => {
    send(socket, { op: 10, d: { heartbeat_interval: options.heartbeat } })
    socket.on('message', (raw) => {
      const { op, d } = JSON.parse(String(raw))
      if (op === 1) send(socket, { op: 11 })
      if (op === 2) identify(socket, d)
      if (op === 6) resume(socket, d)
    })
  })
  const gateway: FakeGateway = {
    identifies: [],
    resumes: 0,
    invalidAfterResumed: false,
    isMute: false,
    ignoresResume: false,
    dispatch(t, d) {
      const isDirect = t.startsWith('MESSAGE_') && !d.guild_id
      for (const session of sessions.values()) {
        const guild = String(d.guild_id ?? (t.startsWith('GUILD_') ? d.id : ''))
        const shard = guild ? Number((BigInt(guild) >> 22n) % BigInt(session.count)) : 0
        const want = isDirect ? intents.direct : (needed[t] ?? 0)
        if (shard !== session.shard || (session.intents & want) !== want) continue
        push(session, t, session.intents & intents.content || isDirect ? d : blanked(t, d))
      }
    },
    close: (code) => {
      for (const socket of sockets.clients) code ? socket.close(code) : socket.terminate()
    },
    invalidate: (isResumable) => {
      if (!isResumable) sessions.clear()
      for (const socket of sockets.clients) send(socket, { op: 9, d: isResumable })
    },
    askToReconnect: () => {
      for (const socket of sockets.clients) send(socket, { op: 7, d: null })
    },
    connections: () => sockets.clients.size,
    stop: () => {
      for (const socket of sockets.clients) socket.terminate()
      return new Promise((resolve) => sockets.close(() => resolve()))
    },
  }
  return gateway
}

export function addressOf(server: Server): string {
  const address = server.address()
  return `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}

/** Without the content intent: empty, unless the message mentions the bot or is its own. */
function blanked(t: string, d: Json): Json {
  if (!t.startsWith('MESSAGE_CREATE') && t !== 'MESSAGE_UPDATE') return d
  const isMentioned = (d.mentions as Json[] | undefined)?.some((user) => user.id === botUser.id)
  if (isMentioned || (d.author as Json | undefined)?.id === botUser.id) return d
  return { ...d, content: '', embeds: [], attachments: [], components: [] }
}
