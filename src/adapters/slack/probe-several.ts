/**
 * What the doctor says of several workspaces: how many, which can't be read, which Slack refuses, which lack scopes. In: the environment and
 * the sealed records. Out: lines with ids and scopes; UserError for what the operator must mend. No token is renewed: that is the bot's.
 */
import { webApi } from '@slack/bolt'
import { UserError } from '../../bot/errors.ts'
import type { Credential } from '../../bot/store.ts'
import { clientOptions, historyScopes, patience } from './connection.ts'
import type { SlackEnv } from './env.ts'
import { postErrorFrom } from './errors.ts'
import { installPath } from './paths.ts'
import { silent, within } from './probe.ts'
import { scopes as wanted } from './register.ts'
import { hasEnded } from './renew.ts'
import { type Installation, keyFrom, SealError, unseal } from './sealed.ts'
import { describe, named, type Troubles } from './state-of-several.ts'

/** Slack is asked about so many, so many at a time: somebody sits before a doctor. */
const mostAsked = 40
const abreast = 8

export async function probeSeveral(env: SlackEnv, credentials: readonly Credential[]): Promise<string[]> {
  const key = keyFrom(env.SLACK_INSTALLATION_KEY ?? '') ?? Buffer.alloc(0)
  if (!credentials.length) return [`No workspace is installed yet: open ${installPath} in a browser.`]
  const troubles: Troubles = { installed: new Set(), refused: new Map(), unreadable: new Map() }
  const opened: [team: string, installation: Installation][] = []
  for (const { server: team, sealed } of credentials) {
    troubles.installed.add(team)
    try {
      opened.push([team, unseal(key, team, sealed)])
    } catch (error) {
      troubles.unreadable.set(team, error instanceof SealError ? error.why : 'damaged')
    }
  }
  const silentOnes = await askAll(env, opened, troubles.refused)
  const lacking = (needed: readonly string[], some: (missing: string[]) => boolean) =>
    opened.flatMap(([team, { scopes }]) => {
      const missing = needed.filter((scope) => !scopes.includes(scope))
      return some(missing) ? [`${team} (${missing.join(', ')})`] : []
    })
  const withoutBase = lacking(wanted.base, (missing) => missing.length > 0)
  const withoutHistory = lacking(historyScopes, (missing) => missing.length === historyScopes.length)
  const lines = [`Workspaces: ${describe(troubles).detail}.`]
  if (opened.length > mostAsked) lines.push(`Slack was asked about the first ${mostAsked}.`)
  if (silentOnes.length) lines.push(`Slack could not be asked about ${named(silentOnes)}.`)
  if (withoutBase.length) lines.push(`Lacking scopes that the bot can’t do without, to be installed again: ${named(withoutBase)}.`)
  if (withoutHistory.length) lines.push(`Auto-replies off for want of a history scope: ${named(withoutHistory)}.`)
  if (troubles.unreadable.size)
    throw new UserError(
      `${lines.join(' ')} Set the SLACK_INSTALLATION_KEY they were encrypted with, or have the app installed there again at ${installPath}.`,
    )
  return lines
}

/** Fills in whom Slack refuses; resolves with those about whom it did not answer. Tokens that have ended are renewed by the bot, not here. */
async function askAll(env: SlackEnv, opened: readonly [string, Installation][], refused: Troubles['refused']): Promise<string[]> {
  const options = clientOptions(env, silent, { ...patience, request: within })
  const waiting = opened.slice(0, mostAsked).filter(([, installation]) => !hasEnded(installation, Date.now()))
  const unanswered: string[] = []
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [team, { token }] = next
      const who = await new webApi.WebClient(token, { ...options }).auth.test().catch(postErrorFrom)
      if (!(who instanceof Error)) continue
      if (who.failure === 'dead-credential') refused.set(team, who.code)
      else unanswered.push(`${team} (${who.code})`)
    }
  }
  await Promise.all(Array.from({ length: abreast }, work))
  return unanswered
}
