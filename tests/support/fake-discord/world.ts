/**
 * What exists on the fake: servers, channels, people, messages. In: how many servers. Out: payloads as Discord sends them, and stored messages.
 * Server 0 is the one that tests use; its channels have names. The others are alike and made when asked for, so that 10,000 cost nothing here.
 */
import type { Json } from './limits.ts'

const epoch = 1_420_070_400_000n
let increment = 0n
/** An id as Discord makes them: time, then a counter. */
export const snowflake = (at = Date.now()): string => String(((BigInt(at) - epoch) << 22n) | (++increment & 0xfffn))

export const token = `${btoa('800000000000000001').replace(/=/g, '')}.Gabcde.${'x'.repeat(38)}`
export const application = '800000000000000001'
export const botUser = { id: '800000000000000001', username: 'For the Record', discriminator: '0', avatar: null, bot: true }

export const bits = {
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  manageMessages: 1n << 13n,
  embedLinks: 1n << 14n,
  history: 1n << 16n,
  addReactions: 1n << 6n,
  manageGuild: 1n << 5n,
  publicThreads: 1n << 35n,
  sendInThreads: 1n << 38n,
}
const everyday = Object.values({ ...bits, manageMessages: 0n, manageGuild: 0n }).reduce((sum, bit) => sum | bit, 0n)

const apart = 4_194_304n * 16n
/** Server number `index`: its ids follow from the number. */
export const guildId = (index: number): string => String(700_000_000_000_000_000n + BigInt(index) * apart)
/** The server of a channel that `below` named; of any other (a thread), server 0. */
export const serverOf = (channel: string): string => {
  const past = BigInt(channel) - BigInt(guildId(0))
  return past >= 0n && past < apart * 1_000_000n ? guildId(Number(past / apart)) : home
}
export const below = (index: number, kind: number, number: number): string =>
  String(BigInt(guildId(index)) + BigInt(kind * 1000 + number + 1))

export const home = guildId(0)
export const channels = {
  general: below(0, 1, 0),
  news: below(0, 1, 1),
  forum: below(0, 1, 2),
  voice: below(0, 1, 3),
  denied: below(0, 1, 4),
  plain: below(0, 1, 5),
  noThreads: below(0, 1, 6),
  moderators: below(0, 1, 7),
}
const types: Record<string, number> = { news: 5, forum: 15, voice: 2 }
export const modRole = below(0, 2, 0)
export const botRole = below(0, 2, 1)

const deny = (id: string, denied: bigint) => ({ id, type: 0, allow: '0', deny: String(denied) })
const overwritesOf = (name: string): Json[] => {
  if (name === 'denied') return [deny(home, bits.sendMessages | bits.sendInThreads)]
  if (name === 'plain') return [deny(botRole, bits.embedLinks)]
  if (name === 'noThreads') return [deny(botRole, bits.publicThreads)]
  return []
}

/** GUILD_CREATE of one server: ten channels and ten roles each, as an ordinary small server has. `threads`: the bot may open some in it. */
export function guildPayload(index: number, threads = true): Json {
  const id = guildId(index)
  const named = index === 0 ? Object.entries(channels) : []
  const plain = Array.from({ length: 10 - named.length }, (_, number) => [`channel-${number}`, below(index, 1, 20 + number)] as const)
  const role = (roleId: string, name: string, permissions: bigint, position: number): Json => ({
    id: roleId,
    name,
    permissions: String(permissions),
    position,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: name === 'bot',
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
  })
  return {
    id,
    name: `Server ${index}`,
    icon: null,
    splash: null,
    owner_id: '900000000000000099',
    afk_timeout: 300,
    verification_level: 1,
    default_message_notifications: 1,
    explicit_content_filter: 0,
    features: ['COMMUNITY', 'NEWS'],
    emojis: Array.from({ length: 5 }, (_, number) => ({
      id: below(index, 3, number),
      name: `emoji${number}`,
      roles: [],
      require_colons: true,
      managed: false,
      animated: false,
      available: true,
    })),
    stickers: [],
    mfa_level: 0,
    system_channel_flags: 0,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: 'en-US',
    nsfw_level: 0,
    roles: [
      role(id, '@everyone', everyday, 0),
      role(below(index, 2, 0), 'moderators', everyday | bits.manageMessages, 2),
      role(below(index, 2, 1), 'bot', 0n, 3),
      ...Array.from({ length: 7 }, (_, number) => role(below(index, 2, 10 + number), `role ${number}`, everyday, 4 + number)),
    ],
    channels: [...named, ...plain].map(([name, channel], position) => ({
      id: channel,
      name,
      type: types[name] ?? 0,
      position,
      topic: `What ${name} is about`,
      nsfw: false,
      rate_limit_per_user: 0,
      last_message_id: channel,
      parent_id: null,
      flags: 0,
      permission_overwrites: named.length
        ? overwritesOf(name)
        : [
            deny(id, bits.addReactions),
            { id: below(index, 2, 0), type: 0, allow: String(bits.manageMessages), deny: '0' },
            ...(threads ? [] : [deny(below(index, 2, 1), bits.publicThreads)]),
          ],
    })),
    threads: [],
    members: [
      {
        user: botUser,
        roles: [below(index, 2, 1)],
        nick: null,
        joined_at: '2026-01-01T00:00:00.000000+00:00',
        deaf: false,
        mute: false,
        flags: 0,
      },
    ],
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
    joined_at: '2026-01-01T00:00:00.000000+00:00',
    large: false,
    unavailable: false,
    member_count: 42,
  }
}

export type FakeMessage = Json & { id: string; channel_id: string; author: Json & { id: string }; content: string }
export type Human = { id: string; roles?: string[]; permissions?: bigint }
export const member: Human = { id: '900000000000000001' }
export const moderator: Human = { id: '900000000000000002', roles: [modRole], permissions: everyday | bits.manageMessages }
export const admin: Human = { id: '900000000000000003', permissions: everyday | bits.manageGuild }

export const userOf = ({ id }: Human, more: Json = {}): Json & { id: string } => ({
  id,
  username: `user${id.slice(-2)}`,
  discriminator: '0',
  avatar: null,
  ...more,
})
export const memberOf = (human: Human): Json => ({
  roles: human.roles ?? [],
  joined_at: '2026-01-01T00:00:00.000000+00:00',
  deaf: false,
  mute: false,
  flags: 0,
})
export const permissionsOf = (human: Human): string => String(human.permissions ?? everyday)
export const botPermissions = String(everyday)

/** A message as Discord stores it. */
export function messageOf(channel: string, author: FakeMessage['author'], content: string, more: Json = {}): FakeMessage {
  return {
    id: snowflake(),
    channel_id: channel,
    author,
    content,
    timestamp: new Date().toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: content.includes(`<@${botUser.id}>`) ? [botUser] : [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    pinned: false,
    type: 0,
    ...more,
  }
}
