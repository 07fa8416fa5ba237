/**
 * The fake's installations: a browser is asked for scopes and sent back with a code, a code is exchanged for a token, a token ends and is
 * renewed. In: requests as the library sends them. Out: tokens of workspaces, each with what was granted.
 */
import type { Json } from './limits.ts'
import * as world from './world.ts'

export type Grant = { token: string; team: string; isValid: boolean; scopes: string[]; refresh?: string; endsAt?: number }
export type Code = { team: string; scopes: string[]; isOrganisation: boolean }

export type FakeOAuth = {
  /** Every token that was ever given out, the newest last. */
  grants: Grant[]
  codes: Map<string, Code>
  /** The app's Redirect URL. */
  redirect: string
  /** Token rotation is switched on. */
  isRotating: boolean
  /** How long a token then lasts, in seconds. */
  lifetime: number
  now(): number
  /** What a browser does with the address behind the button: agrees there for a workspace. Resolves with the address it is sent back to. */
  approve(address: string, team: string, how?: { scopes?: string[]; isOrganisation?: boolean }): string
  /** The token of a workspace that was given last. */
  grantOf(team: string): Grant
  /** All its tokens end at once, as when the app is taken away. */
  revoke(team: string): void
}

export function createOAuth(): FakeOAuth {
  const oauth: FakeOAuth = {
    grants: [],
    codes: new Map(),
    redirect: '',
    isRotating: false,
    lifetime: 43_200,
    now: Date.now,
    approve(address, team, { scopes, isOrganisation = false } = {}) {
      const asked = new URL(address).searchParams
      if (asked.get('client_id') !== world.client.id) throw new Error('Slack knows no such app')
      const code = world.nextId('code')
      oauth.codes.set(code, { team, scopes: scopes ?? (asked.get('scope') ?? '').split(','), isOrganisation })
      return `${oauth.redirect}?${new URLSearchParams({ code, state: asked.get('state') ?? '' })}`
    },
    grantOf(team) {
      const grant = oauth.grants.findLast((one) => one.team === team)
      if (!grant) throw new Error(`nothing was granted in ${team}`)
      return grant
    },
    revoke(team) {
      for (const grant of oauth.grants) if (grant.team === team) grant.isValid = false
    },
  }
  return oauth
}

/** oauth.v2.access: for a code, which is good once, or for what renews a token, which is spent by it. */
export function access(oauth: FakeOAuth, args: Json): Json {
  if (args.client_id !== world.client.id) return { ok: false, error: 'invalid_client_id' }
  if (args.client_secret !== world.client.secret) return { ok: false, error: 'bad_client_secret' }
  if (args.grant_type === 'refresh_token') {
    const before = oauth.grants.find(({ refresh, isValid }) => refresh === args.refresh_token && isValid)
    if (!before) return { ok: false, error: 'invalid_refresh_token' }
    delete before.refresh
    return given(oauth, before, false)
  }
  const code = oauth.codes.get(String(args.code))
  if (!code) return { ok: false, error: 'invalid_code' }
  oauth.codes.delete(String(args.code))
  return given(oauth, code, code.isOrganisation)
}

function given(oauth: FakeOAuth, { team, scopes }: { team: string; scopes: string[] }, isOrganisation: boolean): Json {
  const mark = world.nextId('S')
  const token = oauth.isRotating ? `xoxe.xoxb-1-${mark}` : `xoxb-${team}-${mark}`
  const rotation = oauth.isRotating ? { refresh: `xoxe-1-${mark}`, endsAt: oauth.now() + oauth.lifetime * 1000 } : {}
  oauth.grants.push({ token, team, isValid: true, scopes, ...rotation })
  const { bot } = world.workspaceOf(team)
  return {
    ...{ ok: true, access_token: token, token_type: 'bot', scope: scopes.join(','), bot_user_id: bot.user, app_id: world.bot.app },
    ...{ team: isOrganisation ? null : { id: team, name: 'Fake' }, enterprise: isOrganisation ? { id: 'E0WHOLE0001', name: 'Org' } : null },
    ...{ is_enterprise_install: isOrganisation, authed_user: { id: 'U0INSTALLER' } },
    ...(oauth.isRotating && { refresh_token: rotation.refresh, expires_in: oauth.lifetime }),
  }
}
