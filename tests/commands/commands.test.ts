/** Every command file: fits its declaration, and does what people are told it does. Real packs, real SQLite. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fieldOf } from '../../src/bot/command.ts'
import { PostError } from '../../src/bot/errors.ts'
import type { Message } from '../../src/bot/message.ts'
import { admin, makeWorld, member, myth, otherMyth, place, type World } from '../support/world.ts'

let world: World
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())
const asAdmin = { asker: admin }
const hour = 3_600_000
/** A word that only a member's message holds. */
const canary = 'xyzzyplugh'

describe('declarations', () => {
  test('names, descriptions, options and choices fit every platform', () => {
    expect(world.commands.length).toBeGreaterThan(8)
    for (const command of world.commands) {
      expect(command.name).toMatch(/^[a-z]{1,32}$/)
      expect(command.description.length).toBeLessThanOrEqual(100)
      const actions = 'subcommands' in command ? Object.values(command.subcommands) : [command]
      expect(actions.length).toBeLessThanOrEqual(25)
      for (const action of actions) {
        const fields = Object.entries(action.args.shape)
        expect(fields.length).toBeLessThanOrEqual(25)
        if (!command.via.includes('slash')) continue
        for (const [name, field] of fields) {
          const { meta, options } = fieldOf(field)
          expect(name).toMatch(/^[a-z]{1,32}$/)
          expect(meta.description, `${command.name} ${name} needs a description`).toBeTruthy()
          expect(meta.description?.length).toBeLessThanOrEqual(100)
          expect(options?.length ?? 0).toBeLessThanOrEqual(25)
        }
      }
    }
  })

  test('a button of the longest arguments fits 100 characters', async () => {
    for (const rebuttal of world.library.rebuttals) expect(`details id=${rebuttal.id}`.length).toBeLessThan(90)
  })
})

describe('look-up', () => {
  test('myth finds by words, by id, misspelt; says an honest nothing', async () => {
    expect((await world.run('myth german gold')).card.verdict).toBeTruthy()
    expect((await world.run('myth german-gold')).card.note).toContain('german-gold')
    expect((await world.run('myth germn gold')).card.verdict).toBeTruthy()
    expect((await world.run('myth moon landing')).card.title).toBe('Nothing on that')
    expect((await world.run('myth german gold show:everyone')).to).toBe('channel')
  })

  test('fact, topics, help, check', async () => {
    expect((await world.run('fact 2026-11-07')).card.sources?.length).toBeGreaterThan(0)
    expect((await world.run('fact yesterday')).card.lead).toContain('2026-11-07')
    expect((await world.run('topics')).card.rows?.length).toBeGreaterThan(3)
    expect((await world.run('topics October')).card.rows?.length).toBeGreaterThan(0)
    expect((await world.run('help')).card.rows?.map((row) => row.label)).not.toContainEqual(expect.stringContaining('/settings'))
    expect((await world.run('help', asAdmin)).card.rows?.map((row) => row.label)).toContainEqual(expect.stringContaining('/settings'))
    expect((await world.run(`check ${myth}`)).card.verdict).toBeTruthy()
    expect((await world.run('check', { target: world.message(myth), via: 'menu' })).card.verdict).toBeTruthy()
  })

  test('unknown commands, subcommands and arguments get one sentence, privately', async () => {
    for (const line of [
      'nothing',
      'settings',
      'settings dance',
      'settings replies mode:loud',
      'settings daily time:25:00 zone:UTC',
      'settings daily time:09:00 zone:EST',
      'pause 2 parsecs',
    ]) {
      const reply = await world.run(line, asAdmin)
      expect(reply.to).toBe('asker')
      expect(reply.card.title, line).toBe('That did not work')
      expect(reply.card.lead).not.toMatch(/\n\s+at |Error/)
    }
  })
})

describe('rights', () => {
  test('a plain member is refused what is for admins or moderators, by word and by forged button', async () => {
    for (const line of ['settings show', 'pause 1h', 'stats', 'test x', 'queue'])
      expect((await world.run(line)).card.title).toBe('That did not work')
    expect((await world.press('settings', {}, { subcommand: 'replies' })).card.title).toBe('That did not work')
    expect(await world.store.settingsHistory(place, 5)).toEqual([])
  })
})

