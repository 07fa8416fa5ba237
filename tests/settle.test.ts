/** What the start leaves behind is given back, and nothing that only V8's own tests should have stays in reach. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { settle } from '../src/settle.ts'

test('after it, what nobody holds is gone and what somebody holds is there', async () => {
  const kept = { packs: Array.from({ length: 1000 }, (_, index) => `${index}`) }
  const leftBehind = (() => new WeakRef({ packs: [...kept.packs] }))()
  // A WeakRef keeps its object until the turn is over.
  await sleep(1)
  settle()
  expect(leftBehind.deref()).toBeUndefined()
  expect(kept.packs.at(-1)).toBe('999')
  expect('gc' in globalThis).toBe(false)
})
