/** Slack's inbox by itself, on a store of its own: what a restart and a store that answers late or never leave of an event. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createInbox } from '../../src/adapters/slack/inbox.ts'
import { StoreError } from '../../src/bot/errors.ts'
import type { Store } from '../../src/bot/store.ts'
import { openStore } from '../../src/store/open.ts'
import { keptLog } from '../support/kept-log.ts'
import { anEvent } from '../support/records.ts'

let folder: string
let store: Store
const begin = async () => {
  store = await openStore({ STATE_DIR: folder }, keptLog())
  return createInbox(store, keptLog(), () => Date.now())
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'for-the-record-inbox-'))
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

test('delivered again right after a restart, before anybody looked for what was left behind: confirmed, and still found there', async () => {
  const before = await begin()
  expect(await before.accept(anEvent(store, 'Ev1'), () => {})).toBe('new')
  expect(await before.accept(anEvent(store, 'Ev2'), () => {})).toBe('new')
  await before.finish('Ev2')
  await store.close()
  const inbox = await begin()
  const confirmed: string[] = []
  for (const id of ['Ev1', 'Ev2']) expect(await inbox.accept(anEvent(store, id), () => confirmed.push(id))).toBe('known')
  expect(confirmed).toEqual(['Ev1', 'Ev2'])
  expect((await inbox.leftBehind()).map(({ id }) => id)).toEqual(['Ev1'])
})

test('kept, and looked up in vain: handled, and noted as handled', async () => {
  const inbox = await begin()
  const { acceptEvent } = store
  store.acceptEvent = (event) => {
    const { kept, isNew } = acceptEvent(event)
    return { kept, isNew: isNew.then(() => Promise.reject(new StoreError('SQLITE 5: database is locked'))) }
  }
  let confirmed = 0
  expect(await inbox.accept(anEvent(store, 'Ev1'), () => confirmed++)).toBe('new')
  await inbox.finish('Ev1')
  expect(await inbox.accept(anEvent(store, 'Ev1'), () => confirmed++)).toBe('known')
  expect(confirmed).toBe(2)
  expect(await store.pendingEvents('slack')).toEqual([])
})

test('one that the store can not hold is refused, each time', async () => {
  const inbox = await begin()
  const bad = { ...anEvent(store, 'Ev1'), at: Number.NaN }
  for (let delivery = 0; delivery < 2; delivery += 1)
    expect(await inbox.accept(bad, () => expect.fail('it must not be confirmed'))).toBe('refused')
})
