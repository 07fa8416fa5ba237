/** The SQLite engine: writes that are asked for in one turn go to the disk together, and each gets its own answer. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StoreError } from '../../src/bot/errors.ts'
import type { Engine } from '../../src/store/engine.ts'
import { openSqlite } from '../../src/store/sqlite.ts'

let folder: string
let file: string
let engine: Engine
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'for-the-record-test-'))
  file = join(folder, 'one.sqlite')
  engine = openSqlite(file)
  await engine.query('create table things (name text primary key, body text)')
})
afterEach(async () => {
  await engine.close()
  await rm(folder, { recursive: true })
})

const insert = (name: string, body = '') => engine.query('insert into things (name, body) values ($1, $2) returning name', [name, body])
const stored = async () => (await engine.query('select name from things order by name')).map(({ name }) => name)

test('each of many writes gets its own rows; one that is refused is refused alone', async () => {
  const names = ['a', 'b', 'a', 'c']
  const outcomes = await Promise.allSettled(names.map((name) => insert(name)))
  expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.value[0]?.name : 'refused'))).toEqual(['a', 'b', 'refused', 'c'])
  expect((outcomes[2] as PromiseRejectedResult).reason).toBeInstanceOf(StoreError)
  expect(await stored()).toEqual(['a', 'b', 'c'])
})

test('another connection sees all of them or none, never a part', async () => {
  const other = openSqlite(file, 'reading')
  const seen = new Set<number>()
  for (let round = 0; round < 20; round += 1) {
    const writes = Promise.all(['x', 'y', 'z'].map((name) => insert(`${name}${round}`)))
    seen.add((await other.query('select name from things')).length % 3)
    await writes
    seen.add((await other.query('select name from things')).length % 3)
  }
  await other.close()
  expect([...seen]).toEqual([0])
})

test('when the disk is full, what was acknowledged is there, and nothing else', async () => {
  await engine.query('pragma max_page_count = 40')
  const big = 'x'.repeat(3000)
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, (_, index) => insert(String(index).padStart(3, '0'), big)))
  const kept = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value[0]?.name] : []))
  expect(kept.length).toBeLessThan(100)
  expect(await stored()).toEqual(kept)
  // And it works again when there is room.
  await engine.query('pragma max_page_count = 4000')
  await insert('later')
  expect(await stored()).toContain('later')
})

test('a write that is still waiting when the engine closes is written first; one after it is refused', async () => {
  const write = insert('last')
  await engine.close()
  await expect(write).resolves.toEqual([{ name: 'last' }])
  await expect(insert('too late')).rejects.toBeInstanceOf(StoreError)
  engine = openSqlite(file)
  expect(await stored()).toEqual(['last'])
})

test('writes wait for transactions that are under way, and are not part of any', async () => {
  const failing = (name: string) =>
    engine.transaction(async (query) => {
      await query('insert into things (name) values ($1)', [name])
      await new Promise((resolve) => setTimeout(resolve, 20))
      throw new Error('undone')
    })
  const transactions = [failing('first'), failing('second')]
  const outside = Promise.all([insert('one'), insert('two')])
  transactions.push(failing('third'))
  const outcomes = await Promise.allSettled(transactions)
  expect(outcomes.map((one) => one.status === 'rejected' && (one.reason as Error).message)).toEqual(['undone', 'undone', 'undone'])
  await outside
  expect(await stored()).toEqual(['one', 'two'])
})
