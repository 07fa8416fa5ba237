/**
 * The Discord adapter, on the two lower packages of discord.js (@discordjs/ws and @discordjs/rest): docs/adr/0008. Quirks of the platform:
 * - First answer to an interaction within 3 s; a deferred answer is private or public for good (answer.ts).
 * - Without the content intent texts are empty except in mentions, direct messages and menu targets: then nothing else is passed on.
 * - A message without allowed_mentions notifies everybody it names (render.ts sets it always).
 * - enforce_nonce holds for "a few minutes", two as we count; after that own messages are looked through (post.ts).
 * - In threads SEND_MESSAGES means nothing, SEND_MESSAGES_IN_THREADS counts; forums take posts only.
 * - GUILD_DELETE with `unavailable` is an outage, without it the bot was removed. Deletions carry ids only.
 * - A socket that is open is not one that hears: parts are per shard and carry the time of the last event (gateway.ts).
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type APIGatewayBotInfo, GatewayDispatchEvents, type GatewayDispatchPayload, Routes } from 'discord-api-types/v10'
import type { Abilities, Adapter, AdapterContext, BotPort, Part } from '../../bot/adapter.ts'
import { PostError } from '../../bot/errors.ts'
import { createRest, intentsFor, shardsOf } from './connection.ts'
import type { DiscordEnv } from './env.ts'
import { postErrorFrom, refusedToken } from './errors.ts'
import { type Gateway, gatewayTiming, openGateway, type Timing } from './gateway.ts'
import { createIntake } from './intake.ts'
import { createPlaces } from './places.ts'
import { type Refusals, removePost, sendPost } from './post.ts'
import { registerCommands, versionOf } from './register.ts'

export const abilities: Abilities = {
  privateReplies: true,
  buttons: true,
  threads: true,
  reactions: true,
  suggestions: true,
  dropsDoublesFor: 120_000,
  findsOwnPosts: true,
}

/** Milliseconds; the tests change them. */
export type AdapterTiming = Timing & { deferAfter: number; startWithin: number; retryStart: number; stopWithin: number }
/** Discord waits three seconds; a person takes a third of one for no answer at all, so a slow memory is covered up before. */
export const adapterTiming: AdapterTiming = { ...gatewayTiming, deferAfter: 200, startWithin: 30_000, retryStart: 5000, stopWithin: 9000 }

const changesRights: ReadonlySet<string> = new Set([
  GatewayDispatchEvents.ChannelUpdate,
  GatewayDispatchEvents.ThreadUpdate,
  GatewayDispatchEvents.GuildRoleUpdate,
  GatewayDispatchEvents.GuildMemberUpdate,
])

type Context = AdapterContext<DiscordEnv>

