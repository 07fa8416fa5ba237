/**
 * The fake's Socket Mode. In: envelopes. Out: their delivery to one of the open connections, again on another one when a connection ends
 * before it was confirmed, as Slack does it.
 */
import type { Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Json } from './limits.ts'
import { nextId } from './world.ts'

type Waiting = { envelope: Json; retry: number; on?: WebSocket; done(): void }

export type FakeSockets = {
  url(): string
  /** How many connections were made in all. */
  made: number
  open(): number
  /** Resolves when the envelope was confirmed. */
  deliver(type: string, payload: Json): Promise<void>
  /** Slack announces the end of all connections and closes them `after` milliseconds later. */
  recycle(after?: number): void
  /** All connections break without a word. */
  cut(): void
  /** Connections are taken, and never greeted. */
  mute: boolean
  stop(): Promise<void>
}

export function startSockets(server: Server): FakeSockets {
  const sockets = new WebSocketServer({ server, path: '/link' })
  const waiting = new Map<string, Waiting>()
  const open = new Set<WebSocket>()
  let turn = 0
  const send = (one: Waiting): void => {
    const list = [...open]
    turn += 1
    const socket = list[turn % Math.max(1, list.length)]
    if (!socket) return
    one.on = socket
    socket.send(JSON.stringify({ ...one.envelope, retry_attempt: one.retry, retry_reason: one.retry ? 'timeout' : '' }))
  }
  const gone = (socket: WebSocket): void => {
    open.delete(socket)
    for (const one of waiting.values()) {
      if (one.on !== socket) continue
      one.retry += 1
      delete one.on
      send(one)
    }
  }
  const address = () => {
    const bound = server.address()
    return `ws://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}/link?ticket=${nextId('t')}`
  }
  const fake: FakeSockets = {
    url: address,
    made: 0,
    mute: false,
    open: () => open.size,
    deliver: (type, payload) =>
      new Promise((done) => {
        const envelope_id = nextId('e')
        const one: Waiting = { envelope: { envelope_id, type, payload, accepts_response_payload: type !== 'events_api' }, retry: 0, done }
        waiting.set(envelope_id, one)
        send(one)
      }),
    recycle(after = 50) {
      for (const socket of [...open]) {
        socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'fake' } }))
        // Nothing new comes over a connection that is about to end.
        open.delete(socket)
        setTimeout(() => socket.close(1000), after)
      }
    },
    cut() {
      for (const socket of sockets.clients) socket.terminate()
    },
    async stop() {
      for (const socket of sockets.clients) socket.terminate()
      await new Promise<void>((resolve) => sockets.close(() => resolve()))
    },
  }
  sockets.on('connection', (socket) => {
    fake.made += 1
    socket.on('close', () => gone(socket))
    socket.on('error', () => {})
    socket.on('message', (data) => {
      const { envelope_id } = JSON.parse(String(data)) as { envelope_id: string }
      waiting.get(envelope_id)?.done()
      waiting.delete(envelope_id)
    })
    if (fake.mute) return
    socket.send(JSON.stringify({ type: 'hello', num_connections: open.size + 1, connection_info: { app_id: 'A0APP000001' } }))
    open.add(socket)
    for (const one of waiting.values()) if (!one.on) send(one)
  })
  return fake
}
