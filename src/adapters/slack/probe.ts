/** What Slack itself says of a token, for the doctor. In: the environment. Out: lines; UserError for what must be mended. */
import { webApi } from '@slack/bolt'
import { UserError } from '../../bot/errors.ts'
import type { Log } from '../../bot/log.ts'
import { clientOptions, historyScopes, patience, scopesOf } from './connection.ts'
import type { SlackEnv } from './env.ts'
import { postErrorFrom } from './errors.ts'
import { scopes as asked } from './register.ts'

export const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
/** Somebody sits before a doctor. Milliseconds. */
export const within = 3000

export async function probe(env: SlackEnv): Promise<string[]> {
  const options = clientOptions(env, silent, { ...patience, request: within })
  const client = new webApi.WebClient(env.SLACK_BOT_TOKEN, options)
  const who = await client.auth.test().catch(postErrorFrom)
  if (who instanceof Error) {
    if (who.failure === 'dead-credential')
      throw new UserError(`Slack does not take SLACK_BOT_TOKEN (${who.code}): install the app again, or copy the token anew.`)
    return [`Slack could not be asked (${who.code}).`]
  }
  const scopes = scopesOf(who)
  if (!scopes) return ['Slack takes the token.']
  const missing = asked.base.filter((scope) => !scopes.includes(scope))
  if (missing.length)
    throw new UserError(`The token lacks scopes that the bot can’t do without: ${missing.join(', ')}. Add them and install the app again.`)
  const hasHistory = historyScopes.filter((scope) => scopes.includes(scope))
  if (!hasHistory.length) return ['Slack takes the token.', `Auto-replies off: history scope missing (${historyScopes.join(' or ')}).`]
  return ['Slack takes the token.', `Auto-replies can be switched on (${hasHistory.join(', ')}).`]
}
