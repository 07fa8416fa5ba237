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

  test('slots with strange or monstrous names are slots of their own', async () => {
    const { a, b } = opened()
    // Not compressible: an index would otherwise take even this.
    const monstrous = Array.from({ length: 3000 }, (_, index) => createHash('sha256').update(`${index}`).digest('hex')).join('')
    const slots = [...nastyIds, `${monstrous}1`, `${monstrous}2`]
    for (const slot of slots) expect(await a.reserve(slot, 0, 10)).toBe(true)
    for (const slot of slots) expect(await b.reserve(slot, 0, 10)).toBe(false)
    await a.release('%')
    expect(await a.isReserved('_', 1)).toBe(true)
    // NUL and half a surrogate pair are stored alike on both engines instead of failing on one.
    expect(await a.reserve('nul\0', 0, 10)).toBe(true)
    expect(await a.reserve('half\ud83d', 0, 10)).toBe(true)
    expect(await b.reserve('half\ud83d', 0, 10)).toBe(false)
  })
}
