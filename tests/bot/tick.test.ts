/** The daily fact, exactly once: plans, failures, two instances, catch-up, skip, post now. Real SQLite, a clock set by hand. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createBot } from '../../src/bot/bot.ts'
import { PostError } from '../../src/bot/errors.ts'
import { admin, fakePlatform, makeWorld, place, type World } from '../support/world.ts'

const minute = 60_000
let world: World
beforeEach(async () => {
  world = await makeWorld({ at: '2026-03-09T12:00:00Z' })
  await world.run('settings daily time:09:00 zone:Europe/Berlin', { asker: admin })
  world.setClock('2026-03-10T07:59:00Z')
})
afterEach(() => world.close())

const minutes = async (count: number) => {
  for (let index = 0; index < count; index += 1) {
    await world.bot.tick()
    world.pass(minute)
  }
}

test('one post a day, at its minute, each with another fact', async () => {
  await minutes(1)
  expect(world.platform.posts).toEqual([])
  await minutes(24 * 60 * 3)
  expect(world.platform.posts).toHaveLength(3)
  expect(new Set(world.platform.posts.map((post) => post.card.lead)).size).toBe(3)
  expect(new Set(world.platform.posts.map((post) => post.key)).size).toBe(3)
  expect(world.platform.posts.every((post) => post.mode === 'channel' && post.key.length <= 25)).toBe(true)
})

test('two instances on one store, at the same moment: one post', async () => {
  world.setClock('2026-03-10T08:00:00Z')
  const { library, detector, store, platform, commands, log, now } = world
  const other = createBot({ library, detector, store, adapters: [platform], commands, log, now, instance: 'two' })
  await Promise.all([world.bot.tick(), other.tick(), world.bot.tick(), other.tick()])
  expect(platform.posts).toHaveLength(1)
})

test('down over the slot: made up inside the window, reported once outside it', async () => {
  world.setClock('2026-03-10T09:30:00Z')
  await world.bot.tick()
  expect(world.platform.posts).toHaveLength(1)
  world.setClock('2026-03-11T18:00:00Z')
  await minutes(3)
  expect(world.platform.posts).toHaveLength(1)
  expect((await world.store.dailyHistory(place, 5)).map((run) => `${run.date} ${run.state}`)).toEqual([
    '2026-03-11 missed',
    '2026-03-10 posted',
  ])
  expect((await world.store.counts(place, '2026-03-01'))['notice missed']).toBe(1)
})

test('the clock set back never posts again', async () => {
  world.setClock('2026-03-10T08:05:00Z')
  await world.bot.tick()
  world.setClock('2026-03-10T07:55:00Z')
  await minutes(20)
  expect(world.platform.posts).toHaveLength(1)
})

test('changing the time after the post does not post again', async () => {
  world.setClock('2026-03-10T08:00:00Z')
  await world.bot.tick()
  await world.run('settings daily time:12:00', { asker: admin })
  await minutes(5 * 60)
  expect(world.platform.posts).toHaveLength(1)
})

describe('failures', () => {
  beforeEach(() => world.setClock('2026-03-10T08:00:00Z'))

  test('too fast: tried again within the window, same fact', async () => {
    let tries = 0
    world.platform.before = () => {
      tries += 1
      if (tries < 4) throw new PostError('too-fast', 'test-429')
    }
    await minutes(10)
    expect(tries).toBe(4)
    expect(world.platform.posts).toHaveLength(1)
  })

  test('outcome unknown, platform can not look: never sent again, and reported', async () => {
    world.platform.before = () => {
      throw new PostError('unknown', 'test-502')
    }
    await minutes(10)
    expect((await world.store.dailyHistory(place, 1))[0]?.state).toBe('unknown')
    delete world.platform.before
    await minutes(60)
    expect(world.platform.posts).toEqual([])
  })

  test('outcome unknown, platform drops doubles: sent again with the same key inside its window', async () => {
    await world.close()
    const platform = fakePlatform('test', { dropsDoublesFor: 120_000 })
    world = await makeWorld({ at: '2026-03-09T12:00:00Z', platform })
    await world.run('settings daily time:09:00 zone:Europe/Berlin', { asker: admin })
    world.setClock('2026-03-10T08:00:00Z')
    const keys: string[] = []
    platform.before = (post) => {
      keys.push(`${post.key} ${post.again ?? false}`)
      if (keys.length === 1) throw new PostError('unknown', 'test-502')
    }
    await minutes(5)
    expect(keys).toHaveLength(2)
    expect(keys[1]).toBe(`${keys[0]?.split(' ')[0]} true`)
    expect(platform.posts).toHaveLength(1)
  })

  test('an unknown outcome stays unknown through a refusal: the next try looks first as well', async () => {
    await world.close()
    const platform = fakePlatform('test', { findsOwnPosts: true })
    world = await makeWorld({ at: '2026-03-09T12:00:00Z', platform })
    await world.run('settings daily time:09:00 zone:Europe/Berlin', { asker: admin })
    world.setClock('2026-03-10T08:00:00Z')
    const tries: boolean[] = []
    platform.before = (post) => {
      tries.push(post.again ?? false)
      if (tries.length === 1) throw new PostError('unknown', 'test-502')
      if (tries.length === 2) throw new PostError('too-fast', 'test-429')
    }
    await minutes(8)
    expect(tries).toEqual([false, true, true])
  })

  test('a channel that is gone keeps its setting and is reported once', async () => {
    world.platform.before = () => {
      throw new PostError('gone', 'test-404')
    }
    await minutes(30)
    expect((await world.store.dailyHistory(place, 1))[0]?.state).toBe('failed')
    expect((await world.store.settings(place)).channels.c1?.daily?.time).toBe('09:00')
    expect((await world.store.counts(place, '2026-03-01'))['notice daily-failed']).toBe(1)
  })
})

describe('what an admin does', () => {
  const asAdmin = { asker: admin }

  test('skip leaves the next out, and only that', async () => {
    await world.run('settings daily skip', asAdmin)
    await minutes(24 * 60 + 30)
    expect(world.platform.posts).toHaveLength(1)
    expect((await world.store.dailyHistory(place, 5)).map((run) => `${run.date} ${run.state}`)).toEqual([
      '2026-03-11 posted',
      '2026-03-10 skipped',
    ])
  })

  test('preview shows what will come', async () => {
    const { card } = await world.run('settings daily preview', asAdmin)
    await minutes(5)
    expect(world.platform.posts[0]?.card.lead).toBe(card.lead)
  })

  test('post now is one post, however often it is pressed, and the planned one still comes', async () => {
    await Promise.all([world.run('settings daily now', asAdmin), world.run('settings daily now', asAdmin)])
    expect(world.platform.posts).toHaveLength(1)
    await minutes(5)
    expect(world.platform.posts).toHaveLength(2)
  })

  test('pause stops it, off ends it', async () => {
    await world.run('pause 1d', asAdmin)
    await minutes(10)
    await world.run('pause off', asAdmin)
    await world.run('settings daily off', asAdmin)
    await minutes(10)
    expect(world.platform.posts).toEqual([])
  })
})
