/**
 * HTTP mode: a request is believed before it is read. In: requests on /slack/events. Out: deliveries; 401 for what Slack did not sign. Other
 * requests are for the pages of an installation, where there are such.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Part } from '../../bot/adapter.ts'
import { UserError } from '../../bot/errors.ts'
import type { Deliver } from './intake.ts'
import { eventsPath as path } from './paths.ts'

/** Slack's own limit for the age of a signature; from the future it is as wrong (Bolt lets those pass). Seconds. */
const believedFor = 300
const largestBody = 1_048_576
/** Somebody who sends a byte a minute holds no connection for long; Node looks for such only every half minute if it is not told. */
const unhurried = { headersTimeout: 3000, requestTimeout: 6000, connectionsCheckingInterval: 1000 }

/** Answers a browser; false for a request that is for none of its pages. */
export type Pages = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>
type Options = { port: number; secret: string; deliver: Deliver; isReady(): boolean; now(): number; part: Part; pages?: Pages }
export type Receiver = { stop(): Promise<void> }

/** Resolves when it listens. Throws UserError when the port is not free. */
export async function openReceiver(options: Options): Promise<Receiver> {
  const server = createServer(unhurried, (request, response) => {
    answer(options, request, response).catch(() => end(response, 500))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(new UserError(`SLACK_PORT ${options.port} is not free. Choose another, or stop what listens there.`)))
    server.listen(options.port, resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : options.port
  Object.assign(options.part, { isReady: true, detail: `listening on port ${port}, path ${path}` })
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        setTimeout(() => server.closeAllConnections(), 1000).unref()
      }),
  }
}

const end = (response: ServerResponse, status: number, body = ''): void => {
  if (response.writableEnded) return
  // What is not believed is not read either: the connection goes with it.
  response.writeHead(status, { 'content-type': 'text/plain', ...(status >= 400 && { connection: 'close' }) }).end(body)
}

async function answer(options: Options, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { secret, deliver, isReady, now, pages } = options
  if (request.url?.split('?')[0] !== path || request.method !== 'POST')
    return (await pages?.(request, response)) ? undefined : end(response, 404)
  const signature = String(request.headers['x-slack-signature'] ?? '')
  const timestamp = String(request.headers['x-slack-request-timestamp'] ?? '')
  if (!/^v0=[0-9a-f]{64}$/.test(signature) || !/^\d{1,12}$/.test(timestamp)) return end(response, 401)
  if (Math.abs(now() / 1000 - Number(timestamp)) > believedFor) return end(response, 401)
  if (Number(request.headers['content-length'] ?? 0) > largestBody) return end(response, 413)
  const raw = await read(request)
  if (!raw) return end(response, 413)
  const wanted = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(raw).digest()
  if (!timingSafeEqual(wanted, Buffer.from(signature.slice(3), 'hex'))) return end(response, 401)
  const body = parse(raw.toString('utf8'), request.headers['content-type'] ?? '')
  if (!body) return end(response, 400)
  if (body.type === 'url_verification') return end(response, 200, String(body.challenge ?? ''))
  if (body.ssl_check) return end(response, 200)
  // Slack tries again: nothing is lost.
  if (!isReady()) return end(response, 503)
  // The same request again, byte for byte, has the same signature: a replay.
  await deliver({ body, ack: async () => end(response, 200), key: signature })
  // Not accepted: Slack asks again.
  end(response, 503)
}

/** Nothing for a body that is too large; rejects when the sender goes away in the middle. */
function read(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > largestBody) resolve(undefined)
      else chunks.push(chunk)
    })
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
    request.on('error', reject)
    request.on('close', () => reject(new Error('gone')))
  })
}

/** JSON events; forms with a JSON `payload` (buttons, shortcuts), or with plain fields (slash commands). */
function parse(text: string, type: string): Record<string, unknown> | undefined {
  try {
    const form = type.startsWith('application/x-www-form-urlencoded') ? new URLSearchParams(text) : undefined
    if (!form && !type.startsWith('application/json')) return undefined
    const json = form ? form.get('payload') : text
    const body: unknown = json === null || json === undefined ? Object.fromEntries(form ?? []) : JSON.parse(json)
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