export function createAdapter(context: Context, timing: AdapterTiming = adapterTiming): Adapter {
  const { env, log, now, store, commands, down } = context
  const places = createPlaces()
  /** Channels that Discord told us to leave alone, and until when. */
  const holds = new Map<string, number>()
  const refusals: Refusals = new Map()
  const rest = createRest(env, log, holds)
  const parts: Part[] = [{ name: 'gateway', isReady: false, detail: 'not started' }]
  const underWay = new Set<Promise<unknown>>()
  let self = ''
  let gateway: Gateway | undefined
  let isOver = true
  let starting = new AbortController()

  const track = <T>(work: Promise<T>): Promise<T> => {
    const done = () => underWay.delete(work)
    underWay.add(work)
    work.then(done, done)
    return work
  }
  const end = (detail: string) => {
    isOver = true
    for (const part of parts) Object.assign(part, { isReady: false, detail })
  }
  /** What only a person can mend: no further try, one line. */
  const fatal = (reason: string) => {
    if (isOver) return
    end(reason)
    gateway?.stop().catch(() => {})
    down(reason, 78)
  }
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isOver) throw new PostError('too-fast', 'discord-stopped')
    try {
      return await track(work())
    } catch (error) {
      const failed = postErrorFrom(error)
      if (failed.failure === 'dead-credential') fatal(refusedToken)
      throw failed
    }
  }
  const posting = { rest, places, holds, refusals, now, self: () => self }
  const post: Adapter['post'] = (wanted) => guarded(() => sendPost(posting, wanted))
  const remove: Adapter['remove'] = (ref) => guarded(() => removePost(posting, ref))

  /** Once per version of the commands and installation; with several processes the one that runs shard 0. */
  const register = async (application: string) => {
    const wanted = `${application} ${versionOf(commands)}`
    if (!shardsOf(env, 1).shards.includes(0) || (await store.recall('discord-commands')) === wanted) return
    const outcome = await registerCommands(rest, application, commands).catch((error: unknown) => postErrorFrom(error))
    if (outcome instanceof PostError) return log.error('discord-commands-refused', { cause: outcome.code })
    log.info('discord-commands', { outcome })
    await store.remember('discord-commands', wanted)
  }
  const take = (intake: ReturnType<typeof createIntake>) => (event: GatewayDispatchPayload) => {
    if (event.t === GatewayDispatchEvents.Ready) {
      self = event.d.user.id
      places.setSelf(self)
      track(register(event.d.application.id)).catch(() => log.error('discord-commands-failed'))
    }
    places.learn(event)
    // Somebody changed who may do what: what was refused there may be allowed now.
    const server = changesRights.has(event.t) && (event.d as { guild_id?: string }).guild_id
    if (server) for (const [channel, refusal] of refusals) if (refusal.server === server) refusals.delete(channel)
    const work = isOver || starting.signal.aborted ? undefined : intake(event)
    if (work) track(work).catch(() => log.error('discord-event-failed', { event: event.t }))
  }

  /** Connects, or says why not and tries again ever later. */
  const connect = async (bot: BotPort, row: number, signal: AbortSignal): Promise<void> => {
    const info = await (rest.get(Routes.gatewayBot(), { signal }) as Promise<APIGatewayBotInfo>).catch((error: unknown) =>
      postErrorFrom(error),
    )
    // Stopped meanwhile, perhaps started again: that start has a connection of its own.
    if (isOver || signal.aborted) return
    if (info instanceof PostError && info.failure === 'dead-credential') return fatal(refusedToken)
    const { shards, count } = shardsOf(env, info instanceof PostError ? 1 : info.shards)
    if (info instanceof PostError || info.session_start_limit.remaining < shards.length) {
      const why = info instanceof PostError ? `Discord does not answer (${info.code})` : 'no session starts are left today'
      parts.splice(0, parts.length, { name: 'gateway', isReady: false, detail: `${why}; trying again` })
      log.warn('discord-start-failed', { cause: info instanceof PostError ? info.code : 'discord-no-sessions' })
      const wait = Math.min(timing.longestWait, timing.retryStart * 2 ** row)
      setTimeout(() => signal.aborted || connect(bot, row + 1, signal).catch(() => {}), wait).unref()
      return
    }
    log.info('discord-gateway', { shards: shards.length, identifiesLeft: info.session_start_limit.remaining })
    const readsAll = env.DISCORD_MESSAGE_CONTENT === 'on'
    const intake = createIntake({ ...posting, bot, store, commands, log, remove, readsAll, deferAfter: timing.deferAfter })
    const options = { rest, token: env.DISCORD_TOKEN ?? '', intents: intentsFor(readsAll), shards, count, info, log, now, timing }
    gateway = openGateway({ ...options, onEvent: take(intake), onFatal: fatal })
    parts.splice(0, parts.length, ...gateway.parts)
    await Promise.race([gateway.ready, sleep(timing.startWithin, undefined, { ref: false })])
  }

  return {
    platform: 'discord',
    abilities,
    parts,
    async start(bot) {
      shardsOf(env, 1)
      isOver = false
      starting = new AbortController()
      rest.setToken(env.DISCORD_TOKEN ?? '')
      await connect(bot, 0, starting.signal)
    },
    post,
    remove,
    async stop() {
      const wasOver = isOver
      // Events are no longer taken in; what they began may still post.
      starting.abort()
      await Promise.race([Promise.allSettled(underWay), sleep(timing.stopWithin, undefined, { ref: false })])
      if (!wasOver) end('stopped')
      await gateway?.stop()
      rest.clearHashSweeper()
      rest.clearHandlerSweeper()
    },
  }
}
