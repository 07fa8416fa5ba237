/** Events on their way into their table: kept before they have rows, over a kill, a torn line, and a database that takes nothing for a while. */
import { appendFile, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StoreError } from '../../src/bot/errors.ts'
import type { Engine } from '../../src/store/engine.ts'
import { openJournal } from '../../src/store/journal.ts'
import { openStore } from '../../src/store/open.ts'
import { createSqlStore } from '../../src/store/sql-store.ts'
import { openSqliteFile } from '../../src/store/sqlite-file.ts'
import { startChild } from '../support/child.ts'
import { keptLog } from '../support/kept-log.ts'
import { anEvent } from '../support/records.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'for-the-record-journal-'))
})
afterEach(() => rm(folder, { recursive: true }))

const open = () => openStore({ STATE_DIR: folder }, keptLog())
const journal = () => join(folder, 'events.journal')
const pending = async (store: Awaited<ReturnType<typeof open>>) => (await store.pendingEvents('slack')).map(({ id }) => id).sort()

test('killed the moment they are kept: all of them wait at the next start, none is new again, and the journal is empty', async () => {
  const child = startChild(join(import.meta.dirname, '../support/processes/accept-and-die.ts'), [folder, '100'])
  expect((await child.ended).signal).toBe('SIGKILL')
  expect((await readFile(journal(), 'utf8')).split('\n').filter(Boolean)).toHaveLength(100)
  // What a write that was cut in two leaves, and what a power cut may.
  await appendFile(journal(), '\n["EvTorn","slack","pos\n\0\0\0\0\n{}\nnull\n[1,2]')
  const store = await open()
  expect((await readFile(journal(), 'utf8')).trim()).toBe('')
  expect(await pending(store)).toEqual(Array.from({ length: 100 }, (_, index) => `Ev${index}`).sort())
  expect((await store.pendingEvents('slack'))[0]).toEqual(anEvent(store, 'Ev0'))
  expect(await store.acceptEvent(anEvent(store, 'Ev7')).isNew).toBe(false)
  await store.close()
})

test('a line that is read once more changes nothing: who was handled stays so', async () => {
  const first = await open()
  const event = anEvent(first, 'Ev1')
  const { kept, isNew } = first.acceptEvent(event)
  await kept
  const lines = await readFile(journal(), 'utf8')
  expect(await isNew).toBe(true)
  await first.finishEvent('Ev1')
  await first.close()
  await appendFile(journal(), lines)
  const second = await open()
  expect(await pending(second)).toEqual([])
  expect(await second.acceptEvent(event).isNew).toBe(false)
  await second.close()
})

test('handled at once or later, both are on record; between two bursts the file is empty, and nobody else may read it', async () => {
  const store = await open()
  const events = Array.from({ length: 200 }, (_, index) => anEvent(store, `Ev${index}`))
  const late: string[] = []
  const handling = events.map(async (event, index) => {
    expect(await store.acceptEvent(event).isNew).toBe(true)
    if (index % 3 === 0) late.push(event.id)
    else if (index % 3 === 1) await store.finishEvent(event.id)
  })
  await Promise.all(handling)
  await Promise.all(late.map((id) => store.finishEvent(id)))
  expect(await pending(store)).toEqual(
    events
      .map(({ id }) => id)
      .filter((_, index) => index % 3 === 2)
      .sort(),
  )
  const { size, mode } = await stat(journal())
  expect(size).toBe(0)
  expect(mode & 0o777).toBe(0o600)
  await store.close()
  await expect(stat(journal())).rejects.toThrow('ENOENT')
})

/** A store whose database answers nothing, or takes no rows of events, while `isAway` says so. */
async function openMoody() {
  const engine = await openSqliteFile(folder)
  const mood = { isAway: 'not' as 'not' | 'for all' | 'for writing' }
  const quick: Engine['quick'] = async (sql, values) => {
    const isRefused = mood.isAway === 'for all' || (mood.isAway === 'for writing' && sql.startsWith('insert'))
    if (isRefused) throw new StoreError('SQLITE 5: database is locked')
    return engine.quick(sql, values)
  }
  return { mood, store: await createSqlStore({ ...engine, quick }) }
}

test('a database that takes nothing for a while: what was kept is not lost, not new again, and noted as handled if it was', async () => {
  const { mood, store } = await openMoody()
  mood.isAway = 'for all'
  const first = store.acceptEvent(anEvent(store, 'Ev1'))
  await first.kept
  await expect(first.isNew).rejects.toThrow(StoreError)
  mood.isAway = 'for writing'
  expect(await store.acceptEvent(anEvent(store, 'Ev2')).isNew).toBe(true)
  expect(await pending(store)).toEqual([])
  expect(await store.acceptEvent(anEvent(store, 'Ev1')).isNew).toBe(false)
  expect(await store.acceptEvent(anEvent(store, 'Ev2')).isNew).toBe(false)
  await store.finishEvent('Ev2')
  mood.isAway = 'not'
  expect(await store.acceptEvent(anEvent(store, 'Ev3')).isNew).toBe(true)
  expect(await pending(store)).toEqual(['Ev1', 'Ev3'])
  expect(await store.acceptEvent(anEvent(store, 'Ev2')).isNew).toBe(false)
  await store.close()
  await expect(stat(journal())).rejects.toThrow('ENOENT')
})

