/** What exists on the fake: a workspace, channels, people, tokens. In: nothing. Out: ids, and payloads as Slack sends them. */
import type { Json } from './limits.ts'

export const team = 'T0FORTHEREC'
export const bot = { user: 'U0BOT000001', bot: 'B0BOT000001', app: 'A0APP000001' }
export const channels = { general: 'C0GENERAL01', other: 'C0OTHER0001', moderators: 'C0MODS00001', direct: 'D0DIRECT001' }

export type Human = { id: string; team?: string; is_admin?: boolean; is_owner?: boolean }
export const member: Human = { id: 'U0MEMBER001' }
export const second: Human = { id: 'U0MEMBER002' }
export const admin: Human = { id: 'U0ADMIN0001', is_admin: true }
export const owner: Human = { id: 'U0OWNER0001', is_owner: true }
/** Admin of another company, here through a shared channel. */
export const stranger: Human = { id: 'U0STRANGE01', team: 'T0ELSEWHERE', is_admin: true }
export const people = [member, second, admin, owner, stranger]

export const tokens = { bot: 'xoxb-1111-2222-abcdefghijkl', app: 'xapp-1-A0APP000001-3333-abcdef', secret: 'a-signing-secret-of-slack' }
export const allScopes = [
  'app_mentions:read',
  'chat:write',
  'commands',
  'im:history',
  'users:read',
  'channels:history',
  'groups:history',
  'reactions:read',
  'reactions:write',
]

let last = 0
const next = (): number => {
  last += 1
  return last
}
/** A ts as Slack makes them: seconds and a counter that never repeats. */
export const timestamp = (at = Date.now()): string => `${Math.floor(at / 1000)}.${String(next()).padStart(6, '0')}`
export const nextId = (prefix: string): string => `${prefix}${Date.now().toString(36).toUpperCase()}${next()}`

export type FakeMessage = Json & {
  type: 'message'
  channel: string
  ts: string
  user?: string
  bot_id?: string
  text: string
  thread_ts?: string
  subtype?: string
}

/** The outer body of an event. */
export const eventBody = (event: Json, id = nextId('Ev')): Json => ({
  token: 'legacy',
  team_id: team,
  api_app_id: bot.app,
  event,
  type: 'event_callback',
  event_id: id,
  event_time: Math.floor(Date.now() / 1000),
  authorizations: [{ enterprise_id: null, team_id: team, user_id: bot.user, is_bot: true, is_enterprise_install: false }],
  is_ext_shared_channel: false,
  event_context: 'ctx',
})

export const personOf = ({ id, team: home = team }: Human): Json => ({
  id,
  username: id.toLowerCase(),
  name: id.toLowerCase(),
  team_id: home,
})
