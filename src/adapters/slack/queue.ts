/**
 * One queue per channel, so that a channel that Slack slows down does not hold up the others (one client's own waiting would). In: calls.
 * Out: their results in order; PostError('too-fast') for what would wait longer than it is worth. Answers to commands do not pass here:
 * they go to addresses of their own and wait as long as Slack asks (connection.ts).
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { webApi } from '@slack/bolt'
import { PostError } from '../../bot/errors.ts'

/** Waiting for a turn longer than this is given up, in milliseconds: an unasked post is better dropped than late. */
const longestWait = 10_000
/** Slack takes a message a second in a channel; of more it may hide some without a word. Milliseconds. */
export const usualSpacing = 1000
const mostRemembered = 1000

export type Queue = {
  /** `isMessage`: it will be seen in the channel, and keeps its distance from the one before. */
  send<T>(channel: string, call: () => Promise<T>, isMessage?: boolean): Promise<T>
}

export function createQueue(spacing = usualSpacing): Queue {
  const turns = new Map<string, Promise<unknown>>()
  /** Channels that Slack told us to leave alone, and until when (performance.now). */
  const holds = new Map<string, number>()
  /** When the next message may follow. */
  const free = new Map<string, number>()

  async function attempt<T>(channel: string, call: () => Promise<T>, deadline: number, isMessage: boolean): Promise<T> {
    for (;;) {
      const until = Math.max(holds.get(channel) ?? 0, isMessage ? (free.get(channel) ?? 0) : 0)
      if (until > deadline || performance.now() > deadline) throw new PostError('too-fast', 'slack-ratelimited')
      if (until > performance.now()) await sleep(until - performance.now())
      holds.delete(channel)
      try {
        return await call()
      } catch (error) {
        if (!(error instanceof webApi.WebAPIRateLimitedError)) throw error
        // Certainly not sent; it may be sent again when its time has come.
        remember(holds, channel, performance.now() + Math.max(1, error.retryAfter) * 1000)
      } finally {
        // Counted from the answer: when Slack took it, nobody here knows.
        if (isMessage) remember(free, channel, performance.now() + spacing)
      }
    }
  }
  return {
    send<T>(channel: string, call: () => Promise<T>, isMessage = false): Promise<T> {
      const deadline = performance.now() + longestWait
      const before = turns.get(channel) ?? Promise.resolve()
      const turn = before.then(() => attempt(channel, call, deadline, isMessage))
      const settled = turn.catch(() => {}).finally(() => turns.get(channel) === settled && turns.delete(channel))
      turns.set(channel, settled)
      return turn
    },
  }
}

/** Moments that have passed mean nothing any more. */
function remember(moments: Map<string, number>, channel: string, until: number): void {
  if (moments.size >= mostRemembered) for (const [one, moment] of moments) if (moment < performance.now()) moments.delete(one)
  moments.set(channel, until)
}
