/**
 * One queue per channel, so that a channel that Slack slows down does not hold up the others (one client's own waiting would). In: calls.
 * Out: their results in order; PostError('too-fast') for what would wait longer than it is worth.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { webApi } from '@slack/bolt'
import { PostError } from '../../bot/errors.ts'

/** Waiting for a turn longer than this is given up, in milliseconds: an unasked post is better dropped than late. */
const longestWait = 10_000

export type Queue = { send<T>(channel: string, call: () => Promise<T>): Promise<T> }

export function createQueue(): Queue {
  const turns = new Map<string, Promise<unknown>>()
  /** Channels that Slack told us to leave alone, and until when (performance.now). */
  const holds = new Map<string, number>()

  async function attempt<T>(channel: string, call: () => Promise<T>, deadline: number): Promise<T> {
    for (;;) {
      const until = holds.get(channel) ?? 0
      if (until > deadline) throw new PostError('too-fast', 'slack-ratelimited')
      if (until > performance.now()) await sleep(until - performance.now())
      holds.delete(channel)
      try {
        return await call()
      } catch (error) {
        if (!(error instanceof webApi.WebAPIRateLimitedError)) throw error
        // Certainly not sent; it may be sent again when its time has come.
        holds.set(channel, performance.now() + Math.max(1, error.retryAfter) * 1000)
      }
    }
  }
  return {
    send<T>(channel: string, call: () => Promise<T>): Promise<T> {
      const deadline = performance.now() + longestWait
      const before = turns.get(channel) ?? Promise.resolve()
      const turn = before.then(() => attempt(channel, call, deadline))
      const settled = turn.catch(() => {}).finally(() => turns.get(channel) === settled && turns.delete(channel))
      turns.set(channel, settled)
      return turn
    },
  }
}