describe('settings', () => {
  test('every change is on record, with who, old and new', async () => {
    await world.run('settings replies mode:reply level:careful', asAdmin)
    await world.run('settings replies mode:off', asAdmin)
    const history = await world.store.settingsHistory(place, 10)
    expect(
      history.some(
        (change) =>
          change.path === 'channels.c1.replies.mode' && change.before === 'reply' && change.after === 'off' && change.by === admin.id,
      ),
    ).toBe(true)
    expect((await world.run('settings show', asAdmin)).card.rows?.length).toBeGreaterThan(2)
  })

  test('export here, import there: the same behaviour, without names', async () => {
    await world.run('settings replies mode:thread level:eager cooldown:2', asAdmin)
    await world.run('settings daily time:09:00 zone:Europe/Berlin days:mon-fri', asAdmin)
    const text = (await world.run('settings export', asAdmin)).card.paragraphs?.[0] ?? ''
    expect(text).not.toContain(admin.id)
    const there = { ...asAdmin, place: { ...place, server: 's2', channel: 'x9' } }
    await world.run(`settings import ${text} c1=here`, there)
    const settings = await world.store.settings({ platform: 'test', server: 's2' })
    expect(settings.channels.x9).toMatchObject({
      cooldownHours: 2,
      replies: { mode: 'thread', level: 'eager' },
      daily: { days: ['mon', 'tue', 'wed', 'thu', 'fri'] },
    })
  })

  test('a broken import changes nothing', async () => {
    await world.run('settings replies mode:reply', asAdmin)
    for (const text of [
      '{',
      '{}',
      'null',
      '7',
      '{"version":2}',
      '{"packs":["nowhere"]}',
      '[]',
      '{"channels":{"c1":{"replies":{"mode":"shout"}}}}',
    ]) {
      expect((await world.run(`settings import ${text}`, asAdmin)).card.title).toBe('That did not work')
    }
    expect((await world.store.settings(place)).channels.c1?.replies.mode).toBe('reply')
  })
})

describe('after a reply', () => {
  let reply: string
  beforeEach(async () => {
    await world.enable()
    await world.hear(`${myth} ${canary}`, { author: member('author') })
    reply = world.platform.posts[0]?.card.buttons?.find((button) => button.command === 'why')?.args.reply ?? ''
  })

  test('why names wording, evidence, bar, setting and the way out; the words said only when the platform sent them along', async () => {
    const { card, to } = await world.press('why', { reply })
    expect(to).toBe('asker')
    const text = JSON.stringify(card)
    expect(text).toContain('reply')
    expect(text).toContain(admin.id)
    expect(text).toContain('optout')
    expect(text).not.toContain('it was all German gold')
    const target = { ...world.message(myth), ref: { place, id: 'm1' } }
    expect(JSON.stringify((await world.press('why', { reply }, { target })).card)).toContain('Kaiser')
  })

  test('Not this by the author takes it back, once, and the claim stays quiet', async () => {
    const first = await world.press('feedback', { reply }, { asker: member('author') })
    expect(first.removeOriginal).toBe(true)
    const second = await world.press('feedback', { reply }, { asker: admin })
    expect(second.card.lead).toContain('already')
    world.pass(25 * 3_600_000)
    await world.hear(myth)
    expect(world.platform.posts).toHaveLength(1)
  })

  test('Not this by anybody else is counted once and removes nothing', async () => {
    const results = await Promise.all([1, 2].map(() => world.press('feedback', { reply }, { asker: member('stranger') })))
    expect(results.every((result) => !result.removeOriginal)).toBe(true)
    expect(await world.store.votes(place, world.platform.posts[0] ? 'german-gold' : '', 0)).toMatchObject({ wrong: 1 })
  })

  test('test tells what the live path would do, and changes nothing', async () => {
    const before = await world.store.counts(place, '2026-01-01')
    const { card } = await world.run(`test ${myth}`, asAdmin)
    expect(card.lead).toContain('ignore')
    expect(card.rows?.find((row) => row.label === 'cooldown')?.value).toMatch(/^no/)
    expect(await world.store.counts(place, '2026-01-01')).toEqual(before)
    expect(world.platform.posts).toHaveLength(1)
  })

  test('me data lists what is kept, me forget leaves no row with it', async () => {
    const asker = member('author')
    expect(JSON.stringify((await world.run('me data', { asker })).card)).not.toContain(canary)
    expect((await world.run('me data', { asker })).card.lead).toMatch(/^\d+ row/)
    await world.run('me forget', { asker })
    expect((await world.run('me data', { asker })).card.lead).toBe('Nothing is kept.')
  })

  test('stats counts', async () => {
    expect((await world.run('stats', asAdmin)).card.rows).toContainEqual({ label: 'reply posted', value: '1' })
  })
})

test('two moderators can not act twice on one suggestion', async () => {
  await world.enable('suggest')
  await world.hear(myth)
  const [suggestion] = await world.store.suggestions(place, 5)
  const args = { id: suggestion?.id ?? '', action: 'reply' }
  const results = await Promise.all([1, 2].map(() => world.press('queue', args, asAdmin)))
  expect(results.filter((result) => result.card.title === 'That did not work')).toHaveLength(1)
  expect(world.platform.posts).toHaveLength(1)
})

