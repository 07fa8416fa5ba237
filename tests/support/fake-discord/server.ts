/**
 * A whole fake Discord on loopback: REST and gateway on one port, people who act, faults on demand. In: options. Out: FakeDiscord.
 */
import { type FakeGateway, startGateway } from './gateway.ts'
import type { Json } from './limits.ts'
import { type Interaction, type RestState, startRest } from './rest.ts'
import * as world from './world.ts'

export type FakeOptions = {
  guilds?: number
  shards?: number
  heartbeat?: number
  contentApproved?: boolean
  maxConcurrency?: number
  threads?: boolean
}

export type FakeDiscord = RestState & {
  /** For DISCORD_API_URL. */
  api: string
  gateway: FakeGateway
  /** Somebody writes; the message is stored and sent. */
  say(channel: string, content: string, more?: Json, human?: world.Human): world.FakeMessage
  edit(message: world.FakeMessage, content: string): void
  erase(message: world.FakeMessage): void
  react(message: world.FakeMessage, emoji: string, human?: world.Human): void
  /** Sends an interaction; its answers appear in what is returned. */
  interact(type: number, data: Json, more?: Json & { human?: world.Human; channel?: string }): Interaction
  close(): Promise<void>
}

/** Where direct messages are: ids that begin with 6. */
export const directChannel = '600000000000000001'

export async function startFakeDiscord(options: FakeOptions = {}): Promise<FakeDiscord> {
  const { guilds = 1, shards = 1, heartbeat = 41_250, contentApproved = true, maxConcurrency = 1, threads = true } = options
  const state: RestState = {
    requests: [],
    violations: [],
    faults: [],
    messages: new Map(),
    sent: new Map(),
    threads: new Map(),
    reactions: new Set(),
    interactions: new Map(),
    commands: [],
    remaining: 1000,
    shards,
    maxConcurrency,
    onCreate: (t, d) => gateway.dispatch(t, d),
  }
  const server = await startRest(state, world.home)
  const gateway = startGateway(server, {
    heartbeat,
    contentApproved,
    *guilds(shard, count) {
      for (let index = 0; index < guilds; index += 1)
        if (Number((BigInt(world.guildId(index)) >> 22n) % BigInt(count)) === shard) yield world.guildPayload(index, threads)
    },
  })
  const address = server.address()
  const guildOf = (channel: string): Json => (channel === directChannel ? {} : { guild_id: world.serverOf(channel) })
  const fake: FakeDiscord = Object.assign(state, {
    api: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/api`,
    gateway,
    say(channel: string, content: string, more: Json = {}, human = world.member) {
      const message = world.messageOf(channel, world.userOf(human), content, more)
      state.messages.set(channel, [...(state.messages.get(channel) ?? []), message])
      const inGuild = channel !== directChannel && { member: world.memberOf(human), ...guildOf(channel) }
      gateway.dispatch('MESSAGE_CREATE', { ...message, ...inGuild })
      return message
    },
    edit(message: world.FakeMessage, content: string) {
      Object.assign(message, { content, edited_timestamp: new Date().toISOString() })
      gateway.dispatch('MESSAGE_UPDATE', { ...message, ...guildOf(message.channel_id), member: world.memberOf(world.member) })
    },
    erase({ id, channel_id }: world.FakeMessage) {
      state.messages.set(channel_id, state.messages.get(channel_id)?.filter((one) => one.id !== id) ?? [])
      gateway.dispatch('MESSAGE_DELETE', { id, channel_id, ...guildOf(channel_id) })
    },
    react({ id, channel_id, author }: world.FakeMessage, emoji: string, human = world.member) {
      const who = { user_id: human.id, member: { ...world.memberOf(human), user: world.userOf(human) } }
      gateway.dispatch('MESSAGE_REACTION_ADD', {
        ...who,
        channel_id,
        message_id: id,
        message_author_id: author.id,
        emoji: { id: null, name: emoji },
        burst: false,
        type: 0,
        ...guildOf(channel_id),
      })
    },
    interact(type: number, data: Json, more: Json & { human?: world.Human; channel?: string } = {}) {
      const { human = world.member, channel = world.channels.general, ...rest } = more
      const interaction: Interaction = {
        id: world.snowflake(),
        token: `t${world.snowflake()}`,
        channel,
        sentAt: performance.now(),
        answers: [],
      }
      state.interactions.set(interaction.token, interaction)
      const isDirect = channel === directChannel
      const who = isDirect
        ? { user: world.userOf(human) }
        : {
            member: { ...world.memberOf(human), user: world.userOf(human), permissions: world.permissionsOf(human) },
            guild_locale: 'en-US',
          }
      const thread = state.threads.get(channel)
      const at = { id: channel, type: isDirect ? 1 : thread ? 11 : 0, ...(thread && { parent_id: thread.parent }) }
      gateway.dispatch('INTERACTION_CREATE', {
        id: interaction.id,
        token: interaction.token,
        application_id: world.application,
        type,
        data,
        version: 1,
        locale: 'en-GB',
        app_permissions: world.botPermissions,
        entitlements: [],
        authorizing_integration_owners: isDirect ? { '1': human.id } : { '0': world.home },
        context: isDirect ? 1 : 0,
        channel: at,
        channel_id: channel,
        ...guildOf(channel),
        ...who,
        ...rest,
      })
      return interaction
    },
    async close() {
      await gateway.stop()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  })
  return fake
}
