/** Contract: replies, votes, suggestions, counts, accepted events: each act has exactly one winner. */
import { expect, test, vi } from 'vitest'
import { aReply, aSuggestion, day, nastyIds, noon, place, server } from '../../support/records.ts'
import type { Given } from '../store-contract.ts'

const winners = async (race: Promise<boolean>[]): Promise<number> => (await Promise.all(race)).filter(Boolean).length
const ten = <T>(make: (index: number) => T): T[] => Array.from({ length: 10 }, (_, index) => make(index))

export function repliesContract({ opened }: Given): void {
  test('a reply comes back as it was recorded; the message is added by a second record', async () => {
    const { a, b } = opened()
    const reply = aReply(a, { place: { ...place, thread: '201' }, enabledBy: '77' })
    await a.record(reply)
    expect(await b.reply('r1')).toEqual(reply)
    await a.record({ ...reply, message: '400' })
    expect(await b.reply('r1')).toEqual({ ...reply, message: '400' })
    expect(await a.reply('r2')).toBeUndefined()
    expect(await b.repliesTo({ place, id: '300' })).toHaveLength(1)
    expect(await b.repliesTo({ place: { ...place, channel: '201' }, id: '300' })).toEqual([])
  })

  test('one of ten takes a reply away; a late record does not bring it back', async () => {
    const { a, b } = opened()
    await a.record(aReply(a))
    expect(await winners(ten((index) => (index % 2 ? a : b).markRemoved('r1', noon + index)))).toBe(1)
    await a.record(aReply(a, { message: '400' }))
    expect((await a.reply('r1'))?.removedAt).toBeGreaterThanOrEqual(noon)
    expect((await a.reply('r1'))?.message).toBe('400')
    expect(await a.repliesTo({ place, id: '300' })).toEqual([])
    expect(await a.markRemoved('unknown', noon)).toBe(false)
  })

  test('a member votes once on a reply, however often and wherever the button is pressed', async () => {
    const { a, b } = opened()
    await a.record(aReply(a, { message: '400' }))
    const voter = a.pseudonym('discord', '901')
    expect(await winners(ten((index) => (index % 2 ? a : b).vote('r1', voter, 'wrong', noon)))).toBe(1)
    expect(await a.vote('r1', a.pseudonym('discord', '902'), 'helpful', noon)).toBe(true)
    expect(await a.votes(server, 'german-gold', noon - day)).toEqual({ wrong: 1, helpful: 1, replies: 1 })
    expect(await a.votes(server, 'german-gold', noon + 1)).toEqual({ wrong: 0, helpful: 0, replies: 0 })
    expect(await a.votes({ ...server, server: '101' }, 'german-gold', 0)).toEqual({ wrong: 0, helpful: 0, replies: 0 })
  })

  test('one of ten moderators resolves a suggestion', async () => {
    const { a, b } = opened()
    const suggestion = aSuggestion(a)
    await a.suggest(suggestion)
    await b.suggest(suggestion)
    await b.suggest(aSuggestion(a, { id: 's2', at: noon + 1 }))
    expect((await a.suggestions(server, 9)).map(({ id }) => id)).toEqual(['s2', 's1'])
    expect(await b.suggestion('s1')).toEqual(suggestion)
    const moderator = (index: number) => a.pseudonym('discord', `m${index}`)
    expect(await winners(ten((index) => (index % 2 ? a : b).resolveSuggestion('s1', moderator(index), 'dismiss', noon)))).toBe(1)
    expect((await a.suggestion('s1'))?.resolved).toMatchObject({ action: 'dismiss', at: noon })
    expect((await a.suggestions(server, 9)).map(({ id }) => id)).toEqual(['s2'])
    expect(await a.suggestions({ ...server, server: '101' }, 9)).toEqual([])
  })

  test('counts add up over instances and days', async () => {
    const { a, b } = opened()
    await Promise.all(ten((index) => (index % 2 ? a : b).count(server, '2026-11-24', 'reply posted')))
    await a.count(server, '2026-11-25', 'reply posted', 5)
    await a.count(server, '2026-11-25', 'suggestion')
    expect((await a.counts(server, '2026-11-24')).suggestion).toBe(1)
    // What the other instance counted is there within a second.
    const total = { 'reply posted': 15, suggestion: 1 }
    await vi.waitFor(async () => expect(await a.counts(server, '2026-11-24')).toEqual(total), { timeout: 3000, interval: 100 })
    expect(await b.counts(server, '2026-11-24')).toEqual(total)
    expect(await b.counts(server, '2026-11-25')).toEqual({ 'reply posted': 5, suggestion: 1 })
    expect(await b.counts({ ...server, server: '101' }, '2026-01-01')).toEqual({})
  })

  test('a delivery is accepted once, waits until it is done, and is not accepted again afterwards', async () => {
    const { a, b } = opened()
    const event = { id: 'Ev1', platform: 'slack', kind: 'message', ref: { place: { ...place, platform: 'slack' }, id: '1.2' }, at: noon }
    const author = a.pseudonym('slack', 'U1')
    expect(await winners(ten((index) => (index % 2 ? a : b).acceptEvent({ ...event, author }).isNew))).toBe(1)
    await a.acceptEvent({ ...event, id: 'Ev0', author, at: noon - 1 }).isNew
    expect((await b.pendingEvents('slack')).map(({ id }) => id)).toEqual(['Ev0', 'Ev1'])
    expect((await b.pendingEvents('slack'))[1]).toEqual({ ...event, author })
    expect(await b.pendingEvents('discord')).toEqual([])
    await a.finishEvent('Ev1')
    expect((await b.pendingEvents('slack')).map(({ id }) => id)).toEqual(['Ev0'])
    expect(await b.acceptEvent({ ...event, author }).isNew).toBe(false)
  })

  test('any id is only an id in every record', async () => {
    const { a, b } = opened()
    for (const id of nastyIds) {
      const strange = { platform: id, server: id, channel: id, thread: id }
      const reply = aReply(a, { id, place: strange, trigger: id, message: id, rebuttal: id, enabledBy: id, level: id })
      await a.record(reply)
      expect(await b.reply(id)).toEqual(reply)
      expect(await b.repliesTo({ place: strange, id })).toEqual([reply])
      const suggestion = aSuggestion(a, { id, place: strange, trigger: id, rebuttal: id, reason: id })
      await a.suggest(suggestion)
      expect(await b.suggestions(strange, 5)).toEqual([suggestion])
      expect(await a.vote(id, a.pseudonym(id, id), 'wrong', noon)).toBe(true)
      expect(await a.votes(strange, id, 0)).toEqual({ wrong: 1, helpful: 0, replies: 1 })
      await a.count(strange, '2026-11-24', id)
      expect(await a.counts(strange, '2026-11-24')).toEqual(Object.fromEntries([[id, 1]]))
    }
    await a.check()
  })
}
