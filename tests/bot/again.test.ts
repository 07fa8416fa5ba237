/** A crash at each step of an answer, then the event once more, as it was and as cut in half: the answer is seen exactly once. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PostError } from '../../src/bot/errors.ts'
import type { Store } from '../../src/bot/store.ts'
import { fakePlatform, makeWorld, myth, otherMyth, place, type World } from '../support/world.ts'

let world: World
/** Calls until the process dies; nothing works after that until it is set anew. */
let left = Number.POSITIVE_INFINITY
const step = () => {
  if (left <= 0) throw new Error('dead')
  left -= 1
}
/** What a platform shows that finds its own posts. */
const visible = () => world.platform.posts.map(({ key }) => key)

beforeEach(async () => {
  left = Number.POSITIVE_INFINITY
  const platform = fakePlatform()
  platform.before = ({ again, key }) => {
    step()
    if (again && visible().includes(key)) throw new PostError('unknown', 'found')
  }
  world = await makeWorld({ platform })
  for (const verb of ['reserve', 'reserveAll', 'record', 'reply', 'count', 'markRemoved', 'suggest'] as const) {
    const real = world.store[verb].bind(world.store) as (...given: unknown[]) => unknown
    Object.assign(world.store, {
      [verb]: async (...given: unknown[]) => {
        step()
        return real(...given)
      },
    } satisfies Partial<Record<keyof Store, unknown>>)
  }
})
afterEach(() => world.close())

const steps = Array.from({ length: 12 }, (_, index) => index)

describe.each(steps)('killed before step %i', (at) => {
  test.each([
    ['a claim', { isAddressed: false }],
    ['a question', { isAddressed: true }],
  ])('%s', async (_, how) => {
    await world.enable()
    const message = world.message(myth, how)
    left = at
    await world.bot.hear(message)
    left = Number.POSITIVE_INFINITY
    await world.bot.hear(message)
    expect(visible().length).toBeLessThanOrEqual(1)
    await world.bot.hear({ ...message, isAgain: true })
    await world.bot.hear({ ...message, isAgain: true })
    expect(visible()).toHaveLength(1)
  })
})

test.each(steps)('killed before step %i of showing a mark’s card: it is seen once, whoever else presses', async (at) => {
  await world.enable('react')
  const message = world.message(myth)
  await world.bot.hear(message)
  const press = { ...message, event: 'marked' as const, text: '' }
  left = at
  await world.bot.hear(press)
  left = Number.POSITIVE_INFINITY
  await world.bot.hear(press)
  await world.bot.hear({ ...press, at: press.at + 1 })
  expect(visible().length).toBeLessThanOrEqual(2)
  await world.bot.hear({ ...press, isAgain: true })
  await world.bot.hear({ ...press, isAgain: true })
  expect(visible()).toHaveLength(2)
  expect(world.platform.removed).toEqual([])
})

describe('what was cut in half', () => {
  const halfDone = async () => {
    await world.enable()
    const message = world.message(myth)
    left = 3
    await world.bot.hear(message)
    left = Number.POSITIVE_INFINITY
    expect(visible()).toEqual([])
    return message
  }

  test('is finished by one instance, not by two', async () => {
    const message = await halfDone()
    await Promise.all([1, 2, 3].map(() => world.bot.hear({ ...message, isAgain: true })))
    expect(visible()).toHaveLength(1)
  })

  test('is left when it is late, paused, switched off, or its trigger gone', async () => {
    const message = await halfDone()
    const again = () => world.bot.hear({ ...message, isAgain: true })
    const settings = await world.store.settings(place)
    await world.store.saveSettings(place, { ...settings, paused: { until: '9999-01-01T00:00:00.000Z', by: 'admin-1' } }, [])
    await again()
    await world.store.saveSettings(place, { ...settings, channels: {} }, [])
    await again()
    await world.store.saveSettings(place, settings, [])
    world.pass(61_000)
    await again()
    world.pass(-61_000)
    await world.bot.hear({ ...message, event: 'deleted' })
    await again()
    expect(visible()).toEqual([])
  })

  test('uses up no other claim’s turn', async () => {
    const message = await halfDone()
    await world.hear(otherMyth)
    await world.bot.hear({ ...message, isAgain: true })
    expect(visible()).toHaveLength(2)
  })
})
