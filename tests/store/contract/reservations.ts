/** Contract: reservations, the one gate against doubles. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nastyIds } from '../../support/records.ts'
import type { Given } from '../store-contract.ts'

export function reservationsContract({ opened }: Given): void {
  test('of two racing for 1,000 slots, exactly one wins each', async () => {
    const { a, b } = opened()
    const slots = Array.from({ length: 1000 }, (_, index) => `event|discord/1/2/${index}`)
    const [first, second] = await Promise.all([a, b].map((store) => Promise.all(slots.map((slot) => store.reserve(slot, 0, 1000)))))
    const winners = slots.map((_, index) => Number(first?.[index]) + Number(second?.[index]))
    expect(winners.filter((count) => count !== 1)).toEqual([])
  })

  test('ten callers for one slot: one wins; after its end again one', async () => {
    const { a, b } = opened()
    const race = (now: number) => Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 ? a : b).reserve('slot', now, now + 10)))
    expect((await race(0)).filter(Boolean)).toHaveLength(1)
    expect((await race(9)).filter(Boolean)).toHaveLength(0)
    expect((await race(10)).filter(Boolean)).toHaveLength(1)
  })

  test('reserve, release and expiry behave as a plain map would', async () => {
    const { a, b } = opened()
    const step = fc.record({
      verb: fc.constantFrom('reserve', 'release', 'ask'),
      slot: fc.constantFrom('x', 'y'),
      wait: fc.nat(5),
      span: fc.nat(8),
    })
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        round += 1
        const model = new Map<string, number>()
        let now = 0
        for (const [index, { verb, slot, wait, span }] of steps.entries()) {
          now += wait
          const store = index % 2 ? a : b
          const name = `${round}${slot}`
          const isFree = (model.get(slot) ?? 0) <= now
          if (verb === 'reserve') {
            expect(await store.reserve(name, now, now + span)).toBe(isFree)
            if (isFree) model.set(slot, now + span)
          } else if (verb === 'release') {
            await store.release(name)
            model.delete(slot)
          } else expect(await store.isReserved(name, now)).toBe(!isFree)
        }
      }),
      { numRuns: 25, seed: 7 },
    )
  })

  test('of a hundred racing for one of twenty, twenty win, each another number; after their end twenty more', async () => {
    const { a, b } = opened()
    const race = async (now: number, round: string) => {
      const wanted = (index: number) => [
        { slot: `event|${round}|${index}`, until: now + 1000 },
        { slot: 'asker|x', of: 20, until: now + 10 },
        { slot: 'asked|y', of: 60, until: now + 10 },
      ]
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, (_, index) => (index % 2 ? a : b).reserveAll(wanted(index), now, index % 3 ? 'brief' : 'lasting')),
      )
      const won = outcomes.flatMap((slots) => slots ?? [])
      expect(won).toHaveLength(60)
      expect(new Set(won).size).toBe(60)
      const events = await Promise.all(outcomes.map((_, index) => a.isReserved(`event|${round}|${index}`, now)))
      // Who lost has taken nothing, not even the slot that was free.
      expect(events).toEqual(outcomes.map(Boolean))
      expect([await a.countReserved('asker|x', 20, now), await b.countReserved('asked|y', 60, now)]).toEqual([20, 20])
    }
    await race(0, 'first')
    expect(await b.reserveAll([{ slot: 'asker|x', of: 20, until: 99 }], 9)).toBeUndefined()
    await race(10, 'second')
  })

  test('of ten callers with the same slots one wins, and gives them back one by one', async () => {
    const { a, b } = opened()
    const wanted = [
      { slot: 'cooldown', until: 10 },
      { slot: 'budget', of: 3, until: 10 },
    ]
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 ? a : b).reserveAll(wanted, 0)))
    const [won = []] = outcomes.filter(Boolean)
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    // Which number it is depends on the race.
    expect(won.toSorted()).toEqual([expect.stringMatching(/^budget\|[012]$/), 'cooldown'])
    expect(await a.countReserved('budget', 3, 0)).toBe(1)
    expect(won).not.toContain((await b.reserveAll(wanted.slice(1), 0))?.[0])
    expect(await a.countReserved('budget', 3, 0)).toBe(2)
    for (const slot of won) await a.release(slot)
    expect(await b.countReserved('budget', 3, 0)).toBe(1)
    expect(await b.reserveAll(wanted, 0)).toHaveLength(2)
  })

  test('reserving several, all or none, behaves as a plain map would', async () => {
    const { a, b } = opened()
    const one = fc.record({ slot: fc.constantFrom('x', 'y', 'z'), of: fc.constantFrom(undefined, 1, 3), span: fc.nat(8) })
    const step = fc.record({ wait: fc.nat(4), wanted: fc.uniqueArray(one, { selector: ({ slot }) => slot, minLength: 1, maxLength: 3 }) })
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        round += 1
        const model = new Map<string, number>()
        let now = 0
        for (const [index, { wait, wanted }] of steps.entries()) {
          now += wait
          const store = index % 2 ? a : b
          const names = ({ slot, of }: (typeof wanted)[number]) =>
            of === undefined ? [`${round}${slot}`] : Array.from({ length: of }, (_, number) => `${round}${slot}|${number}`)
          const free = wanted.map((each) => names(each).filter((name) => (model.get(name) ?? 0) <= now))
          const asked = wanted.map(({ slot, of, span }) => ({ slot: `${round}${slot}`, ...(of && { of }), until: now + span }))
          const taken = await store.reserveAll(asked, now)
          expect(Boolean(taken)).toBe(free.every(({ length }) => length > 0))
          for (const [at, each] of wanted.entries()) {
            const own = taken?.filter((name) => free[at]?.includes(name)) ?? []
            expect(own).toHaveLength(taken ? 1 : 0)
            for (const name of own) model.set(name, now + each.span)
          }
          const live = names({ slot: 'x', of: 3, span: 0 }).filter((name) => (model.get(name) ?? 0) > now)
          expect(await store.countReserved(`${round}x`, 3, now)).toBe(live.length)
        }
      }),
      { numRuns: 25, seed: 7 },
    )
  })

  test('a numbered slot is given back by the name it was taken under, however long that is', async () => {
    const { a, b } = opened()
    for (let length = 480; length <= 505; length += 1) {
      const wanted = [{ slot: 'n'.repeat(length), of: 20, until: 10 }]
      const [slot = ''] = (await a.reserveAll(wanted, 0)) ?? []
      expect(await b.isReserved(slot, 0)).toBe(true)
      await b.release(slot)
      expect([length, await a.countReserved('n'.repeat(length), 20, 0)]).toEqual([length, 0])
    }
  })

  test('slots with strange or monstrous names are slots of their own', async () => {
    const { a, b } = opened()
    // Not compressible: an index would otherwise take even this.
    const monstrous = Array.from({ length: 3000 }, (_, index) => createHash('sha256').update(`${index}`).digest('hex')).join('')
    const slots = [...nastyIds, `${monstrous}1`, `${monstrous}2`]
    for (const slot of slots) expect(await a.reserve(slot, 0, 10)).toBe(true)
    for (const slot of slots) expect(await b.reserve(slot, 0, 10)).toBe(false)
    expect((await a.reserveAll([{ slot: `${monstrous}3`, of: 2, until: 10 }], 0))?.length).toBe(1)
    expect((await b.reserveAll([{ slot: `${monstrous}3`, of: 2, until: 10 }], 0))?.length).toBe(1)
    expect(await a.reserveAll([{ slot: `${monstrous}3`, of: 2, until: 10 }], 0)).toBeUndefined()
    await a.release('%')
    expect(await a.isReserved('_', 1)).toBe(true)
    // NUL and half a surrogate pair are stored alike on both engines instead of failing on one.
    expect(await a.reserve('nul\0', 0, 10)).toBe(true)
    expect(await a.reserve('half\ud83d', 0, 10)).toBe(true)
    expect(await b.reserve('half\ud83d', 0, 10)).toBe(false)
  })
}
