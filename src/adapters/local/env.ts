/** The front of the local adapter: a chat on the terminal, without any token. It starts when no other platform does. */
import * as z from 'zod'
import { defineAdapter } from '../../bot/adapter.ts'

export const LocalEnv = z.object({ NO_COLOR: z.string().optional().meta({ description: 'Set to anything: no colour in the terminal' }) })
export type LocalEnv = z.infer<typeof LocalEnv>

export const front = defineAdapter({
  platform: 'local',
  isFallback: true,
  env: LocalEnv,
  missing: () => undefined,
  load: () => import('./index.ts'),
})
