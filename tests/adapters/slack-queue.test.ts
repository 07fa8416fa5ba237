/** Send queues against the fake Slack: one channel's speed is its own, nothing is sent twice, what is late is dropped, answers wait. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Post } from '../../src/bot/adapter.ts'
import { PostError } from '../../src/bot/errors.ts'
import { channels } from '../support/fake-slack/world.ts'
import { keepingBot, until } from './harness.ts'
import { general, shownOn, startSlack } from './slack-harness.ts'

const bot = keepingBot()
let started: Awaited<ReturnType<typeof startSlack>>
beforeEach(async () => {
  started = await startSlack(bot, { patience: { spacing: 300 } })
})
afterEach(() => started.close())

const postMessage = /^chat\.postMessage$/
const aPost = (key: string, channel = channels.general): Post => ({
  place: { ...general, channel },
  mode: 'channel',
  card: { title: 'A fact', lead: `fact ${key}` },
  key,
})
const failureOf = (posted: Promise<unknown>) => posted.catch((error: unknown) => (error instanceof PostError ? error.failure : error))
const postsIn = (channel: string) =>
  started.fake.requests.filter(({ method, args }) => postMessage.test(method) && args.channel === channel)

test('a message that Slack took and whose answer was lost is told as unknown, and sent once (M2)', async () => {
  for (const fault of [{ after: true }, { after: true, status: 502 }]) {
    started.fake.faults.push({ on: postMessage, ...fault })
    expect(await failureOf(started.adapter.post(aPost('k1')))).toBe('unknown')
  }
  expect(postsIn(channels.general)).toHaveLength(2)
  expect(shownOn(started.fake)).toHaveLength(2)
})

test('a channel that Slack slows down waits as long as it was told, and holds up no other (M3)', async () => {
  started.fake.faults.push({ on: postMessage, retryAfter: 2 })
  const order: string[] = []
  const slow = started.adapter.post(aPost('slow')).then(() => order.push('slow'))
  await until('the refusal', () => postsIn(channels.general).length === 1)
  await started.adapter.post(aPost('quick', channels.other)).then(() => order.push('quick'))
  await slow
  expect(order).toEqual(['quick', 'slow'])
  const [first, second, ...more] = postsIn(channels.general).map(({ at }) => at)
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1990)
  expect(more).toEqual([])
})

test('what would have to wait longer than it is worth is dropped; so is what stands behind it', async () => {
  started.fake.faults.push({ on: postMessage, retryAfter: 60 })
  const outcomes = await Promise.all(['a', 'b', 'c'].map((key) => failureOf(started.adapter.post(aPost(key)))))
  expect(outcomes).toEqual(['too-fast', 'too-fast', 'too-fast'])
  expect(postsIn(channels.general)).toHaveLength(1)
  expect(shownOn(started.fake)).toEqual([])
})

test('messages of one channel keep their distance and their order; those of another are not behind them', async () => {
  const keys = ['a', 'b', 'c']
  await Promise.all([...keys.map((key) => started.adapter.post(aPost(key))), started.adapter.post(aPost('other', channels.other))])
  const times = postsIn(channels.general).map(({ at }) => at)
  times.slice(1).forEach((at, index) => {
    expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(295)
  })
  expect(postsIn(channels.general).map(({ args }) => String(args.text).match(/fact (\w)/)?.[1])).toEqual(keys)
  expect(postsIn(channels.other)[0]?.at).toBeLessThan(times.at(-1) ?? 0)
})

test('taking a message back does not wait for the next message to be due', async () => {
  const ref = await started.adapter.post(aPost('a'))
  const later = started.adapter.post(aPost('b'))
  await later
  await started.adapter.remove(ref)
  expect(shownOn(started.fake).map(({ text }) => text.includes('fact b'))).toEqual([true])
})

test('an answer to a command waits when Slack asks it to, and comes once', async () => {
  started.fake.faults.push({ on: /^respond$/, retryAfter: 1 })
  const exchange = await started.fake.command('/myth german gold')
  await until('the answer', () => exchange.answers.length === 1, 8000)
  const tries = started.fake.requests.filter(({ method }) => method === 'respond').map(({ at }) => at)
  expect(tries).toHaveLength(2)
  expect((tries[1] ?? 0) - (tries[0] ?? 0)).toBeGreaterThanOrEqual(990)
})

test('an answer whose outcome nobody knows is not given twice', async () => {
  started.fake.faults.push({ on: /^respond$/, after: true })
  const exchange = await started.fake.command('/myth german gold')
  await until('the answer', () => exchange.answers.length === 1, 8000)
  await started.adapter.stop()
  expect(started.fake.requests.filter(({ method }) => method === 'respond')).toHaveLength(1)
})

test('a call that Slack never answers is given up, with its outcome unknown', { timeout: 20_000 }, async () => {
  started.fake.faults.push({ on: postMessage, delay: Number.POSITIVE_INFINITY })
  expect(await failureOf(started.adapter.post(aPost('k')))).toBe('unknown')
  expect(postsIn(channels.general)).toHaveLength(1)
})
