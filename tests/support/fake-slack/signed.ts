/** Requests as Slack signs them, for HTTP mode. In: a port and a body. Out: the status, and the answer's text. */
import { createHmac } from 'node:crypto'
import { tokens } from './world.ts'

export type Signing = { secret?: string; at?: number; signature?: string; headers?: Record<string, string>; path?: string }

export const signatureOf = (secret: string, timestamp: string, body: string): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`

/** `type`: of the content. `signing`: what is to be wrong about it. `at`: seconds since 1970. */
export async function sendSigned(
  port: number,
  body: string,
  type: 'application/json' | 'application/x-www-form-urlencoded',
  signing: Signing = {},
): Promise<{ status: number; text: string }> {
  const { secret = tokens.secret, at = Math.floor(Date.now() / 1000), path = '/slack/events' } = signing
  const signature = signing.signature ?? signatureOf(secret, String(at), body)
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: {
      'content-type': type,
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': signature,
      ...signing.headers,
    },
    body,
  })
  return { status: response.status, text: await response.text() }
}
