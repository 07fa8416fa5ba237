/**
 * What must be known of servers: which thread belongs to which channel, and what the bot and a member may do. In: gateway events.
 * Out: Place, permissions. Nothing else is kept: no members, no names, no messages.
 */
import {
  type APIChannel,
  type APIOverwrite,
  PermissionFlagsBits as Bits,
  ChannelType,
  GatewayDispatchEvents,
  type GatewayDispatchPayload,
  type GatewayGuildCreateDispatchData,
} from 'discord-api-types/v10'
import type { Place } from '../../bot/message.ts'

type Channel = { type: ChannelType; parent?: string; overwrites: readonly APIOverwrite[] }
/** Permissions stay in Discord's own form (decimal text) until one is asked for. */
type Guild = { owner: string; roles: Map<string, string>; mine: readonly string[] | undefined; channels: Map<string, Channel> }
type AnyChannel = { id: string; type: ChannelType; parent_id?: string | null; permission_overwrites?: APIOverwrite[] }

export const threadTypes: ReadonlySet<ChannelType> = new Set([
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
])
export const forumTypes: ReadonlySet<ChannelType> = new Set([ChannelType.GuildForum, ChannelType.GuildMedia])

export type Places = {
  /** Takes an event in. */
  learn(event: GatewayDispatchPayload): void
  /** The place of a channel id; a thread gives its channel and itself. `seen`: the channel as an interaction shows it. */
  placeOf(guild: string | undefined, channel: string, seen?: Partial<APIChannel>): Place
  typeOf(place: Place): ChannelType | undefined
  /** The first of these permissions that the bot lacks there; none when it has all, or when the place is not known. */
  lacks(place: Place, names: readonly (keyof typeof Bits)[]): string | undefined
  setSelf(id: string): void
}

export function createPlaces(): Places {
  const guilds = new Map<string, Guild>()
  let self = ''
  /** What the bot may do where it was asked for last: a post asks several times. Until anything is learned. */
  let last: { channel: Channel; held: bigint } | undefined
  const keep = (guild: Guild | undefined, channel: AnyChannel) => guild?.channels.set(channel.id, channelFrom(channel, self))
  const learn = (event: GatewayDispatchPayload) => {
    // Nearly every event is one, and says nothing of places.
    if (event.t === GatewayDispatchEvents.MessageCreate) return
    last = undefined
    const data = event.d as { guild_id?: string; id?: string }
    const guild = guilds.get(data.guild_id ?? '')
    switch (event.t) {
      case GatewayDispatchEvents.GuildCreate:
        if (!event.d.unavailable) guilds.set(event.d.id, guildFrom(event.d, self))
        return
      case GatewayDispatchEvents.GuildUpdate: {
        const known = guilds.get(event.d.id)
        if (known) guilds.set(event.d.id, { ...known, owner: event.d.owner_id, roles: rolesFrom(event.d.roles) })
        return
      }
      case GatewayDispatchEvents.GuildDelete:
        if (!event.d.unavailable) guilds.delete(event.d.id)
        return
      case GatewayDispatchEvents.GuildRoleCreate:
      case GatewayDispatchEvents.GuildRoleUpdate:
        guild?.roles.set(event.d.role.id, event.d.role.permissions)
        return
      case GatewayDispatchEvents.GuildRoleDelete:
        guild?.roles.delete(event.d.role_id)
        return
      case GatewayDispatchEvents.GuildMemberUpdate:
        if (guild && event.d.user.id === self) guild.mine = event.d.roles
        return
      case GatewayDispatchEvents.ThreadListSync:
        for (const thread of event.d.threads) keep(guild, thread as AnyChannel)
        return
      case GatewayDispatchEvents.ChannelCreate:
      case GatewayDispatchEvents.ChannelUpdate:
      case GatewayDispatchEvents.ThreadCreate:
      case GatewayDispatchEvents.ThreadUpdate: {
        const isArchived = 'thread_metadata' in event.d && event.d.thread_metadata?.archived
        if (isArchived) guild?.channels.delete(event.d.id)
        else keep(guild, event.d as AnyChannel)
        return
      }
      case GatewayDispatchEvents.ChannelDelete:
      case GatewayDispatchEvents.ThreadDelete:
        guild?.channels.delete(event.d.id)
    }
  }
  const find = ({ server, channel }: Place) => ({ guild: guilds.get(server), channel: guilds.get(server)?.channels.get(channel) })
  return {
    learn,
    placeOf(guildId, id, seen) {
      if (!guildId) return { platform: 'discord', server: 'dm', channel: id }
      const known = guilds.get(guildId)?.channels.get(id) ?? (seen?.type === undefined ? undefined : channelFrom(seen as AnyChannel, self))
      const parent = known && threadTypes.has(known.type) ? known.parent : undefined
      const place = { platform: 'discord', server: guildId, channel: parent ?? id }
      return parent ? { ...place, thread: id } : place
    },
    typeOf: (place) => guilds.get(place.server)?.channels.get(place.thread ?? place.channel)?.type,
    lacks(place, names) {
      const { guild, channel } = find(place)
      // What is not known is left to Discord: a start-up or an outage must not silence a server.
      if (!guild?.roles.size || !guild.mine || !channel || guild.owner === self) return undefined
      if (last?.channel !== channel) last = { channel, held: channelBits(guild, guild.mine, place.server, channel, self) }
      const { held } = last
      return names.find((name) => (held & Bits[name]) === 0n)
    },
    setSelf: (id) => {
      last = undefined
      self = id
    },
  }
}

const rolesFrom = (roles: readonly { id: string; permissions: string }[]) => new Map(roles.map((role) => [role.id, role.permissions]))

/** Overwrites of single members other than the bot are left out: they never matter to it. */
function channelFrom({ type, parent_id, permission_overwrites = [] }: AnyChannel, self: string): Channel {
  const overwrites = permission_overwrites.filter((overwrite) => overwrite.type === 0 || overwrite.id === self)
  return { type, ...(parent_id && threadTypes.has(type) && { parent: parent_id }), overwrites }
}

const guildFrom = (data: GatewayGuildCreateDispatchData, self: string): Guild => ({
  owner: data.owner_id,
  roles: rolesFrom(data.roles ?? []),
  mine: data.members?.find((member) => member.user?.id === self)?.roles,
  channels: new Map([...(data.channels ?? []), ...(data.threads ?? [])].map((one) => [one.id, channelFrom(one as AnyChannel, self)])),
})

/** docs.discord.com, "Permissions": @everyone (its id is the server's) and the roles, or-ed. */
const roleBits = (guild: Guild, guildId: string, roles: readonly string[]): bigint =>
  [guildId, ...roles].reduce((bits, role) => bits | BigInt(guild.roles.get(role) ?? 0), 0n)

/** The same page's overwrites: @everyone, then all roles together, then the member; in each, deny before allow. */
function channelBits(guild: Guild, mine: readonly string[], guildId: string, { overwrites }: Channel, self: string): bigint {
  const base = roleBits(guild, guildId, mine)
  if (base & Bits.Administrator) return ~0n
  const layers = [
    overwrites.filter((one) => one.id === guildId),
    overwrites.filter((one) => mine.includes(one.id)),
    overwrites.filter((one) => one.id === self),
  ]
  return layers.reduce((bits, layer) => {
    const deny = layer.reduce((sum, one) => sum | BigInt(one.deny), 0n)
    const allow = layer.reduce((sum, one) => sum | BigInt(one.allow), 0n)
    return (bits & ~deny) | allow
  }, base)
}
