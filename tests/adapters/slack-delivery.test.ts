/** One event, once: repeated, late, after a restart, on a second instance, with a store that stalls or refuses. Real Bolt, real stores. */
import { afterEach, describe, expect, test } from 'vitest'
import { messageKey } from '../../src/bot/message.ts'
import type { Store } from '../../src/bot/store.ts'
import { openStore } from '../../src/store/open.ts'
import { type FakeSlack, startFakeSlack } from '../support/fake-slack/server.ts'
import { bot as app, channels, type FakeMessage, member, timestamp } from '../support/fake-slack/world.ts'
import { createDatabase } from '../support/postgres.ts'
import { makeWorld, myth, quietLog } from '../support/world.ts'
import { pause, until } from './harness.ts'
import { shownOn } from './slack-harness.ts'
import { makeSlackWorld, modes, type SlackWorld, startInstance, workspace } from './slack-world.ts'

const messageAt = (at: number, text = myth): FakeMessage => ({
  ...{ type: 'message', channel: channels.general, ts: timestamp(at), user: member.id, text },
})
const posted = (fake: FakeSlack) => fake.requests.filter(({ method }) => method === 'chat.postMessage').length
/** Ids of a canary's kind must be all that the inbox holds. */
const accepted = async (store: Store) => JSON.stringify(await store.pendingEvents('slack'))