describe('a suggestion that a moderator posts', () => {
  /** A suggestion in the queue, and the message that led to it. */
  const suggested = async () => {
    await world.enable('suggest')
    const message = world.message(myth, { author: member('author') })
    await world.bot.hear(message)
    const [suggestion] = await world.store.suggestions(place, 5)
    return { message, id: suggestion?.id ?? '' }
  }
  const press = (id: string) => world.press('queue', { id, action: 'reply' }, asAdmin)

  test('is explained like any reply, says that a moderator chose it, and its author takes it back', async () => {
    const { id } = await suggested()
    await press(id)
    const [post] = world.platform.posts
    expect(post).toMatchObject({ mode: 'thread', key: id, to: { id: 'm1' } })
    expect(post?.card.buttons?.map((button) => button.command)).toEqual(['details', 'why', 'feedback'])
    const reply = String(post?.card.buttons?.[1]?.args.reply)
    const { card } = await world.press('why', { reply })
    expect(card.rows?.find(({ label }) => label === 'Wording in the pack')?.value).toBeTruthy()
    expect(card.rows?.find(({ label }) => label === 'Kinds of evidence')?.value).toMatch(/\d\.\d\d/)
    expect(card.rows?.find(({ label }) => label === 'Posted by')?.value).toContain('a moderator')
    expect((await world.press('feedback', { reply }, { asker: member('stranger') })).removeOriginal).toBeUndefined()
    expect((await world.press('feedback', { reply }, { asker: member('author') })).removeOriginal).toBe(true)
    expect((await world.run('stats', asAdmin)).card.rows).toContainEqual({ label: 'reply posted by a moderator', value: '1' })
  })

  test('goes when its trigger goes', async () => {
    const { id, message } = await suggested()
    await press(id)
    await world.bot.hear({ ...message, event: 'deleted', text: '' })
    expect(world.platform.removed.map((ref) => ref.id)).toEqual(['b1'])
  })

  test('lets the claim cool in its channel: nobody is told the same again within a day', async () => {
    const { id } = await suggested()
    await press(id)
    await world.enable('reply')
    await world.hear(myth)
    expect(world.platform.posts).toHaveLength(1)
    // Another claim has a turn of its own.
    await world.hear(otherMyth)
    expect(world.platform.posts).toHaveLength(2)
    world.pass(24 * hour + 1)
    await world.hear(myth)
    expect(world.platform.posts).toHaveLength(3)
  })

  test('that the platform refuses lets nothing cool', async () => {
    const { id } = await suggested()
    world.platform.before = () => {
      world.platform.before = () => {}
      throw new PostError('too-fast', 'fake-429')
    }
    expect((await press(id)).card.lead).toContain('did not take the reply')
    await world.enable('reply')
    await world.hear(myth)
    expect(world.platform.posts).toHaveLength(1)
  })

  test.each([
    ['was deleted', (message: Message) => world.bot.hear({ ...message, event: 'deleted', text: '' })],
    ['was edited', (message: Message) => world.bot.hear({ ...message, event: 'edited', text: 'never mind' })],
    ['is of a member who opted out since', () => world.run('me optout', { asker: member('author') })],
  ])('is not posted when the message %s', async (_, act) => {
    const { id, message } = await suggested()
    await act(message)
    expect((await press(id)).card.lead).toContain('Nothing was posted')
    expect(world.platform.posts).toEqual([])
    expect(await world.store.suggestions(place, 5)).toEqual([])
  })
})

test('what only buttons reach can not be typed; a reply opens on its own server alone', async () => {
  await world.enable()
  await world.hear(myth)
  const reply = String(world.platform.posts[0]?.card.buttons?.find((button) => button.command === 'why')?.args.reply)
  for (const name of ['feedback', 'why', 'details']) {
    const typed = await world.run(`${name} ${reply}`, asAdmin)
    expect(typed.card.lead).toContain('There is no command')
  }
  const elsewhere = { asker: admin, place: { ...place, server: 's2' } }
  for (const name of ['feedback', 'why']) {
    const pressed = await world.press(name, { reply }, elsewhere)
    expect(pressed.card.lead).toContain('no longer on record')
    expect(pressed.removeOriginal).toBeUndefined()
  }
  expect((await world.store.reply(reply))?.removedAt).toBeUndefined()
})

test('a suggestion whose reply the platform refuses says so', async () => {
  await world.enable('suggest')
  await world.hear(myth)
  const [suggestion] = await world.store.suggestions(place, 5)
  world.platform.before = () => {
    throw new PostError('forbidden', 'test')
  }
  const pressed = await world.press('queue', { id: suggestion?.id ?? '', action: 'reply' }, asAdmin)
  expect(pressed.card.lead).toContain('did not take the reply (forbidden)')
})

test.each(['__proto__', 'constructor'])('%s is no channel', async (name) => {
  await world.run('settings replies mode:reply', asAdmin)
  const before = await world.store.settings(place)
  for (const line of [
    `settings replies channel:${name} mode:reply`,
    `settings quiet channel:${name} from:22:00 to:07:00 zone:Europe/Berlin`,
    `settings daily channel:${name} time:09:00 zone:Europe/Berlin`,
    `settings moderators ${name}`,
    `settings import {"version":1,"channels":{"c9":{}}} c9=${name}`,
  ]) {
    expect((await world.run(line, asAdmin)).card.lead).toContain('channel')
    expect(await world.store.settings(place)).toEqual(before)
  }
})
