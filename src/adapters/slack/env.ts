/**
 * The front of the Slack adapter: its environment, and whether it starts. Importing this file loads no library. One workspace has a bot token
 * here; several are installed by OAuth, and their tokens lie in the store, sealed.
 */
import * as z from 'zod'
import { defineAdapter } from '../../bot/adapter.ts'
import { eventsPath, installPath, redirectPath } from './paths.ts'
import { keyFrom } from './sealed.ts'

const Fields = z.object({
  SLACK_BOT_TOKEN: z
    .string()
    .regex(/^xoxb-/, 'must begin with xoxb-')
    .optional()
    .meta({ description: 'Bot token, for one workspace; neither it nor SLACK_CLIENT_ID: Slack stays off' }),
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
  SLACK_CLIENT_ID: z
    .string()
    .regex(/^\d+\.\d+$/, 'must be two numbers with a dot between, as on the app’s page Basic Information')
    .optional()
    .meta({
      description:
        'Several workspaces: the app’s Client ID. Needs the three below, SLACK_SIGNING_SECRET and SLACK_PORT, and no SLACK_BOT_TOKEN',
      example: '1234567890.1234567890123',
    }),
  SLACK_CLIENT_SECRET: z.string().min(8).optional().meta({ description: 'Several workspaces: the app’s Client Secret' }),
  SLACK_STATE_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters; "openssl rand -hex 32" makes one')
    .optional()
    .meta({ description: 'Several workspaces: signs what an installation in a browser is known by; openssl rand -hex 32' }),
  SLACK_INSTALLATION_KEY: z
    .string()
    .refine((text) => keyFrom(text) !== undefined, 'must be 32 random bytes as base64 or hex; "openssl rand -base64 32" makes them')
    .optional()
    .meta({
      description: 'Several workspaces: encrypts their tokens in the store. Keep a copy apart from its backups; openssl rand -base64 32',
    }),
  SLACK_API_URL: z
    .url()
    .regex(/\/api\/$/, 'must end in /api/')
    .optional()
    .meta({ description: 'Another Web API address, ending in /api/', example: 'http://127.0.0.1:4001/api/' }),
})

export const severalNames = ['SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET', 'SLACK_INSTALLATION_KEY'] as const
const needsSeveral = [...severalNames, 'SLACK_SIGNING_SECRET', 'SLACK_PORT'] as const
const onlyOne = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN'] as const

/** A group that is half set is told here, name by name: started with less, the bot would look well and be deaf. */
export const SlackEnv = Fields.superRefine((env, issues) => {
  const given = severalNames.filter((name) => env[name] !== undefined)
  if (!given.length) return
  const tell = (name: string, message: string) => issues.addIssue({ code: 'custom', path: [name], message })
  for (const name of needsSeveral)
    if (env[name] === undefined) tell(name, `is needed for several workspaces (${given.join(', ')} is set), and is not set`)
  for (const name of onlyOne)
    if (env[name] !== undefined)
      tell(name, `is for one workspace, and ${given.join(', ')} for several (by HTTP alone): unset the one or the other`)
})
export type SlackEnv = z.infer<typeof SlackEnv>

export const front = defineAdapter({
  platform: 'slack',
  env: SlackEnv,
  missing: (env) => {
    if (env.SLACK_CLIENT_ID) return undefined
    if (!env.SLACK_BOT_TOKEN) return 'SLACK_BOT_TOKEN is not set'
    if (env.SLACK_APP_TOKEN) return undefined
    if (env.SLACK_SIGNING_SECRET && env.SLACK_PORT !== undefined) return undefined
    return 'SLACK_BOT_TOKEN needs SLACK_APP_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET and SLACK_PORT (HTTP)'
  },
  hints: (env) => {
    if (env.SLACK_APP_TOKEN) return ['Configured for Socket Mode.']
    if (!env.SLACK_CLIENT_ID) return [`Configured for HTTP on port ${env.SLACK_PORT}, path ${eventsPath}.`]
    return [`Configured for several workspaces by HTTP on port ${env.SLACK_PORT}, paths ${eventsPath}, ${installPath} and ${redirectPath}.`]
  },
  probe: async (env, credentials) =>
    env.SLACK_CLIENT_ID
      ? (await import('./probe-several.ts')).probeSeveral(env, await credentials())
      : (await import('./probe.ts')).probe(env),
  libraries: ['@slack/', 'undici/'],
  load: () => import('./index.ts'),
})
