/** The front of the Discord adapter: its environment, and whether it starts. Importing this file loads no library. */
import * as z from 'zod'
import { defineAdapter } from '../../bot/adapter.ts'

export const DiscordEnv = z.object({
  DISCORD_TOKEN: z
    .string()
    .min(20, 'must be the bot token of the developer portal')
    .optional()
    .meta({ description: 'Bot token; none: Discord stays off' }),
  DISCORD_API_URL: z
    .url()
    .regex(/\/api$/, 'must end in /api')
    .optional()
    .meta({
      description: 'Another API address, ending in /api; the gateway is then what GET /gateway/bot answers',
      example: 'http://127.0.0.1:4000/api',
    }),
  DISCORD_SHARDS: z
    .string()
    .regex(/^(auto|\d+(,\d+)*)$/, 'must be "auto" or shard numbers such as 0,1')
    .default('auto')
    .meta({ description: 'Shards of this process: auto, or a share such as 0,1' }),
  DISCORD_SHARD_COUNT: z.coerce
    .number()
    .int()
    .min(1)
    .max(10000)
    .optional()
    .meta({ description: 'Shards in all, when several processes share them', example: '4' }),
  DISCORD_MESSAGE_CONTENT: z
    .enum(['on', 'off'])
    .default('off')
    .meta({ description: 'The message content intent: needed for auto-replies, for nothing else' }),
})
export type DiscordEnv = z.infer<typeof DiscordEnv>

export const front = defineAdapter({
  platform: 'discord',
  env: DiscordEnv,
  missing: (env) => (env.DISCORD_TOKEN ? undefined : 'DISCORD_TOKEN is not set'),
  hints: (env) => [
    env.DISCORD_MESSAGE_CONTENT === 'on'
      ? 'Configured; the message content intent must also be on in the developer portal.'
      : 'Configured; auto-replies are off, since DISCORD_MESSAGE_CONTENT is off. Commands, menu, mentions and daily facts work.',
  ],
  libraries: ['@discordjs/', 'discord-api-types/', 'ws/'],
  load: () => import('./index.ts'),
})
