/** The local adapter passes the contract of every adapter, and ends in order. */
import { expect, test } from 'vitest'
import { abilities } from '../../src/adapters/local/index.ts'
import { localPlace } from '../../src/adapters/local/translate.ts'
import { adapterContract } from './adapter-contract.ts'
import { keepingBot, plain, until } from './harness.ts'
import { localHarness, nature, startLocal } from './local-harness.ts'

adapterContract('local', abilities, localHarness, nature)

test('a closed terminal takes no post and says that it was certainly not shown', async () => {
  const { adapter, text } = await startLocal(keepingBot())
  await adapter.stop()
  const post = adapter.post({ place: localPlace, mode: 'channel', card: plain({ lead: 'unseen' }), key: 'k1' })
  await expect(post).rejects.toMatchObject({ name: 'PostError', failure: 'dead-credential', code: 'local-closed' })
  expect(text()).not.toContain('unseen')
})

test.each(['/quit', '/exit', ''])('the end of the input (%s) ends the adapter, once, after what was typed before it', async (last) => {
  const bot = keepingBot()
  const { type, end, downs } = await startLocal(bot)
  for (let index = 0; index < 20; index += 1) type(`line ${index}`)
  if (last) type(last)
  else end()
  await until('the end', () => downs.length > 0)
  expect(bot.heard.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, (_, index) => `line ${index}`))
  expect(downs).toEqual(['the terminal was closed'])
})
