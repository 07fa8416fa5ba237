/** The front of the Slack adapter: its environment, and whether it starts. Importing this file loads no library. */
import * as z from 'zod'
import { defineAdapter } from '../../bot/adapter.ts'

export const SlackEnv = z.object({
  SLACK_BOT_TOKEN: z
    .string()
    .regex(/^xoxb-/, 'must begin with xoxb-')
    .optional()
    .meta({ description: 'Bot token; none: Slack stays off' }),
  SLACK_APP_TOKEN: z
    .string()
    .regex(/^xapp-/, 'must begin with xapp-')
    .optional()
    .meta({ description: 'App-level token: Socket Mode, no public address needed' }),
  SLACK_SIGNING_SECRET: z.string().min(8).optional().meta({ description: 'Signing secret: HTTP mode, together with SLACK_PORT' }),
  SLACK_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .optional()
    .meta({ description: 'Port for HTTP mode (path /slack/events)', example: '3001' }),
  SLACK_API_URL: z
    .url()
    .regex(/\/api\/$/, 'must end in /api/')
    .optional()
    .meta({ description: 'Another Web API address, ending in /api/', example: 'http://127.0.0.1:4001/api/' }),
})
export type SlackEnv = z.infer<typeof SlackEnv>

export const front = defineAdapter({
  platform: 'slack',
  env: SlackEnv,
  missing: (env) => {
    if (!env.SLACK_BOT_TOKEN) return 'SLACK_BOT_TOKEN is not set'
    if (env.SLACK_APP_TOKEN) return undefined
    if (env.SLACK_SIGNING_SECRET && env.SLACK_PORT !== undefined) return undefined
    return 'SLACK_BOT_TOKEN needs SLACK_APP_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET and SLACK_PORT (HTTP)'
  },
  hints: (env) => [
    env.SLACK_APP_TOKEN ? 'Configured for Socket Mode.' : `Configured for HTTP on port ${env.SLACK_PORT}, path /slack/events.`,
  ],
  probe: async (env) => (await import('./probe.ts')).probe(env),
  libraries: ['@slack/', 'undici/'],
  load: () => import('./index.ts'),
})
