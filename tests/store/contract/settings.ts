/** Contract: settings and their audit. */
import { expect, test, vi } from 'vitest'
import { changeSettings } from '../../../src/bot/change.ts'
import { ChannelSettings, defaultSettings, type Settings } from '../../../src/bot/settings.ts'
import { nastyIds, noon, server } from '../../support/records.ts'
import type { Given } from '../store-contract.ts'

const admin = { id: '77', isBot: false, isAdmin: true, isModerator: true }
const withPacks = (...packs: string[]): Settings => ({ ...defaultSettings(), packs })

export function settingsContract({ opened }: Given): void {
  test('a server without settings has the defaults, which speak nowhere', async () => {
    const { a } = opened()
    expect(await a.settings(server)).toEqual(defaultSettings())
    expect(Object.keys((await a.settings(server)).channels)).toEqual([])
    expect(await a.servers()).toEqual([])
  })

  test('settings and audit lines are written together and read back, newest first', async () => {
    const { a, b } = opened()
    const line = { by: '77', path: 'packs', before: '', after: 'one' }
    expect(await a.saveSettings(server, withPacks('one'), [{ ...line, at: noon }])).toBe(true)
    expect(await b.saveSettings(server, withPacks('two'), [{ ...line, at: noon, before: 'one', after: 'two' }])).toBe(true)
    expect(await a.settings(server)).toEqual(withPacks('two'))
    expect((await a.settingsHistory(server, 10)).map(({ after }) => after)).toEqual(['two', 'one'])
    expect(await a.settingsHistory(server, 1)).toHaveLength(1)
    expect(await b.servers()).toEqual([server])
  })

  test('a first glance shows open channels: an own change at once, one of another instance within a second', async () => {
    const { a, b } = opened()
    const inChannel = (mode: 'reply' | 'off'): Settings => ({
      ...defaultSettings(),
      channels: { open: ChannelSettings.parse({ replies: { mode } }), shut: ChannelSettings.parse({}) },
    })
    const open = async (store: typeof a) => [...(await store.listening(server))]
    expect(await Promise.all([open(a), open(b)])).toEqual([[], []])
    for (const [mode, expected] of [
      ['reply', ['open']],
      ['off', []],
    ] as const) {
      await a.saveSettings(server, inChannel(mode), [])
      expect(await open(a)).toEqual(expected)
      await vi.waitFor(async () => expect(await open(b)).toEqual(expected), { timeout: 1000, interval: 50 })
    }
    expect([...(await a.listening({ ...server, server: 'another' }))]).toEqual([])
  })

  test('a save that expects what is no longer stored writes nothing', async () => {
    const { a, b } = opened()
    const seen = await a.settings(server)
    expect(await b.saveSettings(server, withPacks('other'), [])).toBe(true)
    const late = [{ at: noon, by: '77', path: 'packs', before: '', after: 'mine' }]
    expect(await a.saveSettings(server, withPacks('mine'), late, seen)).toBe(false)
    expect(await a.settings(server)).toEqual(withPacks('other'))
    expect(await a.settingsHistory(server, 10)).toEqual([])
  })

  test('twenty admins change twenty channels at once: no change is lost, each is on record', async () => {
    const { a, b } = opened()
    const place = { ...server, channel: 'here' }
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        changeSettings({ store: index % 2 ? a : b, place, asker: admin, now: noon + index }, (draft) => {
          draft.channels[`c${index}`] = { ...ChannelSettings.parse({}), budget: index }
        }).catch(() =>
          // Twenty at once may exhaust the tries of one; people press again.
          changeSettings({ store: a, place, asker: admin, now: noon + index }, (draft) => {
            draft.channels[`c${index}`] = { ...ChannelSettings.parse({}), budget: index }
          }),
        ),
      ),
    )
    const { channels } = await a.settings(server)
    expect(
      Object.values(channels)
        .map(({ budget }) => budget)
        .sort((x, y) => x - y),
    ).toEqual(Array.from({ length: 20 }, (_, n) => n))
    const history = await a.settingsHistory(server, 1000)
    for (let index = 0; index < 20; index += 1) expect(history.filter(({ path }) => path === `channels.c${index}.budget`)).toHaveLength(1)
  })

  test('a transaction whose work throws leaves nothing, and the next one goes through', async () => {
    const { a, engine } = opened()
    const failing = engine.transaction(async (query) => {
      await query("insert into reservations (slot, until_ms) values ('half', 10)")
      throw new RangeError('stop')
    })
    await expect(failing).rejects.toThrow(RangeError)
    expect(await a.isReserved('half', 0)).toBe(false)
    expect(await a.saveSettings(server, withPacks('next'), [])).toBe(true)
  })

  test('any id is only an id: nothing leaks into another server', async () => {
    const { a } = opened()
    for (const id of nastyIds) await a.saveSettings({ platform: 'slack', server: id }, withPacks(id), [])
    for (const id of nastyIds) expect((await a.settings({ platform: 'slack', server: id })).packs).toEqual([id])
    expect(await a.servers()).toHaveLength(nastyIds.length)
    await a.check()
  })

  test('what is remembered about the installation is recalled, replaced and dropped', async () => {
    const { a, b } = opened()
    expect(await a.recall('hash')).toBeUndefined()
    await a.remember('hash', 'one')
    await b.remember('hash', 'two')
    expect(await a.recall('hash')).toBe('two')
    await a.remember('hash', undefined)
    expect(await b.recall('hash')).toBeUndefined()
  })

  test('nobody can reach the key of the pseudonyms by a name of their own', async () => {
    const { a, b } = opened()
    const before = a.pseudonym('discord', '1')
    await a.remember('store/pseudonym-key', 'known')
    expect(await a.recall('pseudonym-key')).toBeUndefined()
    expect(b.pseudonym('discord', '1')).toBe(before)
    const { engine } = opened()
    const rows = await engine.query("select value from installation where name = 'store/pseudonym-key'")
    expect(rows[0]?.value).not.toBe('known')
  })
}
