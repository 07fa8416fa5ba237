/** The front of the local adapter: a chat on the terminal, without any token. It starts when no other platform does. */
import * as z from 'zod'
import { defineAdapter } from '../../bot/adapter.ts'

export const front = defineAdapter({
  platform: 'local',
  env: z.object({}),
  missing: () => undefined,
  load: () => import('./index.ts'),
})