describe.each(modes)('by %s', (mode) => {
  let slack: SlackWorld
  afterEach(() => slack.close())
  const make = async (more: Parameters<typeof makeSlackWorld>[1] = {}) => {
    slack = await makeSlackWorld(mode, more)
    await slack.enable('reply', channels.general, { cooldownHours: 0, budget: 100 })
  }
  const restart = async () => {
    await slack.adapter.stop()
    delete slack.fake.port
    const again = await startInstance(slack.fake, slack.world, slack.world.store, { mode })
    // The world stops the one that runs.
    slack.adapter = Object.assign(slack.adapter, { stop: () => again.adapter.stop() })
  }

  test.each(['', `<@${app.user}> `])('five times the same, also under other ids and after a restart: one answer ("%s")', async (before) => {
    await make()
    const message = await slack.say(`${before}${myth}`)
    await slack.showing(1)
    for (const id of ['Ev1', 'Ev1', 'Ev1', 'Ev2']) await slack.fake.event(message, id)
    if (before) await slack.fake.event({ ...message, type: 'app_mention' }, 'Ev3')
    await slack.caughtUp()
    await restart()
    for (const id of ['Ev1', 'Ev2', 'Ev4']) await slack.fake.event(message, id)
    await slack.caughtUp()
    expect(posted(slack.fake)).toBe(1)
  })

  test('ten deliveries at the same moment, half of them under one id: one answer', async () => {
    await make()
    const message = messageAt(Date.now())
    await Promise.all(Array.from({ length: 10 }, (_, index) => slack.fake.event(message, index % 2 ? 'EvSame' : `EvSame${index}`)))
    await slack.caughtUp()
    expect(posted(slack.fake)).toBe(1)
  })

  test('later than a minute nothing is said: messages, questions, edits, presses; a late deletion still takes the reply away', async () => {
    await make()
    const late = Date.now() - 61_000
    await slack.fake.event(messageAt(late))
    await slack.fake.event(messageAt(late, `<@${app.user}> ${myth}`))
    await slack.fake.event({ ...messageAt(late), channel: channels.direct })
    const edit = { ...messageAt(late), edited: { user: member.id, ts: timestamp(late) } }
    const changed = { type: 'message', subtype: 'message_changed', hidden: true, channel: edit.channel }
    await slack.fake.event({ ...changed, message: edit, previous_message: { ...edit, text: 'before' } })
    await slack.caughtUp()
    expect(posted(slack.fake)).toBe(0)
    await slack.enable('react', channels.other)
    const trigger = await slack.fake.say(channels.other, myth)
    await until('the reaction', () => slack.fake.reactions.size === 1)
    const press = { type: 'reaction_added', user: member.id, reaction: 'bookmark', item: { ...trigger } }
    await slack.fake.event({ ...press, event_ts: timestamp(late) })
    await slack.caughtUp()
    expect(posted(slack.fake)).toBe(0)
    await slack.fake.event({ type: 'message', subtype: 'message_deleted', channel: trigger.channel, deleted_ts: trigger.ts })
    await until('the reaction gone', () => slack.fake.reactions.size === 0)
  })

  test('the inbox holds ids and no word', async () => {
    await make()
    slack.fake.faults.push({ on: /chat\.postMessage/, delay: 150 })
    await slack.say(`${myth} canary7f3a`)
    const held = await accepted(slack.world.store)
    expect(held).toContain(channels.general)
    expect(held).not.toMatch(/canary|Kaiser/)
    expect(held).not.toContain(member.id)
    await slack.showing(1)
  })

  test('a store that stalls: confirmed under 300 ms at p99, answered once when it is back', async () => {
    await make()
    const { store } = slack.world
    const acceptEvent = store.acceptEvent
    let stalled = true
    store.acceptEvent = (event) => {
      const accepted = (async () => {
        while (stalled) await pause(20)
        return acceptEvent(event)
      })()
      return { kept: accepted.then(({ kept }) => kept), isNew: accepted.then(({ isNew }) => isNew) }
    }
    const times = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        await pause(index * 10)
        return slack.fake.event(messageAt(Date.now(), index ? `good morning ${index}` : myth))
      }),
    )
    stalled = false
    const p99 = times.sort((a, b) => a - b)[98] ?? Number.NaN
    console.log(`slack by ${mode}: confirmed after ${Math.round(p99)} ms at p99 with the store stalled (100 events, 100/s)`)
    // The figure is the promise; a busy machine must still stay inside Slack's three seconds.
    expect(p99).toBeLessThan(2500)
    await slack.caughtUp()
    expect(posted(slack.fake)).toBe(1)
  })

  test('a store that refuses: not confirmed; Slack’s next delivery is taken', async () => {
    await make()
    const { store } = slack.world
    const acceptEvent = store.acceptEvent
    let refusals = 0
    store.acceptEvent = (event) => {
      if (refusals++ > 0) return acceptEvent(event)
      const refused = Promise.reject(new Error('away'))
      return { kept: refused, isNew: refused }
    }
    const message = messageAt(Date.now())
    const first = await Promise.race([slack.fake.event(message, 'EvRefused').catch(() => 'refused'), pause(300).then(() => 'silent')])
    expect(first).toBe(mode === 'http' ? 'refused' : 'silent')
    expect(posted(slack.fake)).toBe(0)
    if (mode === 'socket') slack.fake.sockets.cut()
    else await slack.fake.event(message, 'EvRefused')
    await slack.showing(1)
    await slack.caughtUp()
    expect(posted(slack.fake)).toBe(1)
  })

  test('a power cut that takes the note of an answered question, and a machine that is back within the minute: still one answer', async () => {
    await make()
    const asked = await slack.say(`<@${app.user}> ${myth}`)
    await slack.showing(1)
    await slack.caughtUp()
    const { store } = slack.world
    // Slots of a question don't wait for the disk; that it was taken in had reached it with a write of somebody else.
    const place = { ...workspace, channel: channels.general }
    expect(await store.isReserved(`event|${messageKey({ place, id: asked.ts })}`, Date.now())).toBe(true)
    await store.release(`event|${messageKey({ place, id: asked.ts })}`)
    const author = store.pseudonym('slack', member.id)
    await store.acceptEvent({ id: 'EvCUT', platform: 'slack', kind: 'posted', ref: { place, id: asked.ts }, author, at: Date.now() }).isNew
    await restart()
    await slack.caughtUp()
    expect(slack.shown()).toHaveLength(1)
  })

  test('stopped under load: what was confirmed is answered, once, and the rest is left to Slack', async () => {
    await make()
    slack.fake.faults.push({ on: /chat\.postMessage/, delay: 50, times: 20 })
    // As many as one person is answered within ten minutes (src/bot/asked.ts): more would rightly meet silence.
    const messages = Array.from({ length: 20 }, (_, index) => messageAt(Date.now(), `<@${app.user}> ${myth} ${index}`))
    const confirmed = new Set<string>()
    const sending = messages.map(async (message, index) => {
      await pause(index * 5)
      // By HTTP nobody is there any more for the last ones.
      await slack.fake.event(message).then(
        () => confirmed.add(message.ts),
        () => {},
      )
    })
    await until('the first answer', () => slack.shown().length > 0)
    await slack.adapter.stop()
    await Promise.race([Promise.all(sending), pause(500)])
    expect(confirmed.size).toBeGreaterThan(0)
    expect(
      slack
        .shown()
        .map(({ thread }) => thread)
        .sort(),
    ).toEqual(messages.map(({ ts }) => ts).filter((ts) => confirmed.has(ts)))
    expect(await slack.world.store.pendingEvents('slack')).toEqual([])
  })

  test('a crash after the confirmation: read again from the history and answered; in a channel without history it is told', async () => {
    await make()
    const { store } = slack.world
    await slack.adapter.stop()
    const left = { platform: 'slack', kind: 'posted', author: store.pseudonym('slack', member.id), at: Date.now() }
    const message = messageAt(Date.now())
    slack.fake.messages.set(channels.general, [message])
    const place = { ...workspace, channel: channels.general }
    await store.acceptEvent({ ...left, id: 'EvLost', ref: { place, id: message.ts } }).isNew
    await store.acceptEvent({ ...left, id: 'EvOld', ref: { place, id: timestamp(Date.now() - 70_000) }, at: Date.now() - 70_000 }).isNew
    const elsewhere = { ...place, server: 'T0ELSEWHERE' }
    await store.acceptEvent({ ...left, id: 'EvElsewhere', ref: { place: elsewhere, id: message.ts } }).isNew
    delete slack.fake.port
    const again = await startInstance(slack.fake, slack.world, store, { mode, patience: { halfDone: 100 } })
    await slack.showing(1)
    await until('its end', async () => (await store.pendingEvents('slack')).map(({ id }) => id).join() === 'EvElsewhere')
    expect(posted(slack.fake)).toBe(1)
    await again.adapter.stop()
  })
})

