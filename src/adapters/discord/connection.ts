/** What a connection to Discord is made with: intents, shards, the client for requests. In: the environment. Out: those three. */
import { REST, RESTEvents } from '@discordjs/rest'
import { GatewayIntentBits } from 'discord-api-types/v10'
import { UserError } from '../../bot/errors.ts'
import type { Log } from '../../bot/log.ts'
import type { DiscordEnv } from './env.ts'
import { shareConnections } from './sockets.ts'

/** Guilds, messages, reactions to messages, direct messages: none needs a review. The content intent only when it is asked for. */
export const intentsFor = (readsAll: boolean): number =>
  GatewayIntentBits.Guilds |
  GatewayIntentBits.GuildMessages |
  GatewayIntentBits.GuildMessageReactions |
  GatewayIntentBits.DirectMessages |
  (readsAll ? GatewayIntentBits.MessageContent : 0)

/** Which shards this process runs, of how many. Throws UserError when the numbers do not fit. */
export function shardsOf({ DISCORD_SHARDS, DISCORD_SHARD_COUNT }: DiscordEnv, recommended: number): { shards: number[]; count: number } {
  if (DISCORD_SHARDS === 'auto') {
    const count = DISCORD_SHARD_COUNT ?? recommended
    return { shards: Array.from({ length: count }, (_, id) => id), count }
  }
  const shards = DISCORD_SHARDS.split(',').map(Number)
  const count = DISCORD_SHARD_COUNT ?? Math.max(...shards) + 1
  if (shards.some((id) => id >= count)) throw new UserError('DISCORD_SHARDS must hold numbers below DISCORD_SHARD_COUNT, such as 0,1 of 4.')
  return { shards, count }
}

/** No blind retry: a lost answer to a send is not a lost send (post.ts tries again with the nonce). */
export function createRest({ DISCORD_API_URL }: DiscordEnv, log: Log, holds: Map<string, number>): REST {
  const rest = new REST({
    version: '10',
    ...(DISCORD_API_URL && { api: DISCORD_API_URL }),
    retries: 0,
    makeRequest: shareConnections(),
    timeout: 10_000,
    invalidRequestWarningInterval: 250,
    rejectOnRateLimit: ({ timeToReset, retryAfter, sublimitTimeout, majorParameter }) => {
      const wait = Math.max(timeToReset, retryAfter, sublimitTimeout)
      if (wait > longestQueue) holds.set(majorParameter, Date.now() + wait)
      return wait > longestQueue
    },
  })
  rest.on(RESTEvents.InvalidRequestWarning, ({ count }) => log.warn('discord-invalid-requests', { count }))
  return rest
}

/** A request that would wait longer for its turn fails as too fast, in milliseconds: unasked posts are better dropped than late. */
const longestQueue = 10_000
