/**
 * Socket Mode with a life of its own: the library's reconnecting can end the whole process (measured: a token that is refused while it
 * reconnects), so it is off, and a fresh connection is made here. In: a token. Out: envelopes, and a Part that is kept current.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { LogLevel, SocketModeClient } from '@slack/socket-mode'
import type { Part } from '../../bot/adapter.ts'
import type { PostError } from '../../bot/errors.ts'
import type { clientOptions } from './connection.ts'
import { type Patience, waitFor } from './connection.ts'
import { postErrorFrom } from './errors.ts'
import type { Deliver } from './intake.ts'

/** A connection that says no hello in this time is given up, in milliseconds. */
const helloWithin = 15_000

type Options = {
  appToken: string
  client: ReturnType<typeof clientOptions>
  deliver: Deliver
  part: Part
  patience: Patience
  failed(failure: PostError): void
  connected(): void
}
export type Socket = { stop(): Promise<void> }

type Envelope = { body: Record<string, unknown>; ack(): Promise<void>; envelope_id: string }

/** One connection. When Slack announces its end, it lives on until the next one is there. */
class Line extends SocketModeClient {
  leaving = () => {}
  protected override onWebSocketMessage(data: string | ArrayBuffer, isBinary: boolean): Promise<void> {
    if (isGoodbye(data)) return Promise.resolve(this.leaving())
    // A payload without an event (app_rate_limited) makes the library stumble; nothing of it is lost.
    return super.onWebSocketMessage(data, isBinary).catch(() => {})
  }
}

/** Slack's announcement that it will close this connection; a person may write the same word. */
function isGoodbye(data: string | ArrayBuffer): boolean {
  if (typeof data !== 'string' || data.length > 1000 || !data.includes('"disconnect"')) return false
  try {
    return (JSON.parse(data) as { type?: unknown }).type === 'disconnect'
  } catch {
    return false
  }
}

/** Resolves when connected, or after the first failure; then goes on trying by itself. */
export async function openSocket({ appToken, client, deliver, part, patience, failed, connected }: Options): Promise<Socket> {
  const over = new AbortController()
  let current: Line | undefined
  let isReplacing = false

  const connect = async (): Promise<void> => {
    const line = new Line({
      appToken,
      logger: client.logger,
      logLevel: LogLevel.WARN,
      autoReconnectEnabled: false,
      clientOptions: { ...client },
    })
    line.on('slack_event', ({ body, ack, envelope_id }: Envelope) => deliver({ body, ack: () => ack(), key: envelope_id }))
    line.on('disconnected', () => line === current && lost())
    line.leaving = () => void (line === current && replace())
    const late = sleep(helloWithin, undefined, { ref: false, signal: over.signal }).then(() => Promise.reject(new Error('no hello')))
    await Promise.race([line.start(), late]).catch((error: unknown) => {
      close(line)
      throw error
    })
    if (over.signal.aborted) return close(line)
    const before = current
    current = line
    Object.assign(part, { isReady: true, detail: 'connected' })
    if (before) close(before)
    connected()
  }
  const lost = () => {
    current = undefined
    if (over.signal.aborted) return
    Object.assign(part, { isReady: false, detail: 'reconnecting' })
    void replace()
  }
  const tryOnce = async (): Promise<PostError | undefined> => {
    try {
      await connect()
    } catch (error) {
      if (over.signal.aborted) return undefined
      const failure = postErrorFrom(error)
      Object.assign(part, { isReady: current !== undefined, detail: `not connected (${failure.code}); trying again` })
      failed(failure)
      return failure
    }
  }
  const goOn = async (first: PostError | undefined) => {
    let failure = first
    for (let row = 0; failure && !over.signal.aborted; row += 1) {
      await sleep(waitFor(failure, row, patience), undefined, { ref: false, signal: over.signal }).catch(() => {})
      failure = over.signal.aborted ? undefined : await tryOnce()
    }
  }
  /** Makes a new connection, however long it takes; resolves after the first try. */
  const replace = async (): Promise<void> => {
    if (isReplacing || over.signal.aborted) return
    isReplacing = true
    const first = tryOnce()
    first
      .then(goOn)
      .finally(() => {
        isReplacing = false
        // Lost while it was being replaced by a failed try.
        if (!current) void replace()
      })
      .catch(() => {})
    await first
  }
  await replace()
  return {
    async stop() {
      over.abort()
      if (current) close(current)
      current = undefined
    },
  }
}

/** Says goodbye; a peer that does not answer it is left after a second (the library itself would wait half a minute). */
function close(line: Line): void {
  const force = setTimeout(() => void line.disconnect().catch(() => {}), 1000)
  force.unref()
  line
    .disconnect()
    .catch(() => {})
    .finally(() => clearTimeout(force))
}
