/**
 * Discord's refusals in the terms policy needs. In: what @discordjs/rest throws, a close code. Out: PostError, sentences for the operator.
 * Errors of the library hold request bodies and tokens in URLs: only codes leave this file.
 */
import { DiscordAPIError, HTTPError, RateLimitError } from '@discordjs/rest'
import { PostError, type PostFailure } from '../../bot/errors.ts'

/** docs.discord.com, "Opcodes and Status Codes"; what is not listed is told by its status. */
const failures: Record<number, PostFailure> = {
  10003: 'gone', // unknown channel
  10004: 'gone', // unknown guild
  10008: 'gone', // unknown message
  50001: 'forbidden', // missing access
  50008: 'forbidden', // no text in this channel type
  50013: 'forbidden', // missing permissions
  50083: 'forbidden', // thread archived and locked
  160005: 'forbidden', // thread locked
  40067: 'forbidden', // a tag is required in this forum
  20016: 'blocked', // slow mode
  50007: 'blocked', // this person takes no direct messages
  90001: 'blocked', // reaction blocked by the author
  200000: 'blocked', // AutoMod
  200001: 'blocked', // AutoMod, title
  240000: 'blocked', // links blocked
  130000: 'too-fast', // overloaded, try a little later
}

/** Errors of a request that never left: it may be sent again. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

export function postErrorFrom(error: unknown): PostError {
  if (error instanceof PostError) return error
  if (error instanceof RateLimitError) return new PostError('too-fast', 'discord-429')
  if (error instanceof HTTPError) return new PostError('unknown', `discord-${error.status}`)
  if (error instanceof DiscordAPIError) return new PostError(failureOf(error), `discord-${error.code || error.status}`)
  const { code = '', cause, name = 'error' } = (error ?? {}) as { code?: string; cause?: { code?: string }; name?: string }
  const network = String(code || cause?.code || '')
  return new PostError(neverSent.has(network) ? 'too-fast' : 'unknown', `discord-${network || name}`.replace(/[^\w-]/g, '-'))
}

function failureOf({ code, status, rawError }: DiscordAPIError): PostFailure {
  // A reply to a message that was deleted meanwhile is refused as a malformed form.
  if (code === 50035 && 'errors' in rawError && rawError.errors && 'message_reference' in Object(rawError.errors)) return 'gone'
  const known = failures[Number(code)]
  if (known) return known
  if (status === 401) return 'dead-credential'
  if (status === 429) return 'too-fast'
  return status === 403 ? 'forbidden' : status === 404 ? 'gone' : 'rejected'
}

/** Whether this says that what was to be taken away is gone already: message, channel, reaction or thread. */
export const isGone = (error: unknown): boolean =>
  error instanceof DiscordAPIError && [10003, 10004, 10008, 10014].includes(Number(error.code))

/** Close codes after which no new try helps: each names the switch to flip. */
const fatal: Record<number, string> = {
  4004: 'Discord refused the token (close 4004). Set DISCORD_TOKEN to the bot token: developer portal, page Bot, Reset Token.',
  4010: 'Discord refused the shard (close 4010). DISCORD_SHARDS must hold numbers below DISCORD_SHARD_COUNT.',
  4011: 'Discord wants more shards (close 4011). Unset DISCORD_SHARD_COUNT, or raise it.',
  4012: 'Discord no longer speaks this version of its gateway (close 4012). Update For the Record.',
  4013: 'Discord refused the intents (close 4013). Update For the Record; this version asks for intents that do not exist.',
  4014:
    'Discord refused the message content intent (close 4014). Switch it on in the developer portal, page Bot, Privileged Gateway Intents, ' +
    'or set DISCORD_MESSAGE_CONTENT=off: then only auto-replies are missing.',
}
export const fatalClose = (code: number): string | undefined => fatal[code]
export const refusedToken = 'Discord refused the token (401). Set DISCORD_TOKEN to the bot token: developer portal, page Bot, Reset Token.'
