/** What exists on the fake: a workspace, channels, people, tokens. In: nothing. Out: ids, and payloads as Slack sends them. */
import type { Json } from './limits.ts'

export const team = 'T0FORTHEREC'
export const bot = { user: 'U0BOT000001', bot: 'B0BOT000001', app: 'A0APP000001' }
export const channels = { general: 'C0GENERAL01', other: 'C0OTHER0001', moderators: 'C0MODS00001', direct: 'D0DIRECT001' }

/** A second workspace, for where the app is installed in several. */
export const other = {
  team: 'T0SECONDONE',
  bot: { user: 'U0BOT000002', bot: 'B0BOT000002' },
  channels: { general: 'C0SECONDGE1', direct: 'D0SECONDDI1' },
}
const workspaces = [{ team, bot, channels }, other]
/** Every other channel or team is the first workspace's. */
export const workspaceOf = (of: string) =>
  workspaces.find((one) => one.team === of || Object.values<string>(one.channels).includes(of)) ?? { team, bot, channels }
/** The app itself, as several workspaces install it. */
export const client = { id: '1111111111.2222222222222', secret: 'client-secret-0123456789abcdef' }

export type Human = { id: string; team?: string; is_admin?: boolean; is_owner?: boolean }
export const member: Human = { id: 'U0MEMBER001' }
export const second: Human = { id: 'U0MEMBER002' }
export const admin: Human = { id: 'U0ADMIN0001', is_admin: true }
export const owner: Human = { id: 'U0OWNER0001', is_owner: true }
/** Admin of another company, here through a shared channel. */
export const stranger: Human = { id: 'U0STRANGE01', team: 'T0ELSEWHERE', is_admin: true }
/** Of the second workspace. */
export const otherAdmin: Human = { id: 'U0ADMIN0002', team: other.team, is_admin: true }
export const otherMember: Human = { id: 'U0MEMBER022', team: other.team }
export const people = [member, second, admin, owner, stranger, otherAdmin, otherMember]

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

/** The outer body of an event. `at`: seconds since 1970. */
export const eventBody = (event: Json, id = nextId('Ev'), of = team, at = Math.floor(Date.now() / 1000)): Json => ({
  token: 'legacy',
  team_id: of,
  api_app_id: bot.app,
  event,
  type: 'event_callback',
  event_id: id,
  event_time: at,
  authorizations: [{ enterprise_id: null, team_id: of, user_id: workspaceOf(of).bot.user, is_bot: true, is_enterprise_install: false }],
  is_ext_shared_channel: false,
  event_context: 'ctx',
})

export const personOf = ({ id, team: home = team }: Human): Json => ({
  id,
  username: id.toLowerCase(),
  name: id.toLowerCase(),
  team_id: home,
})
