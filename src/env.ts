/**
 * The environment the core reads. In: process.env (handed in by main or cli). Out: typed settings, or one UserError that names each fault.
 * .env.example is generated from these schemas and the adapters' own.
 */
import * as z from 'zod'
import { UserError } from './bot/errors.ts'

export const CoreEnv = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/.+/, 'must begin with postgres://')
    .refine(isAddress, 'is no address: write postgres://user:password@host:port/database, and %40 for an @ in the password')
    .optional()
    .meta({
      description: 'PostgreSQL for several instances; none: SQLite in STATE_DIR',
      example: 'postgres://user:password@localhost:5432/record',
    }),
  STATE_DIR: z.string().min(1).default('./state').meta({ description: 'Where SQLite keeps its file' }),
  PACKS_DIR: z.string().min(1).default('./data').meta({ description: 'The folder of knowledge packs' }),
  HOST: z.string().min(1).default('127.0.0.1').meta({ description: 'Address of the health page' }),
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(3000)
    .meta({ description: 'Port of the health page (GET /livez, /readyz, /metrics)' }),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').meta({ description: 'How much the log tells' }),
})
export type CoreEnv = z.infer<typeof CoreEnv>

/** Whether the driver can read it; a wrong form otherwise fails where nobody can tell the operator why. */
function isAddress(url: string): boolean {
  return URL.canParse(url)
}

/** Prefixes that are ours: a name with one of them that nobody knows is a typo. */
const ours = /^(DISCORD|SLACK)_/

/** Reads one schema from the environment; an empty value counts as not set. Throws UserError naming every fault and its remedy. */
export function readEnv<S extends z.ZodObject>(schema: S, env: NodeJS.ProcessEnv): z.output<S> {
  const given = Object.fromEntries(Object.keys(schema.shape).flatMap((name) => (env[name] ? [[name, env[name]]] : [])))
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new UserError(`The environment is not right.\n${lines.join('\n')}\nSee .env.example for each name and its form.`)
}

/** Throws UserError for a name that looks like ours and is known to no schema. */
export function refuseUnknown(env: NodeJS.ProcessEnv, known: readonly string[]): void {
  const unknown = Object.keys(env).filter((name) => ours.test(name) && !known.includes(name))
  if (unknown.length)
    throw new UserError(`The environment has names that nothing reads: ${unknown.join(', ')}. Known ones: ${known.join(', ')}.`)
}
