/**
 * Token rotation: a token of an app that has it switched on ends after twelve hours, and what it is renewed with is spent by that
 * (docs.slack.dev, "Using token rotation"). One instance renews at a time, and keeps what it got only where nothing else was kept meanwhile.
 * In: what is on record. Out: what is on record then.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { webApi } from '@slack/bolt'
import type { AdapterContext } from '../../bot/adapter.ts'
import { PostError } from '../../bot/errors.ts'
import type { Credential } from '../../bot/store.ts'
import type { clientOptions } from './connection.ts'
import type { SlackEnv } from './env.ts'
import { postErrorFrom } from './errors.ts'
import { type Installation, seal } from './sealed.ts'

type Context = Pick<AdapterContext<SlackEnv>, 'env' | 'store' | 'log' | 'now'>
type Options = ReturnType<typeof clientOptions>

/** A token is renewed this long before its end, in milliseconds, so that a Slack that is away for an hour costs nobody an answer. */
const before = 7_200_000
/** A request is under way for some seconds. */
const margin = 30_000
/** Who renews holds the turn for this long; who dies in it costs the others no more. */
const turn = 60_000
/** How long others wait for the one whose turn it is, when the token has ended, and how often they look. */
const waiting = { within: 10_000, every: 200 }
/** What Slack has given must not get lost: the old means of renewal is spent. Waits between tries to keep it, in milliseconds. */
const keepingTries = [100, 300, 1000, 3000, 8000, 12_000, 12_000]

export const isEnding = ({ endsAt }: Installation, now: number): boolean => endsAt !== undefined && endsAt - now < before
export const hasEnded = ({ endsAt }: Installation, now: number): boolean => endsAt !== undefined && endsAt - now < margin

/** Resolves with what is on record now, or nothing when it was dropped. Throws PostError when Slack gives none, StoreError when memory is away. */
export async function renew(
  context: Context,
  options: Options,
  key: Buffer,
  kept: Credential,
  installation: Installation,
): Promise<Credential | undefined> {
  const { store, now } = context
  const server = { platform: 'slack', server: kept.server }
  const slot = `slack-renewal|${kept.server}`
  if (!(await store.reserve(slot, now(), now() + turn))) return hasEnded(installation, now()) ? waitForOther(context, kept) : kept
  try {
    const current = await store.credential(server)
    if (current?.sealed !== kept.sealed) return current
    const given = await ask(context, options, installation)
    const renewed: Credential = { ...current, sealed: seal(key, kept.server, { ...installation, ...given }) }
    return (await keep(context, renewed, current.sealed)) ? renewed : store.credential(server)
  } finally {
    await store.release(slot).catch(() => {})
  }
}

async function waitForOther({ store }: Context, kept: Credential): Promise<Credential | undefined> {
  const end = performance.now() + waiting.within
  for (;;) {
    const current = await store.credential({ platform: 'slack', server: kept.server })
    if (current?.sealed !== kept.sealed || performance.now() > end) return current
    await sleep(waiting.every)
  }
}

async function ask({ env, now }: Context, options: Options, { refresh }: Installation): Promise<Partial<Installation>> {
  const secrets = { client_id: env.SLACK_CLIENT_ID ?? '', client_secret: env.SLACK_CLIENT_SECRET ?? '' }
  const client = new webApi.WebClient(undefined, { ...options })
  const asked = now()
  const given = await client.oauth.v2
    .access({ ...secrets, grant_type: 'refresh_token', refresh_token: refresh ?? '' })
    .catch((error: unknown) => Promise.reject(postErrorFrom(error)))
  const { access_token: token, refresh_token, expires_in } = given
  if (!token || !refresh_token || !expires_in) throw new PostError('rejected', 'slack-no-token')
  return { token, refresh: refresh_token, endsAt: asked + expires_in * 1000 }
}

/** True when it is on record; false when something else came there meanwhile. */
async function keep({ store, log }: Context, { server, ...renewed }: Credential, expected: string): Promise<boolean> {
  for (let row = 0; ; row += 1) {
    try {
      return await store.keepCredential({ platform: 'slack', server }, renewed, expected)
    } catch (error) {
      const wait = keepingTries[row]
      log.warn('slack-renewal-not-kept', { server, error: error instanceof Error ? error.name : typeof error, isLast: wait === undefined })
      if (wait === undefined) throw error
      await sleep(wait)
    }
  }
}
