/**
 * The suite that every adapter must pass, on a fake of its platform. In: a name and a way to make a harness (harness.ts).
 * What a platform can't do or have is told by its `abilities` and its nature, as data; never by its name.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Abilities, Post } from '../../src/bot/adapter.ts'
import { PostError } from '../../src/bot/errors.ts'
import { awkwardCards, hostileCard, packCards } from './cards.ts'
import { type Harness, type Nature, pause, plain, until, wholeNature } from './harness.ts'

let key = 0
/** A key as the core makes them: at most 25 characters. */
const nextKey = () => `k${Date.now().toString(36)}${(++key).toString(36)}`

export function adapterContract(
  name: string,
  abilities: Abilities,
  makeHarness: () => Promise<Harness>,
  { speakers, directMessages, failures }: Nature = wholeNature,
): void {
  let harness: Harness
  const post = (more: Partial<Post> = {}) =>
    harness.adapter.post({ place: harness.place, mode: 'channel', card: plain(), key: nextKey(), ...more })
  const heardText = (text: string) => until(`hearing "${text}"`, () => harness.bot.heard.find((message) => message.text === text))

  describe(`${name}: adapter contract`, () => {
    beforeEach(async () => {
      harness = await makeHarness()
    })
    afterEach(async () => {
      const violations = harness.violations()
      await harness.close()
      expect(violations).toEqual([])
    })

    describe('start', () => {
      test('every part is ready and says so; the abilities are the declared ones', () => {
        expect(harness.adapter.abilities).toEqual(abilities)
        expect(harness.adapter.platform).toBe(harness.place.platform)
        expect(harness.adapter.parts.length).toBeGreaterThan(0)
        for (const part of harness.adapter.parts) expect(part).toMatchObject({ isReady: true, detail: expect.stringMatching(/\S/) })
      })
    })

    describe('hearing', () => {
      test('a message arrives complete', async () => {
        const before = Date.now()
        const id = await harness.say('the first words')
        const message = await heardText('the first words')
        expect(message).toMatchObject({ event: 'posted', isAddressed: false, ref: { id, place: harness.place } })
        expect(message.author).toMatchObject({ isBot: false })
        expect(message.author.id).toMatch(/\S/)
        expect(Math.abs(message.at - before)).toBeLessThan(60_000)
      })

      test.each(speakers)('%s is dropped, or marked so that the core drops it', async (by) => {
        await harness.say('from no person', { by })
        await harness.say('from a person')
        await heardText('from a person')
        const wrong = harness.bot.heard.filter((message) => message.text !== 'from a person' && !message.author.isBot && !message.isRelayed)
        expect(wrong).toEqual([])
      })

      test('a mention is addressed and comes without its mark', async () => {
        await harness.say('is this so?', { to: 'mention' })
        expect((await heardText('is this so?')).isAddressed).toBe(true)
      })

      test.runIf(directMessages)('a direct message is addressed', async () => {
        await harness.say('and this?', { to: 'dm' })
        expect(await heardText('and this?')).toMatchObject({ isAddressed: true })
      })

      test('an edit and a deletion name the same message', async () => {
        const id = await harness.say('before')
        await heardText('before')
        await harness.edit(id, 'after')
        expect(await heardText('after')).toMatchObject({ event: 'edited', ref: { id } })
        await harness.erase(id)
        const gone = await until('the deletion', () => harness.bot.heard.find((message) => message.event === 'deleted'))
        expect(gone).toMatchObject({ text: '', ref: { id, place: harness.place } })
      })
    })

    describe('commands', () => {
      test('arguments, place and asker arrive; a private answer is for the asker alone', async () => {
        const { answers } = await harness.command('myth', { query: 'german gold', show: 'me' })
        const [ran] = harness.bot.ran
        expect(ran).toMatchObject({ command: 'myth', via: 'slash', place: { platform: harness.place.platform } })
        expect(JSON.stringify(ran?.args)).toContain('german gold')
        expect(answers).toHaveLength(1)
        expect(answers[0]).toMatchObject({ isPrivate: abilities.privateReplies, text: expect.stringContaining('A lead') })
        if (abilities.privateReplies) expect(harness.shown()).toEqual([])
      })

      test('a public answer is seen by all', async () => {
        harness.bot.answer = () => ({ card: plain(), to: 'channel' })
        const { answers } = await harness.command('myth', { query: 'x', show: 'everyone' })
        expect(answers.map((answer) => answer.isPrivate)).toEqual([false])
      })

      test('an answer that takes long is acknowledged within three seconds and still arrives, once', async () => {
        harness.bot.answer = async () => {
          await pause(3200)
          return { card: plain({ lead: 'At last.' }), to: 'asker' }
        }
        const { acknowledgedAfter, answers } = await harness.command('myth', { query: 'x' })
        expect(acknowledgedAfter).toBeLessThan(3000)
        expect(answers.map((answer) => answer.text)).toEqual([expect.stringContaining('At last.')])
      })

      test.runIf(abilities.suggestions)('offers while typing come from the bot, at most 25, labels at most 100 characters', async () => {
        harness.bot.offers = () =>
          Array.from({ length: 25 }, (_, index) => ({ label: `${index} ${'long '.repeat(40)}`, value: `v${index}` }))
        const offers = (await harness.suggest?.('myth', 'query', 'ger')) ?? []
        expect(harness.bot.typed[0]).toMatchObject({ command: 'myth', argument: 'query', text: 'ger' })
        expect(offers.map((offer) => offer.value)).toEqual(Array.from({ length: 25 }, (_, index) => `v${index}`))
        for (const offer of offers) expect(offer.label.length).toBeLessThanOrEqual(100)
      })
    })

    describe('posting', () => {
      test('each mode appears as itself, in the channel of its trigger', async () => {
        const trigger = await harness.say('a trigger')
        const to = (await heardText('a trigger')).ref
        await post({ mode: 'channel', card: plain({ lead: 'mode channel' }) })
        await post({ mode: 'reply', to, card: plain({ lead: 'mode reply' }) })
        if (abilities.threads) await post({ mode: 'thread', to, card: plain({ lead: 'mode thread' }) })
        const expected = ['channel', 'reply', ...(abilities.threads ? ['thread'] : [])]
        const shownAs = (mode: string) => (mode === 'reply' && harness.repliesAs) || mode
        expect(harness.shown().map((one, index) => [one.as, one.text.includes(`mode ${expected[index]}`)])).toEqual(
          expected.map((mode) => [shownAs(mode), true]),
        )
        if (!abilities.reactions) return
        await post({ mode: 'react', to })
        expect(harness.reactionsOn(trigger)).toBe(1)
        expect(harness.shown()).toHaveLength(expected.length)
      })

      test('what was posted can be taken away, in every mode, and twice is no error', async () => {
        const trigger = await harness.say('a trigger')
        const to = (await heardText('a trigger')).ref
        for (const mode of ['channel', 'reply', ...(abilities.threads ? ['thread'] : []), ...(abilities.reactions ? ['react'] : [])]) {
          const ref = await post({ mode: mode as Post['mode'], ...(mode !== 'channel' && { to }) })
          // The core keeps the id and the trigger's place.
          const kept = { place: harness.place, id: ref.id }
          await harness.adapter.remove(kept)
          expect(harness.shown(), mode).toEqual([])
          expect(harness.reactionsOn(trigger), mode).toBe(0)
          await harness.adapter.remove(kept)
        }
      })

      test.runIf(abilities.buttons)('a pressed button comes back as its command, with the message it sat on', async () => {
        const card = plain({ buttons: [{ label: 'Why?', command: 'why', args: { reply: 'r1x' } }] })
        await post({ card })
        const [message] = harness.shown()
        if (!message) throw new Error('nothing is shown')
        expect(message.buttons).toEqual(['Why?'])
        const { answers } = await harness.press(message, 'Why?')
        expect(harness.bot.ran[0]).toMatchObject({ command: 'why', args: { reply: 'r1x' }, via: 'button' })
        expect(answers[0]?.isPrivate).toBe(abilities.privateReplies)
        const pressedOn = harness.bot.ran[0]?.pressedOn
        expect(pressedOn).toBeDefined()
        if (pressedOn) await harness.adapter.remove(pressedOn)
        expect(harness.shown()).toEqual([])
      })

      test.runIf(abilities.buttons)('removeOriginal takes the message with the button away', async () => {
        harness.bot.answer = () => ({ card: plain(), to: 'asker', removeOriginal: true })
        await post({ card: plain({ buttons: [{ label: 'Not this', command: 'feedback', args: { reply: 'r1x' } }] }) })
        const [message] = harness.shown()
        if (!message) throw new Error('nothing is shown')
        await harness.press(message, 'Not this')
        await until('the removal', () => harness.shown().length === 0)
      })

      test.runIf(abilities.dropsDoublesFor > 0)('the same key twice is one message', async () => {
        const first = await post({ key: 'same-key' })
        const second = await post({ key: 'same-key' })
        expect(second.id).toBe(first.id)
        expect(harness.shown()).toHaveLength(1)
      })

      test.runIf(abilities.findsOwnPosts)('a second try finds the first one', async () => {
        const card = plain({ title: 'For the record', lead: 'A fact that stands here once.' })
        const first = await post({ key: 'found-key', card })
        await post({ card: plain({ lead: 'something else' }) })
        const second = await post({ key: 'found-key', card, again: true })
        expect(second.id).toBe(first.id)
        expect(harness.shown()).toHaveLength(2)
        await post({ key: 'other-key', card: plain({ lead: 'never shown before' }), again: true })
        expect(harness.shown()).toHaveLength(3)
      })
    })

    describe('failing', () => {
      test.each(failures.filter((how) => how !== 'lost'))('%s is told as such, with a code and without any text', async (how) => {
        harness.fail(how)
        const error = await post({ card: plain({ lead: 'canary-text' }) }).catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(PostError)
        expect((error as PostError).failure).toBe(how)
        expect(`${(error as PostError).code} ${(error as PostError).message}`).not.toContain('canary')
        expect((error as PostError).code).toMatch(/^[a-z]+-[\w-]+$/)
        expect(harness.shown()).toEqual([])
      })

      test.runIf(failures.includes('lost'))('an answer that is lost after acceptance never becomes two messages', async () => {
        harness.fail('lost')
        const outcome = await post({}).catch((thrown: unknown) => thrown)
        if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'PostError', failure: 'unknown' })
        expect(harness.shown()).toHaveLength(1)
      })
    })

    describe('rendering', () => {
      test('every kind of card the bot makes, and awkward ones, fit the platform and say their title', async () => {
        for (const card of [...(await packCards()), ...awkwardCards]) {
          await post({ card })
          expect(harness.shown().at(-1)?.text.length).toBeGreaterThan(0)
        }
        expect(harness.violations()).toEqual([])
      })

      test('nobody is ever notified, whatever a text says, in posts and in answers', async () => {
        harness.bot.answer = () => ({ card: hostileCard, to: 'channel' })
        await post({ card: hostileCard })
        const { answers } = await harness.command('myth', { query: 'x' })
        expect([...harness.shown(), ...answers].map((one) => one.pings)).toEqual([...harness.shown(), ...answers].map(() => 0))
      })
    })

    describe('stopping', () => {
      test('stop waits for work under way, then nothing is taken in', async () => {
        let isDone = false
        harness.bot.listen = async () => {
          await pause(300)
          isDone = true
        }
        await harness.say('the last words')
        await heardText('the last words')
        await harness.adapter.stop()
        expect(isDone).toBe(true)
        for (const part of harness.adapter.parts) expect(part.isReady).toBe(false)
        await harness.say('too late').catch(() => {})
        await pause(50)
        expect(harness.bot.heard).toHaveLength(1)
      })
    })
  })
}
