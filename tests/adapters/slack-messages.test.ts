/** What people write, on the fake Slack over real Bolt: auto-replies in each mode, edits, deletions, mentions, direct messages, reactions, goodbyes. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Json } from '../support/fake-slack/limits.ts'
import { admin, bot as app, channels, type FakeMessage, member, second, timestamp } from '../support/fake-slack/world.ts'
import { myth, otherMyth } from '../support/world.ts'
import { until } from './harness.ts'
import { buttonOn, findMessage } from './slack-harness.ts'
import { makeSlackWorld, modes, type SlackWorld, workspace } from './slack-world.ts'

describe.each(modes)('by %s', (mode) => {
  let slack: SlackWorld
  beforeEach(async () => {
    slack = await makeSlackWorld(mode)
  })
  afterEach(async () => {
    const { violations } = slack.fake
    await slack.close()
    expect(violations).toEqual([])
  })

  describe('unasked', () => {
    test('a new workspace, mode off and a paused workspace get nothing', async () => {
      for (let index = 0; index < 20; index += 1) await slack.say(myth)
      // What is confirmed is handled a moment later, by the settings of that moment.
      await slack.caughtUp()
      await slack.enable('off')
      await slack.say(myth)
      await slack.caughtUp()
      await slack.enable('reply')
      await slack.run('/pause', { human: admin })
      await slack.say(otherMyth)
      await slack.caughtUp()
      expect(slack.shown()).toEqual([])
      expect(slack.fake.reactions.size).toBe(0)
    })

    test.each(['reply', 'thread'])('mode %s: one short card in the thread, never broadcast, once per claim', async (way) => {
      await slack.enable(way)
      const trigger = await slack.say(myth)
      await slack.say(myth)
      await slack.caughtUp()
      expect(slack.shown()).toMatchObject([{ thread: trigger.ts, buttons: ['Details', 'Why?', 'Not this'], pings: 0 }])
      const sent = slack.fake.requests.filter(({ method }) => method === 'chat.postMessage')
      expect(sent.map(({ args }) => args)).toMatchObject([{ unfurl_links: false, unfurl_media: false }])
      expect(sent[0]?.args.metadata).toEqual({ event_type: expect.any(String), event_payload: { key: expect.any(String) } })
    })

    test('said in a thread it is answered in that thread', async () => {
      await slack.enable('reply')
      const parent = await slack.say('good morning')
      await slack.say(myth, { thread_ts: parent.ts })
      await slack.caughtUp()
      expect(slack.shown()).toMatchObject([{ thread: parent.ts }])
    })

    test('mode react: a bookmark; who presses it gets the card in the thread, once', async () => {
      await slack.enable('react')
      const parent = await slack.say('good morning')
      const trigger = await slack.say(myth, { thread_ts: parent.ts })
      await until('the reaction', () => slack.fake.reactions.size === 1)
      await slack.fake.react(trigger, 'bookmark', { id: app.user })
      await slack.fake.react(trigger, 'tada')
      await slack.fake.react(parent, 'bookmark')
      await slack.caughtUp()
      expect(slack.shown()).toEqual([])
      await slack.fake.react(trigger, 'bookmark', second)
      await slack.fake.react(trigger, 'bookmark')
      await slack.caughtUp()
      expect(slack.shown()).toMatchObject([{ thread: parent.ts }])
      await slack.fake.erase(trigger)
      await until('the reaction gone', () => slack.fake.reactions.size === 0)
    })

    test('mode suggest: the moderators’ channel alone; one of them answers from there, once', async () => {
      await slack.enable('suggest')
      await slack.run(`/settings moderators <#${channels.moderators}|mods>`, { human: admin })
      const trigger = await slack.say(myth)
      const [suggestion] = await slack.showing(1)
      expect(suggestion).toMatchObject({ channel: channels.moderators, buttons: ['Reply now', 'Dismiss', 'Wrong claim'] })
      const button = buttonOn(findMessage(slack.fake, suggestion?.id ?? ''), 'Reply now')
      expect((await slack.press(suggestion?.id ?? '', 'Reply now', { human: member }))[0]?.text).toContain('Only moderators')
      await slack.press(suggestion?.id ?? '', 'Reply now', { human: admin })
      expect(await slack.showing(2)).toContainEqual(expect.objectContaining({ channel: channels.general, thread: trigger.ts }))
      await slack.forge('queue', button.value, undefined, { human: admin })
      expect(slack.shown()).toHaveLength(2)
    })

    test('nobody but people is answered: bots, other apps, webhooks, forwards, joins, ourselves', async () => {
      await slack.enable('reply')
      const speakers: Json[] = [
        { user: app.user, bot_id: app.bot },
        { user: 'U0OTHERBOT1', bot_id: 'B0OTHERBOT1' },
        { user: undefined, bot_id: 'B0WEBHOOK01', subtype: 'bot_message' },
        { attachments: [{ is_share: true, text: myth }] },
        { subtype: 'channel_join' },
        { hidden: true },
        { user: 'USLACKBOT' },
      ]
      for (const speaker of speakers) for (const text of [myth, `<@${app.user}> ${myth}`]) await slack.say(text, speaker)
      await slack.caughtUp()
      expect(slack.fake.requests.filter(({ method }) => method === 'chat.postMessage')).toEqual([])
      await slack.say(myth, { subtype: 'file_share' })
      await slack.caughtUp()
      expect(slack.fake.requests.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1)
    })

    test('without the history scopes nothing is lost but what needs them', async () => {
      slack.fake.scopes = slack.fake.scopes.filter((scope) => !/^(channels|groups):history|reactions/.test(scope))
      await slack.enable('react')
      await slack.say(myth)
      await slack.caughtUp()
      expect(slack.log.lines).toContainEqual(expect.objectContaining({ fields: expect.objectContaining({ cause: 'slack-missing_scope' }) }))
      await slack.say(`<@${app.user}> ${myth}`)
      await slack.showing(1)
    })
  })

  describe('changed triggers', () => {
    const answered = async (text = myth): Promise<FakeMessage> => {
      await slack.enable('reply', channels.general, { cooldownHours: 0, budget: 50 })
      const message = await slack.say(text)
      await slack.showing(1)
      return message
    }

    test('an edit that removes the claim takes the reply away; a preview, a star, an edit beside it do not', async () => {
      const message = await answered()
      const changed = (more: Json) =>
        slack.fake.event({
          ...{ type: 'message', subtype: 'message_changed', hidden: true, channel: message.channel },
          ...{ message: { ...message, ...more }, previous_message: { ...message } },
        })
      await changed({ attachments: [{ from_url: 'https://example.org' }] })
      await changed({ edited: { user: member.id, ts: timestamp() } })
      await slack.fake.edit(message, `${myth}, I think`)
      await slack.caughtUp()
      expect(slack.shown()).toHaveLength(1)
      await slack.fake.edit(message, 'something else entirely')
      await slack.showing(0)
    })

    test('an edit that brings a claim is answered, once', async () => {
      await slack.enable('reply')
      const message = await slack.say('good morning')
      await slack.fake.edit(message, myth)
      await slack.showing(1)
      await slack.fake.edit(message, `${myth}!`)
      await slack.caughtUp()
      expect(slack.shown()).toMatchObject([{ thread: message.ts }])
    })

    test.each(['message_deleted', 'tombstone'])('%s takes the reply away, after a restart too', async (kind) => {
      const message = await answered()
      await slack.adapter.stop()
      await slack.adapter.start(slack.bot)
      const port = /port (\d+)/.exec(slack.adapter.parts.map(({ detail }) => detail).join())?.[1]
      if (port) slack.fake.port = Number(port)
      if (kind === 'message_deleted') await slack.fake.erase(message)
      else {
        const tombstone = { type: 'message', subtype: 'tombstone', user: 'USLACKBOT', hidden: true, ts: message.ts, text: 'Deleted.' }
        await slack.fake.event({ type: 'message', subtype: 'message_changed', hidden: true, channel: message.channel, message: tombstone })
      }
      await slack.showing(0)
    })

    test('deleted at once: nothing is left behind, in whichever order it goes', async () => {
      await slack.enable('reply', channels.general, { cooldownHours: 0, budget: 50 })
      slack.fake.faults.push({ on: /chat\.postMessage/, delay: 100, times: 5 })
      for (let index = 0; index < 5; index += 1) {
        const message = await slack.say(index % 2 ? myth : otherMyth)
        await slack.fake.erase(message)
      }
      await slack.caughtUp()
      await slack.showing(0)
      expect(slack.log.lines.filter(({ level }) => level === 'error')).toEqual([])
    })
  })

  describe('asked', () => {
    test('a mention is answered in the thread, once though it comes as two events; an edit of it is not', async () => {
      await slack.enable('reply')
      const message = await slack.say(`<@${app.user}> ${myth}`)
      await slack.caughtUp()
      expect(slack.shown()).toMatchObject([{ thread: message.ts, text: expect.stringMatching(/gold/i), pings: 0 }])
      await slack.fake.edit(message, `<@${app.user}|for-the-record> ${otherMyth}`)
      await slack.caughtUp()
      expect(slack.shown().filter(({ buttons }) => !buttons.includes('Why?'))).toHaveLength(1)
    })

    test('a mention without words is told how to ask', async () => {
      await slack.say(`<@${app.user}>`)
      expect((await slack.showing(1))[0]?.text).toContain('Mention the bot')
    })

    test('a direct message is answered where it is, and what Slack escaped is read as it was typed', async () => {
      const message = await slack.fake.say(channels.direct, `${myth} &amp; &lt;so on&gt; <https://example.org|there>`)
      expect(await slack.showing(1)).toMatchObject([{ channel: channels.direct, thread: message.ts, text: expect.stringMatching(/gold/i) }])
    })
  })

  describe('goodbyes', () => {
    const gone = { uninstalled: { type: 'app_uninstalled' }, revoked: { type: 'tokens_revoked', tokens: { bot: [app.user] } } }
    const servers = () => slack.world.store.servers()

    test.each([
      ['uninstalled', 'revoked'],
      ['revoked', 'uninstalled'],
      ['uninstalled', 'uninstalled'],
      ['revoked', 'revoked'],
    ] as const)('%s, then %s: the workspace is left, nothing is posted; installed again it is there again', async (first, then) => {
      await slack.enable('reply')
      slack.fake.valid.bot = false
      await slack.fake.event(gone[first])
      await slack.fake.event(gone[then])
      await until('the end', async () => (await servers()).length === 0)
      expect(slack.adapter.parts[0]).toMatchObject({ isReady: false })
      const before = slack.fake.requests.filter(({ method }) => method === 'chat.postMessage').length
      await slack.say(myth)
      await slack.caughtUp()
      expect(slack.fake.requests.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(before)
      expect(slack.downs).toHaveLength(1)
      slack.fake.valid.bot = true
      await until('the return', async () => (await servers()).length === 1)
      await until('the token', () => slack.adapter.parts[0]?.isReady)
      await slack.say(otherMyth)
      await slack.showing(1)
    })

    test('tokens of people that are revoked, and another workspace’s goodbye, are none of ours', async () => {
      await slack.enable('reply')
      await slack.fake.event({ type: 'app_uninstalled' }, undefined, 'T0ELSEWHERE')
      await slack.fake.event({ type: 'tokens_revoked', tokens: { oauth: [member.id], bot: [] } })
      await slack.caughtUp()
      expect(await servers()).toEqual([workspace])
      expect(slack.adapter.parts[0]).toMatchObject({ isReady: true })
    })
  })

  test('no text is in any log', async () => {
    await slack.enable('reply')
    const canary = 'canary7f3a'
    await slack.say(`${myth} ${canary}`)
    await slack.showing(1)
    await slack.run(`/myth ${canary}`)
    slack.fake.faults.push({ on: /chat\.postMessage/, error: 'invalid_auth' })
    await slack.say(`<@${app.user}> ${canary}`)
    await slack.caughtUp()
    expect(slack.log.lines.length).toBeGreaterThan(0)
    expect(JSON.stringify(slack.log.lines)).not.toMatch(/canary|xoxb|xapp/)
  })
})
