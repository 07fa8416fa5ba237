/** The Slack adapter. Not built yet. */
import type { Adapter, AdapterContext } from '../../bot/adapter.ts'
import { UserError } from '../../bot/errors.ts'
import type { SlackEnv } from './env.ts'

export function createAdapter(_: AdapterContext<SlackEnv>): Adapter {
  throw new UserError('Slack is not built into this version yet.')
}
