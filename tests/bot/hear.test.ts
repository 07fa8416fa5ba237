/** The message path: when the bot speaks, once, and when it stays silent. Real packs, real detection, real SQLite. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { askedLimits } from '../../src/bot/asked.ts'
import { PostError } from '../../src/bot/errors.ts'
import { judge } from '../../src/bot/hear.ts'
import type { Message } from '../../src/bot/message.ts'
import { words } from '../../src/bot/words.ts'
import { admin, makeWorld, member, myth, otherMyth, place, type World } from '../support/world.ts'

const hour = 3_600_000
let world: World
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())

describe('consent', () => {
  test('a new server gets nothing unasked', async () => {
    for (let index = 0; index < 200; index += 1) await world.hear(myth, { author: member(`m${index}`) })
    expect(world.platform.posts).toEqual([])
  })

  test('an enabled channel gets one short reply with verdict, source and three buttons', async () => {
    await world.enable()
    await world.hear(myth)
    expect(world.platform.posts).toHaveLength(1)
    const [post] = world.platform.posts
    expect(post).toMatchObject({ mode: 'reply', place, to: { id: 'm1' } })
    expect(post?.card.lead.length).toBeLessThanOrEqual(280)
    expect(post?.card.verdict).toBeTruthy()
    expect(post?.card.sources?.length).toBeGreaterThan(0)
    expect(post?.card.buttons?.map((button) => button.command)).toEqual(['details', 'why', 'feedback'])
  })

  test.each(['thread', 'react'])('mode %s is used as asked', async (mode) => {
    await world.enable(mode)
    await world.hear(myth)
    expect(world.platform.posts.map((post) => post.mode)).toEqual([mode])
  })

  test('mode suggest tells the moderators alone', async () => {
    await world.enable('suggest')
    const settings = await world.store.settings(place)
    await world.store.saveSettings(place, { ...settings, moderators: 'mods' }, [])
    await world.hear(myth)
    expect(world.platform.posts).toHaveLength(1)
    expect(world.platform.posts[0]?.place.channel).toBe('mods')
    expect(await world.store.suggestions(place, 10)).toHaveLength(1)
  })

  test('a member who repeats a claim does not flood the moderators', async () => {
    await world.enable('suggest')
    for (let index = 0; index < 30; index += 1) await world.hear(myth, { author: member(`m${index}`) })
    await world.hear(otherMyth)
    expect(await world.store.suggestions(place, 50)).toHaveLength(2)
    // The dry run says what a live message would come to.
    const { card } = await world.run(`test ${myth}`, { asker: admin })
    expect(card.rows?.find(({ label }) => label === 'cooldown')?.value).toMatch(/^no/)
    world.pass(25 * hour)
    await world.hear(myth)
    expect(await world.store.suggestions(place, 50)).toHaveLength(3)
  })
})

describe('silence', () => {
  beforeEach(() => world.enable())

  test.each([
    ['a denial', 'the claim that Lenin was paid by the Kaiser is false, there is no evidence for German gold'],
    ['a quote', `> ${myth}`],
    ['code', `\`\`\`\n${myth}\n\`\`\``],
    ['chatter', 'does anybody know a good recipe for bread'],
  ])('at %s', async (_, text) => {
    await world.hear(text)
    expect(world.platform.posts).toEqual([])
  })

  test('at bots, forwards and old messages', async () => {
    await world.hear(myth, { author: { ...member(), isBot: true } })
    await world.hear(myth, { isRelayed: true })
    await world.hear(myth, { at: world.now() - 61_000 })
    expect(world.platform.posts).toEqual([])
  })

  test('at members who opted out, at once', async () => {
    await world.run('me optout')
    await world.hear(myth)
    expect(world.platform.posts).toEqual([])
    await world.run('me optin')
    await world.hear(myth)
    expect(world.platform.posts).toHaveLength(1)
  })

  test('while paused, and again after it', async () => {
    await world.run('pause 2h', { asker: admin })
    await world.hear(myth)
    expect(world.platform.posts).toEqual([])
    world.pass(2 * hour + 1)
    await world.hear(myth)
    expect(world.platform.posts).toHaveLength(1)
  })

  test('in quiet hours', async () => {
    await world.enable('reply', { quiet: { from: '22:00', to: '14:00', zone: 'UTC' } })
    await world.hear(myth)
    expect(world.platform.posts).toEqual([])
    world.setClock('2026-03-10T14:00:00Z')
    await world.hear(myth)
    expect(world.platform.posts).toHaveLength(1)
  })

  test('in a server that does not use the pack', async () => {
    const settings = await world.store.settings(place)
    await world.store.saveSettings(place, { ...settings, packs: ['another'] }, [])
    await world.hear(myth)
    expect(world.platform.posts).toEqual([])
  })
})

describe('a mark', () => {
  const marked = async () => {
    await world.enable('react')
    const message = world.message(myth)
    await world.bot.hear(message)
    return message
  }
  const press = (message: Message, who = 'curious') => world.bot.hear({ ...message, event: 'marked', text: '', author: member(who) })

  test('that members press becomes the card, once, and is on record like any reply', async () => {
    const message = await marked()
    await Promise.all(['one', 'two', 'three'].map((who) => press(message, who)))
    expect(world.platform.posts.map(({ mode }) => mode)).toEqual(['react', 'reply'])
    expect(world.platform.posts[1]).toMatchObject({ to: { id: message.ref.id }, card: { verdict: expect.any(String) } })
    const why = world.platform.posts[1]?.card.buttons?.find(({ command }) => command === 'why')
    expect((await world.press('why', why?.args ?? {})).card.title).not.toBe(words.failedTitle)
    await world.bot.hear({ ...message, event: 'deleted', text: '' })
    expect(world.platform.removed).toHaveLength(2)
  })

  test('pressed by a bot, on another message, or on one that was answered aloud is nothing', async () => {
    const message = await marked()
    await world.bot.hear({ ...message, event: 'marked', author: { ...member(), isBot: true } })
    await press(world.message('hello'))
    expect(world.platform.posts).toHaveLength(1)
    await world.enable('reply')
    const other = world.message(otherMyth)
    await world.bot.hear(other)
    await press(other)
    expect(world.platform.posts.map(({ mode }) => mode)).toEqual(['react', 'reply'])
  })

  test('whose card did not appear can be pressed again', async () => {
    const message = await marked()
    world.platform.before = () => {
      throw new PostError('too-fast', 'test')
    }
    await press(message)
    delete world.platform.before
    world.pass(1000)
    await press({ ...message, at: world.now() })
    expect(world.platform.posts.map(({ mode }) => mode)).toEqual(['react', 'reply'])
    expect(world.platform.removed).toEqual([])
  })
})

describe('gates', () => {
  const asked = async (text: string, until?: 'until one is shut') => {
    const matches = world.detector.detect(text)
    const { action, reasons } = await judge(parts(), world.message(text), matches, await world.store.settings(place), until)
    return { action, shut: reasons.filter(({ passed }) => !passed).map(({ gate }) => gate), all: reasons.map(({ gate }) => gate) }
  }
  const parts = () => ({ ...world, adapters: [world.platform], instance: 'one' })
  const everyGate = [
    ...['score', 'evidence', 'stance', 'mode', 'author', 'freshness', 'pack', 'pause', 'quiet hours'],
    ...['cooldown', 'first delivery', 'opt-out', 'taken back', 'access', 'budget'],
  ]

  test('the dry run names each in order, however many are shut; a live message stops at the first', async () => {
    await world.enable('reply', { budget: 0 })
    expect(await asked(myth)).toMatchObject({ action: 'ignore', shut: ['budget'], all: everyGate })
    expect(await asked(myth, 'until one is shut')).toMatchObject({ action: 'ignore', shut: ['budget'], all: everyGate })
    await world.run('pause 2h', { asker: admin })
    expect(await asked(myth)).toMatchObject({ action: 'ignore', shut: ['pause', 'budget'], all: everyGate })
    expect(await asked(myth, 'until one is shut')).toMatchObject({ action: 'ignore', shut: ['pause'] })
    await world.enable('off')
    expect(await asked(myth)).toMatchObject({ action: 'ignore', shut: ['mode', 'pause'], all: everyGate })
    expect(await asked(myth, 'until one is shut')).toMatchObject({ action: 'ignore', shut: ['mode'] })
  })

  test('both come to the same action', async () => {
    await world.enable()
    const lines = [myth, otherMyth, 'Lenin took no German gold, that is a myth', 'does anybody know a good recipe for bread']
    for (const line of lines) expect((await asked(line)).action).toBe((await asked(line, 'until one is shut')).action)
    expect((await asked(myth)).action).toBe('reply')
  })
})

describe('once', () => {
  beforeEach(() => world.enable())

  test('1,000 triggers of one myth from 20 members: one reply', async () => {
    for (let index = 0; index < 1000; index += 1) await world.hear(myth, { author: member(`m${index % 20}`) })
    expect(world.platform.posts).toHaveLength(1)
  })

  test('the same event five times, at the same moment: one reply', async () => {
    const message = world.message(myth)
    await Promise.all(Array.from({ length: 5 }, () => world.bot.hear(message)))
    expect(world.platform.posts).toHaveLength(1)
  })

  test('another claim is answered, the same one again after the cooldown', async () => {
    await world.hear(myth)
    await world.hear(otherMyth)
    expect(world.platform.posts).toHaveLength(2)
    world.pass(23 * hour)
    await world.hear(myth)
    expect(world.platform.posts).toHaveLength(2)
    world.pass(hour + 1)
    await world.hear(myth)
    expect(world.platform.posts).toHaveLength(3)
  })

  test('the budget of a day holds whatever the claims', async () => {
    await world.enable('reply', { budget: 1 })
    await world.hear(myth)
    await world.hear(otherMyth)
    expect(world.platform.posts).toHaveLength(1)
    world.setClock('2026-03-11T00:30:00Z')
    await world.hear(otherMyth)
    expect(world.platform.posts).toHaveLength(2)
  })

  test('a post that certainly failed gives cooldown and budget back; one of unknown outcome does not', async () => {
    world.platform.before = () => {
      throw new PostError('too-fast', 'test-429')
    }
    await world.hear(myth)
    delete world.platform.before
    await world.hear(myth)
    expect(world.platform.posts).toHaveLength(1)
    world.platform.before = () => {
      throw new PostError('unknown', 'test-502')
    }
    await world.hear(otherMyth)
    delete world.platform.before
    await world.hear(otherMyth)
    expect(world.platform.posts).toHaveLength(1)
  })

  test('a forbidden channel is left alone for an hour and the moderators hear of it once', async () => {
    const settings = await world.store.settings(place)
    await world.store.saveSettings(place, { ...settings, moderators: 'mods' }, [])
    world.platform.before = (post) => {
      if (post.place.channel === 'c1') throw new PostError('forbidden', 'test-403')
    }
    let tries = 0
    const failing = world.platform.before
    world.platform.before = (post) => {
      if (post.place.channel === 'c1') tries += 1
      return failing(post)
    }
    for (let index = 0; index < 50; index += 1) await world.hear(index % 2 ? myth : otherMyth)
    expect(tries).toBe(1)
    expect(world.platform.posts.map((post) => post.place.channel)).toEqual(['mods'])
  })
})

describe('edits and deletions', () => {
  beforeEach(() => world.enable())

  test('the reply goes when its trigger is deleted', async () => {
    const message = world.message(myth)
    await world.bot.hear(message)
    await world.bot.hear({ ...message, event: 'deleted', text: '' })
    expect(world.platform.removed.map((ref) => ref.id)).toEqual(['b1'])
    await world.bot.hear({ ...message, event: 'deleted', text: '' })
    expect(world.platform.removed).toHaveLength(1)
  })

  test('a trigger that is deleted while its reply is being sent leaves no reply behind', async () => {
    const message = world.message(myth)
    world.platform.before = () => world.bot.hear({ ...message, event: 'deleted', text: '' })
    await world.bot.hear(message)
    expect(world.platform.posts).toHaveLength(1)
    expect(world.platform.removed.map((ref) => ref.id)).toEqual(['b1'])
  })

  test('the reply goes when the claim is edited away, and stays when only a word is mended', async () => {
    const message = world.message(myth)
    await world.bot.hear(message)
    await world.bot.hear({ ...message, event: 'edited', text: `${myth}.` })
    expect(world.platform.removed).toEqual([])
    await world.bot.hear({ ...message, event: 'edited', text: 'I take that back' })
    expect(world.platform.removed).toHaveLength(1)
    expect(world.platform.posts).toHaveLength(1)
  })

  test('the reply goes when what is left of the claim would not have earned it', async () => {
    const message = world.message(myth)
    await world.bot.hear(message)
    const rest = 'Lenin and the Bolsheviks wanted money'
    const [match] = world.detector.detect(rest)
    expect(match?.score ?? 0).toBeLessThan(world.detector.bars.speak)
    await world.bot.hear({ ...message, event: 'edited', text: rest })
    expect(world.platform.removed).toHaveLength(1)
  })

  test('a claim that is edited in is answered once', async () => {
    const message = world.message('nice weather')
    await world.bot.hear(message)
    await world.bot.hear({ ...message, event: 'edited', text: myth })
    await world.bot.hear({ ...message, event: 'edited', text: `${myth} indeed` })
    expect(world.platform.posts).toHaveLength(1)
  })
})

describe('asked by name', () => {
  test('a mention is answered in public, in the thread, once, without any setting', async () => {
    const message = world.message(myth, { isAddressed: true })
    await world.bot.hear(message)
    await world.bot.hear(message)
    expect(world.platform.posts).toHaveLength(1)
    expect(world.platform.posts[0]?.mode).toBe('thread')
  })

  test('one person gets 20 answers in ten minutes, then silence, which nobody is told about; later 20 more', async () => {
    const ask = (author: string) => world.hear('is the earth flat?', { isAddressed: true, author: member(author) })
    for (let index = 0; index < 50; index += 1) await ask('eager')
    expect(world.platform.posts).toHaveLength(askedLimits.perPerson)
    // Somebody else in the same channel is answered.
    await ask('calm')
    expect(world.platform.posts).toHaveLength(askedLimits.perPerson + 1)
    world.pass(askedLimits.span + 1)
    for (let index = 0; index < 50; index += 1) await ask('eager')
    expect(world.platform.posts).toHaveLength(2 * askedLimits.perPerson + 1)
    expect(world.platform.posts.every((post) => post.card.title === 'Nothing in the packs')).toBe(true)
  })

  test('one channel gets 60 answers in ten minutes whoever asks; another channel has its own; /test shows them', async () => {
    for (let index = 0; index < 200; index += 1)
      await world.hear('is the earth flat?', { isAddressed: true, author: member(`asker-${index}`) })
    expect(world.platform.posts).toHaveLength(askedLimits.perChannel)
    const row = (await world.run(`test ${myth}`, { asker: admin })).card.rows?.find(({ label }) => label === 'asked by name')
    expect(row?.value).toBe('60 of 60 answers used in this channel; at most 20 to one person in 10 min, then silence')
    const message = world.message('is the earth flat?', { isAddressed: true })
    await world.bot.hear({ ...message, ref: { ...message.ref, place: { ...place, channel: 'c2' } } })
    expect(world.platform.posts).toHaveLength(askedLimits.perChannel + 1)
  })

  test('five deliveries of one question use one of the answers', async () => {
    const message = world.message('is the earth flat?', { isAddressed: true })
    for (let index = 0; index < 5; index += 1) await world.bot.hear(message)
    const row = (await world.run('test x', { asker: admin })).card.rows?.find(({ label }) => label === 'asked by name')
    expect(row?.value).toMatch(/^1 of 60/)
  })

  test('a text that touches no claim gets an honest nothing', async () => {
    await world.hear('what do you think of the weather on Mars', { isAddressed: true })
    expect(world.platform.posts[0]?.card.title).toBe('Nothing in the packs')
  })
})
