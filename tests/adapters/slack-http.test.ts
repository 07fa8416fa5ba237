/** HTTP mode at its door: who is believed, what is read, what a repeated or a slow request does. Raw requests to the real receiver. */
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sendSigned, signatureOf } from '../support/fake-slack/signed.ts'
import { admin, channels, eventBody, member, team, timestamp, tokens } from '../support/fake-slack/world.ts'
import { type KeepingBot, keepingBot, pause, until } from './harness.ts'
import { makeAdapter, startSlack } from './slack-harness.ts'
import { makeSlackWorld, startInstance, workspace } from './slack-world.ts'

type Started = Awaited<ReturnType<typeof startSlack>>
const json = 'application/json'
const form = 'application/x-www-form-urlencoded'
const seconds = () => Math.floor(Date.now() / 1000)
const event = (text: string) =>
  JSON.stringify(eventBody({ type: 'message', channel: channels.general, ts: timestamp(), user: member.id, text }))
const command = (text: string) =>
  String(new URLSearchParams({ command: '/myth', text, team_id: team, channel_id: channels.general, user_id: member.id }))

describe('the door', () => {
  let slack: Started
  let bot: KeepingBot
  const port = () => slack.fake.port ?? 0
  const signed = (body: string, more: Parameters<typeof sendSigned>[3] = {}, type: string = json) =>
    sendSigned(port(), body, type as typeof json, more)
  beforeEach(async () => {
    bot = keepingBot()
    slack = await startSlack(bot, { mode: 'http' })
  })
  afterEach(() => slack.close())
  /** Everything that was let in has been handled once a request behind it has. */
  const heard = async () => {
    expect((await signed(event('the last one'))).status).toBe(200)
    await until('the last one', () => bot.heard.some(({ text }) => text === 'the last one'))
    return bot.heard.filter(({ text }) => text !== 'the last one').length
  }

  test.each<[string, Parameters<typeof sendSigned>[3], number]>([
    ['signed by Slack', {}, 200],
    ['signed four minutes ago', { at: seconds() - 240 }, 200],
    ['with a clock four minutes ahead', { at: seconds() + 240 }, 200],
    ['signed with another secret', { secret: 'somebody-elses-secret' }, 401],
    ['with an empty secret', { secret: '' }, 401],
    ['stale', { at: seconds() - 301 - 5 }, 401],
    ['from the future', { at: seconds() + 301 + 5 }, 401],
    ['with no signature', { signature: '' }, 401],
    ['with a short signature', { signature: 'v0=abc' }, 401],
    ['with the signature of another version', { signature: `v1=${'0'.repeat(64)}` }, 401],
    ['with half a signature', { headers: { 'x-slack-signature': signatureOf(tokens.secret, String(seconds()), '').slice(0, 40) } }, 401],
    ['with no timestamp', { headers: { 'x-slack-request-timestamp': '' } }, 401],
    ['with a timestamp that is no number', { headers: { 'x-slack-request-timestamp': 'NaN' } }, 401],
    ['with a negative timestamp', { headers: { 'x-slack-request-timestamp': '-1' } }, 401],
    ['with an endless timestamp', { headers: { 'x-slack-request-timestamp': '9'.repeat(400) } }, 401],
    ['at another path', { path: '/' }, 404],
  ])('a request %s', async (_, signing, status) => {
    const answer = await signed(event('hello'), signing)
    expect(answer).toEqual({ status, text: '' })
    expect(await heard()).toBe(status === 200 ? 1 : 0)
  })

  test('what is not signed is not read: broken JSON and ssl_check without a signature are 401, not 400 or 200', async () => {
    for (const [body, type] of [
      ['{broken', json],
      ['ssl_check=1', form],
      [JSON.stringify({ type: 'url_verification', challenge: 'x' }), json],
    ] as const)
      expect((await signed(body, { secret: 'wrong-secret' }, type)).status).toBe(401)
    expect((await signed('ssl_check=1&token=x', {}, form)).status).toBe(200)
    expect(await signed(JSON.stringify({ type: 'url_verification', challenge: 'abc' }))).toEqual({ status: 200, text: 'abc' })
    expect((await fetch(`http://127.0.0.1:${port()}/slack/events`)).status).toBe(404)
  })

  test.each<[string, string, string, number]>([
    ['half of it', '{"type":"event_callback",', json, 400],
    ['a list', '[]', json, 400],
    ['null', 'null', json, 400],
    ['a number', '7', json, 400],
    ['nothing', '', json, 400],
    ['a form with a broken payload', 'payload=%7Bbroken', form, 400],
    ['a form with a list as payload', 'payload=[]', form, 400],
    ['JSON that calls itself text', event('hello'), 'text/plain', 400],
    ['JSON that calls itself a form', event('hello'), form, 200],
    ['a form that calls itself JSON', command('x'), json, 400],
    ['no type of content', event('hello'), '', 400],
    ['JSON with a character set', event('hello'), 'application/json; charset=utf-8', 200],
    ['an unknown kind', JSON.stringify({ type: 'something_new' }), json, 200],
    ['an event without an event', JSON.stringify({ type: 'event_callback', event_id: 'Ev0' }), json, 200],
    ['fields that every object has', '{"__proto__":{"event":{"type":"message"}},"constructor":1}', json, 200],
    ['very deep JSON', '['.repeat(200_000), json, 400],
  ])('signed, but %s', async (name, body, type, status) => {
    expect((await signed(body, {}, type)).status).toBe(status)
    expect(await heard()).toBe(name.includes('character set') ? 1 : 0)
  })

  test('a body over 1 MB is refused, told in advance or not; just below it is read', async () => {
    const big = event('x'.repeat(1_048_576))
    expect((await signed(big).catch(() => ({ status: 413 }))).status).toBe(413)
    const timestamped = String(seconds())
    const socket = connect(port(), '127.0.0.1')
    socket.on('error', () => {})
    let answer = ''
    socket.on('data', (data) => (answer += data))
    socket.write(
      `POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-type: ${json}\r\ntransfer-encoding: chunked\r\n` +
        `x-slack-request-timestamp: ${timestamped}\r\nx-slack-signature: v0=${'0'.repeat(64)}\r\n\r\n`,
    )
    const chunk = 'x'.repeat(65_536)
    for (let index = 0; index < 20 && !socket.destroyed; index += 1) socket.write(`10000\r\n${chunk}\r\n`)
    await until('the refusal', () => answer.startsWith('HTTP/1.1 413'))
    socket.destroy()
    expect((await signed(event('y'.repeat(1_000_000)))).status).toBe(200)
    expect(await heard()).toBe(1)
  })

  test('a hundred senders of a byte a second hold nobody up, are cut off, and hold no stop up', { timeout: 20_000 }, async () => {
    let cut = 0
    const slow = Array.from({ length: 100 }, (_, index) => {
      const socket = connect(port(), '127.0.0.1')
      socket.on('error', () => {})
      socket.on('close', () => (cut += 1))
      // Some never end their head, the others never their body.
      const rest = `content-length: 5000\r\nx-slack-request-timestamp: ${seconds()}\r\nx-slack-signature: v0=${'0'.repeat(64)}\r\n\r\n`
      socket.write(`POST /slack/events HTTP/1.1\r\nhost: x\r\n${index % 2 ? '' : rest}`)
      const timer = setInterval(() => socket.write('x'), 200)
      socket.on('close', () => clearInterval(timer))
      return socket
    })
    await pause(100)
    expect(await heard()).toBe(0)
    expect(cut).toBe(0)
    await until('the end of half of them', () => cut >= 50, 9000)
    const before = performance.now()
    await slack.adapter.stop()
    expect(performance.now() - before).toBeLessThan(6000)
    for (const socket of slow) socket.destroy()
  })

  test('a port that is taken is told in one sentence, and ends nothing else', async () => {
    const { adapter } = await makeAdapter(slack.fake, slack.store, { mode: 'http', env: { SLACK_PORT: port() } })
    await expect(adapter.start(keepingBot())).rejects.toMatchObject({ name: 'UserError', message: expect.stringContaining(`${port()}`) })
    await adapter.stop()
  })

  test('before the workspace is known Slack is asked to come again', async () => {
    const fresh = await startSlack(keepingBot(), { mode: 'http', fake: { isValid: false } })
    expect((await sendSigned(fresh.fake.port ?? 0, event('hello'), json)).status).toBe(503)
    await fresh.close()
  })
})

