/** What a connection to Slack is made with: clients that never retry by themselves, a logger that tells no text, patience. In: the environment. Out: those. */
import { setTimeout as sleep } from 'node:timers/promises'
import { LogLevel, type webApi } from '@slack/bolt'
import type { PostError } from '../../bot/errors.ts'
import type { Log } from '../../bot/log.ts'
import type { SlackEnv } from './env.ts'
import { usualSpacing } from './queue.ts'

/** Waits, in milliseconds; the tests shorten them. */
export type Patience = {
  first: number
  /** An outage of an hour is over for us half a minute after it is over for Slack. */
  longest: number
  /** A refused token heals by a person's hand alone. */
  refused: number
  /** What a crash left half done may still be in the hands of another instance for this long: a turn in a queue and a request. */
  halfDone: number
  /** A request that takes longer is given up; its outcome is then unknown. */
  request: number
  /** Between two messages of ours in one channel. */
  spacing: number
}
export const patience: Patience = {
  first: 1000,
  longest: 30_000,
  refused: 300_000,
  halfDone: 22_000,
  request: 10_000,
  spacing: usualSpacing,
}

export const waitFor = (failure: PostError, row: number, { first, longest, refused }: Patience): number =>
  failure.failure === 'dead-credential' ? Math.min(refused, longest * 2 ** row) : Math.min(longest, first * 2 ** row)

/** Somebody waits for an answer to a command; that it comes late by so much is better than never. Milliseconds. */
const answerWithin = 60_000
const usualApi = 'https://slack.com/api/'

/**
 * For every client of ours. Defaults of the library: ten tries in half an hour (a lost answer then becomes a second message), no time-out,
 * and one refusal for speed that stops all channels.
 */
export function clientOptions({ SLACK_API_URL }: SlackEnv, log: Log, { request }: Patience = patience) {
  return {
    ...(SLACK_API_URL && { slackApiUrl: SLACK_API_URL }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: request,
    fetch: patientFetch(SLACK_API_URL ?? usualApi, request),
    logger: quietLogger(log),
  }
}

/**
 * Bolt answers a response_url with this, and would do so without a time-out. Such an answer waits when Slack asks it to: it was certainly not
 * taken. Calls of the Web API don't wait here; queue.ts knows which of them are worth it.
 */
function patientFetch(api: string, within: number): typeof fetch {
  return async (url, init) => {
    const end = performance.now() + answerWithin
    for (;;) {
      const response = await fetch(url, { ...init, signal: init?.signal ?? AbortSignal.timeout(within) })
      if (response.status !== 429 || String(url).startsWith(api)) return response
      const wait = Math.max(1, Number(response.headers.get('retry-after')) || 1) * 1000
      if (performance.now() + wait > end) return response
      await response.body?.cancel()
      await sleep(wait, undefined, { ref: false })
    }
  }
}

/** The library's own words may hold what people wrote, tokens and socket addresses: only that it spoke, and its first words, are told. */
function quietLogger(log: Log) {
  const say = (write: Log['warn']) => (first: unknown) =>
    write('slack-library', { about: /^[A-Za-z' -]{0,60}/.exec(first instanceof Error ? first.name : String(first))?.[0] ?? '' })
  return {
    debug: () => {},
    info: () => {},
    warn: say(log.warn),
    error: say(log.error),
    setLevel: () => {},
    setName: () => {},
    getLevel: () => LogLevel.WARN,
  }
}

/** Names of the scopes that the token has, as Slack tells them; nothing when it does not tell. */
export const scopesOf = (result: webApi.WebAPICallResult): readonly string[] | undefined => result.response_metadata?.scopes

/** Those of which unasked replies need one: without, no ordinary message reaches the bot. */
export const historyScopes = ['channels:history', 'groups:history']