test('a database that takes rows again: a question about a member, or the end, need no further event to find them there', async () => {
  const { mood, store } = await openMoody()
  mood.isAway = 'for writing'
  expect(await store.acceptEvent(anEvent(store, 'Ev1')).isNew).toBe(true)
  expect(await pending(store)).toEqual([])
  mood.isAway = 'not'
  expect(await pending(store)).toEqual(['Ev1'])
  expect((await stat(journal())).size).toBe(0)
  await store.close()
})

test('as many as may wait do: the next is refused, and once the database is back there is room again without a restart', async () => {
  const { mood, store } = await openMoody()
  mood.isAway = 'for writing'
  const accept = (name: string) => store.acceptEvent(anEvent(store, name)).isNew
  for (let burst = 0; burst < 20; burst += 1) await Promise.all(Array.from({ length: 1000 }, (_, index) => accept(`Ev${burst}-${index}`)))
  await expect(accept('EvMore')).rejects.toThrow(StoreError)
  // Every write that was under way has failed by now.
  await pending(store)
  mood.isAway = 'not'
  await accept('EvMore').catch(() => {})
  expect(await pending(store)).toHaveLength(20_000)
  expect(await accept('EvMore')).toBe(true)
  await store.close()
})

test('an event that no row can hold is refused alone; a line that none can is no event', async () => {
  const first = await open()
  const event = anEvent(first, 'Ev1')
  for (const bad of [{ at: Number.NaN }, { at: 0.5 }, { id: 7 as never }, { ref: { ...event.ref, id: {} as never } }])
    expect(() => first.acceptEvent({ ...event, id: 'EvBad', ...bad })).toThrow(TypeError)
  expect(await first.acceptEvent(event).isNew).toBe(true)
  expect(await pending(first)).toEqual(['Ev1'])
  await first.close()
  const line = (id: string, at: unknown) => JSON.stringify([id, 'slack', 'posted', 'T1', 'C1', null, '1.2', event.author, at, null])
  await appendFile(journal(), `${line('Ev2', 'soon')}\n${line('Ev3', 5)}\n`)
  const second = await open()
  expect(await pending(second)).toEqual(['Ev1', 'Ev3'])
  await second.close()
})

test('who was erased stays so, though the journal was not emptied in between', async () => {
  const { mood, store } = await openMoody()
  mood.isAway = 'for writing'
  const other = { ...anEvent(store, 'EvOther'), author: store.pseudonym('slack', 'U2') }
  await Promise.all([store.acceptEvent(anEvent(store, 'EvMine')).isNew, store.acceptEvent(other).isNew])
  await store.forget('slack', 'U1')
  await store.acceptEvent(anEvent(store, 'EvAfter')).isNew
  await store.close()
  expect(await readFile(journal(), 'utf8')).toContain('EvMine')
  const next = await open()
  expect(await pending(next)).toEqual(['EvAfter', 'EvOther'])
  await next.close()
})

test('who was erased while the database took no rows gets none when it does', async () => {
  const { mood, store } = await openMoody()
  mood.isAway = 'for writing'
  await store.acceptEvent(anEvent(store, 'EvMine')).isNew
  await store.forget('slack', 'U1')
  expect((await stat(journal())).size).toBe(0)
  mood.isAway = 'not'
  expect(await store.personData('slack', 'U1')).toEqual([])
  await store.close()
})

test('a journal that can not be read is named, and left as it is', async () => {
  await (await open()).close()
  await mkdir(journal())
  await expect(open()).rejects.toThrow(`${journal()} can't be opened (EISDIR)`)
  expect((await stat(journal())).isDirectory()).toBe(true)
  await rm(journal(), { recursive: true })
  await (await open()).close()
})

test('more than may wait, or a file that can not be written: refused, as a store error', async () => {
  const full = openJournal(journal())
  full.append(Array.from({ length: 20_000 }, () => 'x'))
  expect(() => full.append(['x'])).toThrow(StoreError)
  full.covered(20_000)
  full.append(['x'])
  // Not covered: it must outlive this process.
  full.close()
  expect(await readFile(journal(), 'utf8')).toBe('\nx')
  // Its number may be another file's by now.
  expect(() => full.append(['x'])).toThrow(StoreError)
  full.covered(1)
  expect(await readFile(journal(), 'utf8')).toBe('\nx')
  await mkdir(join(folder, 'taken'))
  expect(() => openJournal(join(folder, 'taken'))).toThrow(StoreError)
})
