/** Every command, the shortcut, buttons and rights of the real bot over real Bolt on the fake Slack, by socket and by HTTP. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isAllowedName } from '../../src/adapters/slack/register.ts'
import { type Json, textsOf } from '../support/fake-slack/limits.ts'
import { admin, channels, member, owner, second, stranger } from '../support/fake-slack/world.ts'
import { myth } from '../support/world.ts'
import { until } from './harness.ts'
import { buttonOn, visibleAnswers } from './slack-harness.ts'
import { makeSlackWorld, modes, type SlackWorld, workspace } from './slack-world.ts'

const failed = 'That did not work'

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
  const replied = async () => {
    await slack.enable('reply')
    await slack.say(myth)
    const [reply] = await slack.showing(1)
    if (!reply) throw new Error('no reply')
    return reply
  }

  describe('commands', () => {
    const examples: Record<string, [args: string, answer: RegExp]> = {
      myth: ['german gold', /german-gold/],
      fact: ['2026-11-07', /\[1\]/],
      topics: ['', /Topics/],
      check: [myth, /gold/i],
      help: ['', /myth/],
      me: ['data', /Nothing is kept/],
      test: [myth, /Dry run/],
      pause: ['2h', /No unasked post until/],
      stats: ['', /Counts/],
      queue: ['', /No suggestion is waiting/],
      settings: ['show', /Nothing is switched on/],
    }

    test('each command answers its asker alone, by its own name and as /myth NAME', async () => {
      const typed = slack.world.commands.filter(({ via }) => via.includes('slash')).map(({ name }) => name)
      expect(Object.keys(examples).sort()).toEqual([...typed].sort())
      for (const [name, [args, answer]] of Object.entries(examples)) {
        const lines = [...(isAllowedName(name) ? [`/${name} ${args}`] : []), ...(name === 'myth' ? [] : [`/myth ${name} ${args}`])]
        expect(lines.length, name).toBeGreaterThan(0)
        for (const line of lines) {
          const answers = await slack.run(line, { human: admin })
          expect(answers, line).toMatchObject([{ isPrivate: true, pings: 0, text: expect.stringMatching(answer) }])
        }
      }
      expect(slack.shown()).toEqual([])
    })

    test('a query may be an id, any sentence, the word of Slack’s own goodbye, or nothing at all', async () => {
      expect((await slack.run('/myth german-gold'))[0]?.text).toContain('german-gold')
      expect((await slack.run('/myth qqqq zzzz xxxx'))[0]?.text).toContain('Nothing on that')
      expect(await slack.run('/myth disconnect')).toHaveLength(1)
      expect((await slack.run('/myth'))[0]?.text).toContain('For the Record')
    })

    test('show:everyone is seen by all; a wrong argument is told to the asker with its name', async () => {
      expect(await slack.run('/myth german gold show:everyone')).toMatchObject([{ isPrivate: false }])
      expect((await slack.run('/fact nonsense'))[0]).toMatchObject({ isPrivate: true, text: expect.stringContaining('date') })
    })

    test('a channel may be named by its mark, and is the one it is typed in otherwise', async () => {
      await slack.run(`/settings replies channel:<#${channels.other}|other> mode:reply`, { human: admin })
      await slack.run('/myth settings replies mode:thread', { human: owner })
      const { channels: set } = await slack.world.store.settings(workspace)
      expect(set[channels.other]?.replies.mode).toBe('reply')
      expect(set[channels.general]?.replies.mode).toBe('thread')
    })

    test.each([
      ['a member', member],
      ['an admin of another company', stranger],
      ['somebody Slack does not know', { id: 'U0UNKNOWN01' }],
    ])('%s is refused privately, by command and by forged button', async (_, human) => {
      const lines = ['/settings replies mode:reply', '/myth settings show', '/pause', '/stats', '/queue']
      for (const answers of await Promise.all(lines.map((line) => slack.run(line, { human }))))
        expect(answers).toMatchObject([{ isPrivate: true, text: expect.stringContaining(failed) }])
      const forged = [
        ['settings replies', `mode=reply&channel=${channels.general}`],
        ['settings daily', `do=off&channel=${channels.general}`],
        ['queue', 'id=s1&action=reply'],
        ['pause', 'for=2h'],
        ['__proto__', 'x=1'],
        ['', ''],
      ] as const
      for (const exchange of await Promise.all(forged.map(([action, value]) => slack.forge(action, value, undefined, { human }))))
        expect(visibleAnswers(exchange)).toMatchObject([{ isPrivate: true, text: expect.stringContaining(failed) }])
      expect(await slack.world.store.settings(workspace)).toMatchObject({ channels: {} })
      expect((await slack.world.store.settings(workspace)).paused).toBeUndefined()
    })
  })

  describe('shortcut', () => {
    test('Check this message opens a window; its buttons answer in it', async () => {
      const message = await slack.say(myth)
      await slack.fake.shortcut('check', message)
      const [view] = await until('the window', () => slack.fake.modals.length > 0 && slack.fake.modals)
      expect(textsOf(view as Json).join()).toMatch(/gold/i)
      const exchange = await slack.fake.press(buttonOn(view as Json, 'Details'), view as Json)
      await until('the details', () =>
        textsOf(slack.fake.modals[0] as Json)
          .join()
          .includes('Id:'),
      )
      expect(exchange.answers).toEqual([])
      expect(slack.shown()).toEqual([])
    })

    test('where the window comes too late the answer is private, and once', async () => {
      slack.fake.faults.push({ on: /views\.open/, error: 'expired_trigger_id' })
      const exchange = await slack.fake.shortcut('check', await slack.say(myth, { thread_ts: '1.000001' }))
      await until('the answer', () => exchange.answers.length > 0)
      expect(visibleAnswers(exchange)).toMatchObject([{ isPrivate: true, text: expect.stringMatching(/gold/i) }])
      expect(slack.fake.modals).toEqual([])
    })

    test('a message without a claim, and one without text, are told so', async () => {
      for (const [text, told] of [
        ['good morning', 'Nothing in the packs'],
        ['', failed],
      ] as const) {
        await slack.fake.shortcut('check', { ...(await slack.say('x')), text })
        await until(told, () => slack.fake.modals.some((view) => textsOf(view).join().includes(told)))
      }
    })
  })

  describe('buttons', () => {
    test('Details and Why? answer privately, pressed twice too', async () => {
      const reply = await replied()
      expect(reply.buttons).toEqual(['Details', 'Why?', 'Not this'])
      for (const _ of [1, 2]) {
        expect(await slack.press(reply.id, 'Details', { human: second })).toMatchObject([
          { isPrivate: true, text: expect.stringContaining('Id:') },
        ])
        expect(await slack.press(reply.id, 'Why?', { human: second })).toMatchObject([
          { isPrivate: true, text: expect.stringContaining('Why the bot spoke') },
        ])
      }
      expect(slack.shown()).toHaveLength(1)
    })

    test('Not this: a stranger is counted once, the author takes the reply back, and a second press is told so', async () => {
      const reply = await replied()
      const [first] = await slack.press(reply.id, 'Not this', { human: second })
      expect(first).toMatchObject({ isPrivate: true, text: expect.stringContaining('Counted as') })
      expect((await slack.press(reply.id, 'Not this', { human: second }))[0]?.text).toContain('already')
      expect(slack.shown()).toHaveLength(1)
      const button = buttonOn(slack.fake.messages.get(channels.general)?.at(-1) as Json, 'Not this')
      const on = slack.fake.messages.get(channels.general)?.at(-1) as Json
      expect((await slack.press(reply.id, 'Not this'))[0]?.text).toContain('taken back')
      await slack.showing(0)
      const again = await slack.forge('feedback', button.value, on)
      expect(visibleAnswers(again)).toMatchObject([{ isPrivate: true, text: expect.stringContaining('already') }])
    })

    test('two presses at the same moment are one act; an admin may take back as the author may', async () => {
      const reply = await replied()
      const both = await Promise.all([1, 2].map(() => slack.press(reply.id, 'Not this', { human: admin })))
      expect(both.flat().map(({ isPrivate }) => isPrivate)).toEqual([true, true])
      expect(both.flat().filter(({ text }) => text.includes('stays quiet'))).toHaveLength(1)
      await slack.showing(0)
      expect(slack.log.lines.filter(({ level }) => level === 'error')).toEqual([])
    })

    test('a private answer’s own buttons go on privately; an unknown reply is told as such', async () => {
      const exchange = await slack.forge('details', 'id=german-gold', { channel: channels.general, ts: '1.1', isPrivate: true })
      expect(visibleAnswers(exchange)).toMatchObject([{ isPrivate: true, text: expect.stringContaining('german-gold') }])
      expect(visibleAnswers(await slack.forge('why', 'reply=r0nothing'))[0]?.text).toContain('no longer on record')
    })
  })
})