test('delivered again with each retry number and reason, and then under another id: one answer', async () => {
  const slack = await makeSlackWorld('http')
  const question = { type: 'message', channel: channels.direct, ts: timestamp(), user: member.id, text: 'is this so?' }
  const body = eventBody(question)
  for (const [retry, sent] of [
    [{}, body],
    [{ 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' }, body],
    [{ 'x-slack-retry-num': '2', 'x-slack-retry-reason': 'http_error' }, body],
    [{ 'x-slack-retry-num': '3' }, eventBody(question)],
    [{}, eventBody(question)],
  ] as const)
    expect((await sendSigned(slack.fake.port ?? 0, JSON.stringify(sent), json, { headers: retry })).status).toBe(200)
  await slack.caughtUp()
  expect(slack.shown()).toHaveLength(1)
  await slack.close()
})

describe('the same request again, byte for byte', () => {
  test('has no effect: events, commands and presses, after a restart and on another instance too', async () => {
    const slack = await makeSlackWorld('http')
    const { fake, world } = slack
    const at = seconds()
    const asAdmin = String(new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(command('x'))), user_id: admin.id }))
    const pause1 = asAdmin.replace('text=x', 'text=pause+2h')
    const press = { type: 'block_actions', user: { id: admin.id }, team: { id: team }, channel: { id: channels.general } }
    const optOut = { ...press, actions: [{ type: 'button', action_id: 'me optout/1', value: '', block_id: 'b', action_ts: '1.1' }] }
    const payload = String(new URLSearchParams({ payload: JSON.stringify({ ...optOut, container: { type: 'message' } }) }))
    const send = async (body: string) => expect((await sendSigned(fake.port ?? 0, body, form, { at })).status).toBe(200)
    const isPaused = async () => Boolean((await world.store.settings(workspace)).paused)
    const me = world.store.pseudonym('slack', admin.id)

    await send(pause1)
    await send(payload)
    await until('the pause', isPaused)
    await until('the opt-out', () => world.store.hasOptedOut(me))
    await slack.run('/pause off', { human: admin })
    await slack.run('/myth me optin', { human: admin })
    const replay = async () => {
      await send(pause1)
      await send(payload)
      // Whatever a replay began is over once a command behind it is answered.
      await slack.run('/myth help')
      expect([await isPaused(), await world.store.hasOptedOut(me)]).toEqual([false, false])
    }
    await replay()
    const second = await startInstance(fake, world, world.store, { mode: 'http' })
    await replay()
    await second.adapter.stop()
    await slack.close()
  })
})
