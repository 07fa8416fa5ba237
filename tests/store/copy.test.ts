/** Moving from SQLite to PostgreSQL, and settings as a file. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ChannelSettings, Settings } from '../../src/bot/settings.ts'
import type { Store } from '../../src/bot/store.ts'
import { copyStore } from '../../src/store/copy.ts'
import { openEngine, openStore, readCredentials } from '../../src/store/open.ts'
import { exportSettings, importSettings } from '../../src/store/settings-file.ts'
import { fileIn } from '../../src/store/sqlite-file.ts'
import { keptLog } from '../support/kept-log.ts'
import { createDatabase } from '../support/postgres.ts'
import { aReply, aRun, aSuggestion, nastyIds, noon, place, server } from '../support/records.ts'
import { scan } from './contract/members.ts'

let root: string
const log = keptLog()
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'for-the-record-copy-'))
})
afterEach(() => rm(root, { recursive: true }))

const change = { at: noon, by: '77', path: 'packs', before: '', after: 'x' }

async function fill(store: Store): Promise<void> {
  for (const id of nastyIds) await store.saveSettings({ platform: 'slack', server: id }, Settings.parse({ packs: [id] }), [change])
  for (let index = 0; index < 1200; index += 1) await store.reserve(`slot|${index}`, noon, noon + 1)
  await store.record(aReply(store, { message: '400', enabledBy: '77' }))
  await store.vote('r1', store.pseudonym('discord', '1'), 'wrong', noon)
  await store.optOut(store.pseudonym('discord', '2'), noon)
  await store.claimDaily(aRun(), noon)
  await store.suggest(aSuggestion(store))
  await store.count(server, '2026-11-24', 'reply posted', 3)
  await store.acceptEvent({
    id: 'E',
    platform: 'slack',
    kind: 'm',
    ref: { place, id: '1' },
    author: store.pseudonym('slack', 'U'),
    at: noon,
  }).isNew
  await store.keepCredential({ platform: 'slack', server: 'T1' }, { sealed: 'v1.0123abcd.AAAAAAAAAAAAAAAA.Y2lwaGVy', at: noon })
  await store.remember('hash', 'abc')
  await store.leave({ platform: 'discord', server: '9' }, noon)
}

test('copy-store: every row arrives, pseudonyms and opt-outs still hold, counts are told', async () => {
  const store = await openStore({ STATE_DIR: root }, log)
  await fill(store)
  const me = store.pseudonym('discord', '2')
  await store.close()
  const url = await createDatabase()
  const counts = await copyStore({ STATE_DIR: root }, url, log)
  expect(counts).toMatchObject({
    reservations: 1200,
    settings: nastyIds.length,
    replies: 1,
    votes: 1,
    opt_outs: 1,
    installation: 2,
    credentials: 1,
  })
  const [from, to] = [await openEngine({ STATE_DIR: root }, log), await openEngine({ STATE_DIR: root, DATABASE_URL: url }, log)]
  const sorted = (all: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(all)
        .filter(([name]) => name !== 'schema_version')
        .map(([name, text]) => [
          name,
          (JSON.parse(text) as Record<string, unknown>[])
            .map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))))
            .sort(),
        ]),
    )
  expect(sorted(await scan(to))).toEqual(sorted(await scan(from)))
  await Promise.all([from.close(), to.close()])
  const moved = await openStore({ STATE_DIR: root, DATABASE_URL: url }, log)
  expect(moved.pseudonym('discord', '2')).toBe(me)
  expect(await moved.hasOptedOut(me)).toBe(true)
  expect(await moved.reserve('slot|7', noon, noon + 1)).toBe(false)
  await moved.close()
})

test('the doctor reads sealed credentials on both engines, and none where there is no memory yet', async () => {
  const url = await createDatabase()
  expect(await readCredentials({ STATE_DIR: join(root, 'none') }, 'slack', log)).toEqual([])
  expect(await readCredentials({ STATE_DIR: root, DATABASE_URL: url }, 'slack', log)).toEqual([])
  const store = await openStore({ STATE_DIR: root }, log)
  await fill(store)
  // Beside the running bot.
  expect((await readCredentials({ STATE_DIR: root }, 'slack', log)).map(({ server }) => server)).toEqual(['T1'])
  expect(await readCredentials({ STATE_DIR: root }, 'discord', log)).toEqual([])
  expect(await exportSettings(store)).not.toContain('v1.')
  await store.close()
  await copyStore({ STATE_DIR: root }, url, log)
  expect((await readCredentials({ STATE_DIR: root, DATABASE_URL: url }, 'slack', log)).map(({ server }) => server)).toEqual(['T1'])
})

test('copy-store refuses a target with rows, a running source and a missing one, and changes nothing', async () => {
  const url = await createDatabase()
  await expect(copyStore({ STATE_DIR: join(root, 'none') }, url, log)).rejects.toThrow(/There is no/)
  const store = await openStore({ STATE_DIR: root }, log)
  await store.reserve('mine', 0, 1)
  await expect(copyStore({ STATE_DIR: root }, url, log)).rejects.toThrow(/in use/)
  await store.close()
  const target = await openStore({ STATE_DIR: root, DATABASE_URL: url }, log)
  await expect(copyStore({ STATE_DIR: root }, url, log)).rejects.toThrow(/is not empty \(rows in installation\)/)
  expect(await target.isReserved('mine', 0)).toBe(false)
  await target.close()
  await expect(copyStore({ STATE_DIR: root }, 'postgres://me:secret@127.0.0.1:1/none', log)).rejects.toThrow(
    /^PostgreSQL at 127\.0\.0\.1:1\/none does not take the connection \(ECONNREFUSED\)/,
  )
  expect(fileIn(root)).toContain(root)
})

test('exported settings come back whole with their audit, twice as once, and elsewhere when asked', async () => {
  const from = await openStore({ STATE_DIR: join(root, 'a') }, log)
  const settings = Settings.parse({
    packs: ['x'],
    channels: { c: ChannelSettings.parse({ replies: { mode: 'reply', by: '77' }, budget: 9 }) },
  })
  await from.saveSettings(server, settings, [change, { ...change, path: 'channels.c.budget', after: '9' }])
  await from.saveSettings({ platform: 'slack', server: 'T1' }, Settings.parse({}), [])
  const text = await exportSettings(from)
  const one = await exportSettings(from, server)
  await from.close()
  const to = await openStore({ STATE_DIR: join(root, 'b') }, log)
  const stamp = { by: 'operator', now: noon + 1 }
  expect(await importSettings(to, text, stamp)).toEqual([
    { ...server, changes: expect.any(Number) },
    { platform: 'slack', server: 'T1', changes: 0 },
  ])
  expect(await to.settings(server)).toEqual(settings)
  const history = await to.settingsHistory(server, 99)
  expect(history.filter(({ by }) => by === '77').map(({ path }) => path)).toEqual(['channels.c.budget', 'packs'])
  expect(history[0]?.by).toBe('operator')
  await importSettings(to, text, { ...stamp, now: noon + 2 })
  expect(await to.settingsHistory(server, 99)).toEqual(history)
  await importSettings(to, one, { ...stamp, to: { platform: 'slack', server: 'T2' } })
  expect(await to.settings({ platform: 'slack', server: 'T2' })).toEqual(settings)
  await expect(importSettings(to, text, { ...stamp, to: server })).rejects.toThrow(/holds 2 servers/)
  for (const [wrong, part] of [
    ['{', 'not JSON'],
    ['{}', 'kind'],
    [one.replace('"budget": 9', '"budget": -9'), 'budget'],
    [one.replace('"version": 1,\n  "servers"', '"version": 2,\n  "servers"'), 'version'],
  ])
    await expect(importSettings(to, wrong ?? '', stamp)).rejects.toThrow(part)
  expect(await to.settings(server)).toEqual(settings)
  await to.close()
})
