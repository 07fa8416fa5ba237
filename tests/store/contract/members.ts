/** Contract: a member's say. The proof of erasure is a scan of every column of every table. */
import { expect, test } from 'vitest'
import { ChannelSettings, Settings } from '../../../src/bot/settings.ts'
import type { Store } from '../../../src/bot/store.ts'
import type { Engine } from '../../../src/store/engine.ts'
import { tables } from '../../../src/store/schema.ts'
import { aReply, aSuggestion, noon, place, server } from '../../support/records.ts'
import type { Given } from '../store-contract.ts'

const member = '981234567890123456'

/** Every value of every row, as one text per table. */
export async function scan(engine: Engine): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const name of Object.keys(tables)) found[name] = JSON.stringify(await engine.query(`select * from ${name}`))
  return found
}

/** The member wrote, voted, suggested nothing, switched things on as an admin, and acted as a moderator. */
async function leaveTraces(store: Store): Promise<void> {
  const me = store.pseudonym('discord', member)
  const other = store.pseudonym('discord', '5')
  const stamp = { by: member, at: new Date(noon).toISOString() }
  const settings = Settings.parse({
    paused: { until: new Date(noon).toISOString(), by: member },
    channels: { c: ChannelSettings.parse({ replies: { mode: 'reply', ...stamp }, daily: { time: '09:00', zone: 'UTC', ...stamp } }) },
  })
  const line = { at: noon, by: member, path: 'channels.c.replies.mode', before: 'off', after: 'reply' }
  await store.saveSettings(server, settings, [line, { ...line, by: '5', path: 'x', before: member, after: member }])
  await store.record(aReply(store, { author: me, message: '400', enabledBy: member }))
  await store.record(aReply(store, { id: 'r2', author: other, enabledBy: member }))
  await store.vote('r2', me, 'wrong', noon)
  await store.vote('r1', other, 'helpful', noon)
  await store.suggest(aSuggestion(store, { author: me }))
  await store.suggest(aSuggestion(store, { id: 's2', author: other }))
  await store.resolveSuggestion('s2', me, 'dismiss', noon)
  await store.reserve(`asker|${me}|0`, noon, noon + 600_000)
  await store.acceptEvent({ id: 'E1', platform: 'discord', kind: 'message', ref: { place, id: '1' }, author: me, at: noon }).kept
}

export function membersContract({ opened }: Given): void {
  test('a pseudonym is stable, differs by member and platform, and does not show the id', () => {
    const { a, b } = opened()
    expect(a.pseudonym('discord', member)).toBe(b.pseudonym('discord', member))
    const others = [a.pseudonym('slack', member), a.pseudonym('discord', '1'), a.pseudonym('discor', `d:${member}`)]
    expect(new Set([a.pseudonym('discord', member), ...others]).size).toBe(4)
    expect(a.pseudonym('discord', member)).toMatch(/^p\.[\w-]{22}$/)
    expect(a.pseudonym('discord', member)).not.toContain(member)
  })

  test('a raw id is refused where a pseudonym belongs, and nothing is written', async () => {
    const { a, engine } = opened()
    const attempts = [
      a.optOut(member, noon),
      a.hasOptedOut(member),
      a.vote('r1', member, 'wrong', noon),
      a.record(aReply(a, { author: member })),
      a.suggest(aSuggestion(a, { author: member })),
      a.resolveSuggestion('s1', member, 'dismiss', noon),
    ]
    const event = { id: 'E1', platform: 'discord', kind: 'message', ref: { place, id: '1' }, author: member, at: noon }
    expect(() => a.acceptEvent(event)).toThrow(TypeError)
    for (const outcome of await Promise.allSettled(attempts)) expect(outcome.status).toBe('rejected')
    expect(JSON.stringify(await scan(engine))).not.toContain(member)
  })

  test('opting out holds on every instance until the member opts in', async () => {
    const { a, b } = opened()
    const me = a.pseudonym('discord', member)
    await a.optOut(me, noon)
    await b.optOut(me, noon + 1)
    expect(await b.hasOptedOut(me)).toBe(true)
    expect(await b.hasOptedOut(b.pseudonym('discord', '5'))).toBe(false)
    await b.optIn(me)
    expect(await a.hasOptedOut(me)).toBe(false)
  })

  test('a member is shown every row, and only the own ones', async () => {
    const { a } = opened()
    await leaveTraces(a)
    await a.optOut(a.pseudonym('discord', member), noon)
    const rows = await a.personData('discord', member)
    expect(rows.map(({ table }) => table).sort()).toEqual(
      [
        'events',
        'opt_outs',
        'replies',
        'replies',
        'reservations',
        'settings',
        'settings_audit',
        'settings_audit',
        'suggestions',
        'suggestions',
        'votes',
      ].sort(),
    )
    expect(await a.personData('slack', member)).toEqual([])
  })

  test('after forget, a scan of every table finds neither id nor pseudonym; what others need stays', async () => {
    const { a, b, engine } = opened()
    await leaveTraces(a)
    expect(JSON.stringify(await scan(engine))).toContain(member)
    expect(await b.forget('slack', member)).toBe(0)
    expect(await b.forget('discord', member)).toBeGreaterThanOrEqual(9)
    const after = JSON.stringify(await scan(engine))
    expect(after).not.toContain(member)
    expect(after).not.toContain(a.pseudonym('discord', member))
    expect(await a.personData('discord', member)).toEqual([])
    // The audit keeps its facts, the settings still hold, the reply can still be withdrawn, other people's rows are whole.
    expect((await a.settingsHistory(server, 9)).map(({ path }) => path)).toContain('channels.c.replies.mode')
    const settings = await a.settings(server)
    expect(settings.channels.c?.replies).toMatchObject({ mode: 'reply', by: expect.stringMatching(/^gone-[0-9a-f]{12}$/) })
    expect(await a.repliesTo({ place, id: '300' })).toHaveLength(2)
    expect(await a.votes(server, 'german-gold', 0)).toMatchObject({ helpful: 1, wrong: 0 })
    expect(await b.forget('discord', member)).toBe(0)
  })

  test('a draft read before forget can not bring the id back', async () => {
    const { a, b, engine } = opened()
    await leaveTraces(a)
    const draft = await a.settings(server)
    await b.forget('discord', member)
    expect(await a.saveSettings(server, { ...draft, packs: ['x'] }, [], draft)).toBe(false)
    expect(JSON.stringify(await scan(engine))).not.toContain(member)
  })

  test('who opted out stays opted out after forget, by the pseudonym alone', async () => {
    const { a, engine } = opened()
    const me = a.pseudonym('discord', member)
    await leaveTraces(a)
    await a.optOut(me, noon)
    await a.forget('discord', member)
    expect(await a.hasOptedOut(me)).toBe(true)
    const { opt_outs, ...rest } = await scan(engine)
    expect(opt_outs).toContain(me)
    expect(JSON.stringify(rest)).not.toContain(me)
    expect(JSON.stringify([opt_outs, rest])).not.toContain(member)
    await a.optIn(me)
    expect(JSON.stringify(await scan(engine))).not.toContain(me)
  })
}
