/** The Discord adapter. Not built yet. */
import type { Adapter, AdapterContext } from '../../bot/adapter.ts'
import { UserError } from '../../bot/errors.ts'
import type { DiscordEnv } from './env.ts'

export function createAdapter(_: AdapterContext<DiscordEnv>): Adapter {
  throw new UserError('Discord is not built into this version yet.')
}