describe('two instances on one PostgreSQL', () => {
  test.each(modes)('by %s: each event at both, one answer each', async (mode) => {
    const world = await makeWorld()
    const fake = await startFakeSlack()
    const DATABASE_URL = await createDatabase('current')
    const stores = [await openStore({ DATABASE_URL, STATE_DIR: '' }, quietLog), await openStore({ DATABASE_URL, STATE_DIR: '' }, quietLog)]
    const instances: Awaited<ReturnType<typeof startInstance>>[] = []
    const ports: (number | undefined)[] = []
    for (const store of stores) {
      delete fake.port
      instances.push(await startInstance(fake, world, store, { mode }))
      ports.push(fake.port)
    }
    const count = 8
    const messages = Array.from({ length: count }, (_, index) => messageAt(Date.now(), `<@${app.user}> ${myth} ${index}`))
    for (const message of messages) {
      const both = ports.map((port, index) => {
        Object.assign(fake, { port })
        return fake.event(message, `Ev${message.ts}${index && message === messages[0] ? 'x' : ''}`)
      })
      await Promise.all(both)
    }
    await until('all answers', () => shownOn(fake).length >= count)
    for (const store of stores) await until('the end', async () => (await store.pendingEvents('slack')).length === 0)
    // Two instances answer side by side: which comes first is nobody's promise.
    expect(
      shownOn(fake)
        .map(({ thread }) => thread)
        .sort(),
    ).toEqual(messages.map(({ ts }) => ts).sort())
    for (const { adapter } of instances) await adapter.stop()
    for (const store of stores) await store.close()
    await fake.close()
    await world.close()
  })
})
