/**
 * What an installation gives the bot, sealed for the store: AES-256-GCM under the operator's key, with a random nonce, bound to its workspace.
 * In: a key, a workspace's id, an Installation. Out: `v1.<mark of the key>.<nonce>.<ciphertext and tag>`, and back.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import * as z from 'zod'

/** Only what the bot uses: no user's token, no names. */
export const Installation = z.strictObject({
  token: z.string().min(1),
  /** The bot as a user, and as a bot. */
  user: z.string().min(1),
  bot: z.string().min(1),
  scopes: z.array(z.string()),
  /** With token rotation: what the next token is asked for with, and when this one ends (milliseconds since 1970). */
  refresh: z.string().min(1).optional(),
  endsAt: z.number().optional(),
})
export type Installation = z.infer<typeof Installation>

/** `another-key`: sealed under a key that is not the one at hand. `damaged`: changed since, or another workspace's. */
export class SealError extends Error {
  override name = 'SealError'
  readonly why: 'another-key' | 'damaged'
  constructor(why: 'another-key' | 'damaged') {
    super(`the installation can't be read: ${why}`)
    this.why = why
  }
}

const keyBytes = 32

/** The 32 bytes in SLACK_INSTALLATION_KEY, written as 64 hex digits or as base64; nothing for anything else. */
export function keyFrom(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  if (!/^[\w+/-]{43}=?$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === keyBytes ? bytes : undefined
}

const cipher = 'aes-256-gcm'
/** Of GCM, in bytes: NIST SP 800-38D, 5.2.1.1 and 8.2.2; at most 2^32 random nonces under one key. */
const nonceLength = 12
const tagLength = 16

/** Tells one key from another and nothing else: a hash of 32 random bytes, cut to four. */
const markOf = (key: Buffer): string => createHash('sha256').update('for-the-record installation key').update(key).digest('hex').slice(0, 8)
/** A sealed text that was put at another workspace's place does not open there. */
const boundTo = (team: string): Buffer => Buffer.from(`slack/${team}`)

export function seal(key: Buffer, team: string, installation: Installation): string {
  const nonce = randomBytes(nonceLength)
  const encryption = createCipheriv(cipher, key, nonce, { authTagLength: tagLength }).setAAD(boundTo(team))
  const text = JSON.stringify(Installation.parse(installation))
  const sealed = Buffer.concat([encryption.update(text, 'utf8'), encryption.final(), encryption.getAuthTag()])
  return ['v1', markOf(key), nonce.toString('base64url'), sealed.toString('base64url')].join('.')
}

/** Throws SealError. */
export function unseal(key: Buffer, team: string, text: string): Installation {
  const [version, mark, nonce = '', body = ''] = text.split('.')
  if (version !== 'v1' || !body) throw new SealError('damaged')
  if (mark !== markOf(key)) throw new SealError('another-key')
  try {
    const sealed = Buffer.from(body, 'base64url')
    const decryption = createDecipheriv(cipher, key, Buffer.from(nonce, 'base64url'), { authTagLength: tagLength })
    decryption.setAAD(boundTo(team)).setAuthTag(sealed.subarray(-tagLength))
    const opened = Buffer.concat([decryption.update(sealed.subarray(0, -tagLength)), decryption.final()])
    return Installation.parse(JSON.parse(opened.toString('utf8')))
  } catch {
    throw new SealError('damaged')
  }
}
