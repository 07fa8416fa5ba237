/** Token rotation: tokens that end after twelve hours are renewed in time, once, and what is kept last is what Slack gave last. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keyFrom, unseal } from '../../src/adapters/slack/sealed.ts'
import type { Adapter } from '../../src/bot/adapter.ts'
import { StoreError } from '../../src/bot/errors.ts'
import type { Store } from '../../src/bot/store.ts'
import { channels, other, team } from '../support/fake-slack/world.ts'
import { plain, until } from './harness.ts'
import { key, makeSeveral, type SeveralWorld, secretsOf, severalEnv } from './slack-several-world.ts'
import { startInstance } from './slack-world.ts'

const hour = 3_600_000
let slack: SeveralWorld
let clock = 0
const now = () => clock
beforeEach(async () => {
  clock = Date.now()
  slack = await makeSeveral({ now })
  slack.fake.oauth.isRotating = true
  slack.fake.oauth.now = now
  await slack.install(team)
  await until('the first look', () => slack.used('auth.test').length >= 2)
})
afterEach(() => slack.close())

let keys = 0
const post = (adapter: Adapter = slack.adapter) => {
  const place = { platform: 'slack', server: team, channel: channels.general }
  return adapter.post({ place, mode: 'channel', card: plain(), key: `k${++keys}` })
}
const failureOf = (error: unknown) => (error as { failure?: string }).failure
const renewals = () => slack.fake.requests.filter(({ method, args }) => method === 'oauth.v2.access' && args.grant_type === 'refresh_token')
const onRecord = async (of = team) => {
  const kept = await slack.store.credential({ platform: 'slack', server: of })
  return kept && unseal(keyFrom(key) ?? Buffer.alloc(0), of, kept.sealed)
}
const secondInstance = (store: Store = slack.store) => startInstance(slack.fake, slack.world, store, { mode: 'http', env: severalEnv, now })
const newest = () => slack.fake.oauth.grantOf(team)

test('a post after thirteen quiet hours is sent with a new token, which is on record, sealed, before that', async () => {
  const first = newest()
  clock += 13 * hour
  await post()
  expect(renewals()).toHaveLength(1)
  expect(slack.used('chat.postMessage')).toEqual([newest().token])
  expect(newest().token).not.toBe(first.token)
  expect(await onRecord()).toMatchObject({ token: newest().token, refresh: newest().refresh, endsAt: newest().endsAt })
  // And again, with what came with it.
  clock += 13 * hour
  await post()
  expect(slack.fake.oauth.grants).toHaveLength(3)
  for (const plainText of secretsOf(slack.fake)) expect(JSON.stringify(slack.log.lines)).not.toContain(plainText)
})

test('one that is about to end is used as it is, and renewed behind that', async () => {
  const first = newest()
  clock += 11 * hour
  await post()
  expect(slack.used('chat.postMessage')).toEqual([first.token])
  await until('the renewal', () => renewals().length === 1)
  await until('a post with it', () => post().then(() => slack.used('chat.postMessage').at(-1) === newest().token))
  expect((await onRecord())?.token).toBe(newest().token)
  expect(renewals()).toHaveLength(1)
})

test('three instances whose token has ended renew it once, and all of them post', async () => {
  const others = [await secondInstance(), await secondInstance()]
  slack.fake.faults.push({ on: /oauth/, delay: 150 })
  clock += 13 * hour
  await Promise.all([post(), ...others.flatMap(({ adapter }) => [post(adapter), post(adapter)])])
  expect(renewals()).toHaveLength(1)
  expect(new Set(slack.used('chat.postMessage'))).toEqual(new Set([newest().token]))
  for (const { adapter } of others) await adapter.stop()
})

test('installed anew while a renewal is under way: what was given last stays on record', async () => {
  slack.fake.faults.push({ on: /oauth/, delay: 300 })
  clock += 11 * hour
  await post()
  await until('the renewal to be under way', () => renewals().length === 1)
  // The installation overtakes it, and is done when it is done, too.
  await slack.install(team)
  const [, installed, renewed] = slack.fake.oauth.grants.map(({ token }) => token)
  expect([installed, renewed].every(Boolean)).toBe(true)
  expect((await onRecord())?.token).toBe(installed)
  await post()
  expect(slack.used('chat.postMessage').at(-1)).toBe(installed)
})

test('Slack away in the last two hours costs nothing; away after the end it costs that post; back, all is well', async () => {
  slack.fake.faults.push({ on: /oauth/, status: 503, times: 2 })
  clock += 11 * hour
  await post()
  await until('word of it', () => slack.log.lines.some(({ code }) => code === 'slack-renewal-failed'))
  clock += 2 * hour
  expect(failureOf(await post().catch((error: unknown) => error))).toBe('dead-credential')
  clock += 11_000
  await until('a post', () => post().then(Boolean, () => false))
  expect(slack.used('chat.postMessage').at(-1)).toBe(newest().token)
  await until('green', () => slack.part().detail === '1 installed')
})

test('memory that is away when the new token comes is asked again until it holds it', async () => {
  let refusals = 3
  const forgetful: Store = {
    ...slack.store,
    keepCredential: async (...args) => {
      if (args[2] !== undefined && refusals-- > 0) throw new StoreError('ECONNREFUSED')
      return slack.store.keepCredential(...args)
    },
  }
  await slack.adapter.stop()
  const second = await secondInstance(forgetful)
  clock += 13 * hour
  await post(second.adapter)
  expect(refusals).toBe(-1)
  expect((await onRecord())?.token).toBe(newest().token)
  expect(renewals()).toHaveLength(1)
  await second.adapter.stop()
})

test('a renewal that Slack refuses makes that workspace red in name and no other', async () => {
  await slack.install(other.team)
  slack.fake.oauth.revoke(team)
  clock += 13 * hour
  expect(failureOf(await post().catch((error: unknown) => error))).toBe('dead-credential')
  await until('word of it', () => slack.part().detail.includes(`refused by Slack: ${team}`))
  const place = { platform: 'slack', server: other.team, channel: other.channels.general }
  await slack.adapter.post({ place, mode: 'channel', card: plain(), key: 'k-other' })
  expect(slack.used('chat.postMessage').at(-1)).toBe(slack.fake.oauth.grantOf(other.team).token)
  // Installed again, it is well.
  await slack.install(team)
  await post()
  expect(slack.part().detail).toBe('2 installed')
})
