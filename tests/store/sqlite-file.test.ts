/** The SQLite file of an installation: one process, damage refused and left alone, erasure down to the bytes, backup beside a running bot. */
import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UserError } from '../../src/bot/errors.ts'
import { ChannelSettings, Settings } from '../../src/bot/settings.ts'
import { backupStore } from '../../src/store/backup.ts'
import { inspectStore, openForReading, openStore } from '../../src/store/open.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { fileIn } from '../../src/store/sqlite-file.ts'
import { startChild } from '../support/child.ts'
import { keptLog } from '../support/kept-log.ts'
import { aReply, noon, server } from '../support/records.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'for-the-record-file-'))
})
afterEach(() => rm(root, { recursive: true }))

const log = keptLog()
const open = (folder: string) => openStore({ STATE_DIR: folder }, log)
const hashOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex')

/** A closed installation with some rows in every kind of table. */
async function anInstallation(folder = root): Promise<string> {
  const store = await open(folder)
  for (let index = 0; index < 25; index += 1) {
    const settings = Settings.parse({ channels: { [`c${index}`]: ChannelSettings.parse({ budget: index }) } })
    const line = { at: noon, by: `admin${index}`, path: 'channels', before: '', after: 'on' }
    await store.saveSettings({ platform: 'discord', server: `${index}` }, settings, [line])
    await store.reserve(`cooldown|discord/1/2|${index}`, noon, noon + 1)
    await store.record(aReply(store, { id: `r${index}` }))
  }
  await store.close()
  return fileIn(folder)
}

const refusal = async (work: Promise<unknown>): Promise<UserError> => {
  const error = await work.then(() => undefined).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UserError)
  return error as UserError
}

test('a second process is refused by one line that names the file and the ways out; the first one goes on', async () => {
  const store = await open(root)
  const child = startChild(join(import.meta.dirname, '../support/processes/hold-store.ts'), [root])
  const line = await child.firstLine
  expect(line).toMatch(/^UserError: /)
  for (const part of [fileIn(root), 'stop that process', 'STATE_DIR', 'DATABASE_URL']) expect(line).toContain(part)
  await child.ended
  expect(await store.reserve('still-mine', 0, 1)).toBe(true)
  await store.close()
})

test('the lock dies with its process, however it ends', async () => {
  const child = startChild(join(import.meta.dirname, '../support/processes/hold-store.ts'), [root])
  expect(await child.firstLine).toBe('holding')
  expect((await refusal(open(root))).message).toContain('in use')
  child.process.kill('SIGKILL')
  expect((await child.ended).signal).toBe('SIGKILL')
  const store = await open(root)
  await store.check()
  await store.close()
})

test('what is acknowledged is on the disk: write-ahead log, flushed at every commit, erased bytes overwritten', async () => {
  const engine = openSqlite(await anInstallation())
  const [row] = await engine.query(
    'select j.journal_mode, s.synchronous, d.secure_delete from pragma_journal_mode j, pragma_synchronous s, pragma_secure_delete d',
  )
  expect(row).toEqual({ journal_mode: 'wal', synchronous: 2, secure_delete: 1 })
  await engine.close()
})

test('a server that was erased is in no byte of the file or its log', async () => {
  const store = await open(root)
  const gone = { platform: 'discord', server: 'gone7f3a' }
  const bytes = async () => (await Promise.all([fileIn(root), `${fileIn(root)}-wal`].map((file) => readFile(file, 'latin1')))).join('')
  await store.saveSettings(gone, Settings.parse({}), [])
  await store.leave(gone, noon)
  expect(await bytes()).toContain(gone.server)
  await store.sweep(noon)
  expect(await bytes()).not.toContain(gone.server)
  await store.close()
})

test('two connections racing for 1,000 slots in one file: one wins each', async () => {
  const file = await anInstallation()
  const [one, two] = [openSqlite(file), openSqlite(file)]
  // Who wins is decided by locks, not by the disk.
  await Promise.all([one, two].map((engine) => engine.query('pragma synchronous=off')))
  const take = 'insert into reservations (slot, until_ms) values ($1, 9) on conflict (slot) do nothing returning slot'
  const race = (engine: typeof one) =>
    Promise.all(Array.from({ length: 1000 }, async (_, index) => (await engine.query(take, [`s${index}`])).length))
  const [first, second] = await Promise.all([race(one), race(two)])
  expect(first.map((won, index) => won + (second[index] ?? 0)).filter((won) => won !== 1)).toEqual([])
  await Promise.all([one.close(), two.close()])
})

/** FUZZ=1000 for a longer run. */
const damages = Number(process.env.FUZZ ?? 300)

test(`${damages} damaged copies: each opens clean or is refused with the way to restore, byte for byte as it was`, async () => {
  const whole = await readFile(await anInstallation(join(root, 'whole')))
  let state = 20_261_124
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state % below
  }
  const folder = join(root, 'damaged')
  let refused = 0
  let opened = 0
  for (let round = 0; round < damages; round += 1) {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder)
    const file = fileIn(folder)
    const bytes = Buffer.from(whole)
    // A third is cut off somewhere, a third has one bit flipped, a third a whole block of noise.
    if (round % 3 === 0) await writeFile(file, bytes.subarray(0, random(bytes.length)))
    else {
      const at = random(bytes.length)
      const length = round % 3 === 1 ? 1 : 512
      for (let index = at; index < Math.min(at + length, bytes.length); index += 1)
        bytes[index] = round % 3 === 1 ? (bytes[index] ?? 0) ^ (1 << random(8)) : random(256)
      await writeFile(file, bytes)
    }
    const before = await hashOf(file)
    try {
      const store = await open(folder)
      opened += 1
      // Whatever is cut off is noticed.
      expect(round % 3).not.toBe(0)
      for (const one of await store.servers()) await store.settings(one)
      await store.sweep(noon)
      await store.close()
    } catch (error) {
      refused += 1
      expect(error).toBeInstanceOf(UserError)
      expect((error as UserError).message).toContain(file)
      expect((error as UserError).message).toMatch(/restore/)
      expect(await hashOf(file)).toBe(before)
    }
  }
  expect(refused).toBeGreaterThan(damages / 3)
  expect(opened).toBeGreaterThan(0)
})

test('an empty file, a text file and somebody else’s database are refused and left alone', async () => {
  const file = fileIn(root)
  const other = join(root, 'other.sqlite')
  const foreign = new DatabaseSync(other)
  foreign.exec('create table theirs (x text)')
  foreign.close()
  const wrong: [Buffer, string][] = [
    [Buffer.alloc(0), 'it is empty'],
    [Buffer.from('hello '.repeat(2000)), 'file is not a database'],
    [await readFile(other), "tables that are not this bot's"],
  ]
  for (const [bytes, part] of wrong) {
    await writeFile(file, bytes)
    const { message } = await refusal(open(root))
    expect(message).toContain(file)
    expect(message).toContain(part)
    expect(await readFile(file)).toEqual(bytes)
  }
})

test('a file from a newer version is refused and left alone', async () => {
  const file = await anInstallation()
  const database = new DatabaseSync(file)
  database.exec('insert into schema_version (version, at_ms) values (4, 0); pragma wal_checkpoint(truncate)')
  database.close()
  const before = await hashOf(file)
  const { message } = await refusal(open(root))
  expect(message).toMatch(/newer version.*schema 4.*knows 3.*Start the newer version/s)
  expect(await hashOf(file)).toBe(before)
  expect((await refusal(inspectStore({ STATE_DIR: root }, log))).message).toContain('newer')
})

test('a first start that died half-way leaves nothing that stops the next one', async () => {
  await mkdir(root, { recursive: true })
  await writeFile(`${fileIn(root)}.new`, 'half')
  const store = await open(root)
  await store.check()
  await store.close()
  expect((await readdir(root)).sort()).toEqual(['for-the-record.sqlite', 'lock.sqlite'])
  expect((await stat(fileIn(root))).mode & 0o077).toBe(0)
})

test('after forget the id is not in the file’s bytes either', async () => {
  const store = await open(root)
  const member = '981234567890123456'
  const line = { at: noon, by: member, path: 'packs', before: '', after: 'x' }
  await store.saveSettings(server, Settings.parse({ paused: { until: new Date(noon).toISOString(), by: member } }), [line])
  const bytes = async () => {
    const names = (await readdir(root)).filter((name) => name.startsWith('for-the-record'))
    return Buffer.concat(await Promise.all(names.map((name) => readFile(join(root, name)))))
  }
  expect((await bytes()).includes(member)).toBe(true)
  await store.forget('discord', member)
  expect((await bytes()).includes(member)).toBe(false)
  await store.close()
})

test('a backup beside a running bot is whole, of one moment, and can be put in place', async () => {
  await anInstallation()
  const store = await open(root)
  const target = join(root, 'backup.sqlite')
  let written = 0
  const writing = (async () => {
    for (; written < 300; written += 1) await store.reserve(`during|${written}`, noon, noon + 1)
  })()
  const [schema] = await Promise.all([backupStore({ STATE_DIR: root }, target), writing])
  expect(schema).toBe(3)
  expect((await readdir(root)).filter((name) => name.startsWith('backup'))).toEqual(['backup.sqlite'])
  const me = store.pseudonym('discord', '1')
  await store.close()
  await mkdir(join(root, 'restored'))
  await copyFile(target, fileIn(join(root, 'restored')))
  const restored = await open(join(root, 'restored'))
  expect(await restored.servers()).toHaveLength(25)
  expect(await restored.isReserved('cooldown|discord/1/2|0', noon)).toBe(true)
  expect(restored.pseudonym('discord', '1')).toBe(me)
  // Of one moment: what was written during the backup is there from the first to some last, without holes.
  const there = await Promise.all(Array.from({ length: 300 }, (_, index) => restored.isReserved(`during|${index}`, noon)))
  expect(there.slice(there.indexOf(false)).includes(true) && there.includes(false)).toBe(false)
  await restored.close()
})

test('a backup never overwrites, and says what to do with no file, a damaged one, or PostgreSQL', async () => {
  expect((await refusal(backupStore({ STATE_DIR: root }, join(root, 'b')))).message).toContain('There is no')
  const file = await anInstallation()
  await writeFile(join(root, 'b'), 'mine')
  expect((await refusal(backupStore({ STATE_DIR: root }, join(root, 'b')))).message).toContain('exists already')
  expect(await readFile(join(root, 'b'), 'utf8')).toBe('mine')
  expect((await refusal(backupStore({ STATE_DIR: root }, join(root, 'no', 'such', 'folder')))).message).toContain('could not be written')
  await truncate(file, (await stat(file)).size - 4096)
  expect((await refusal(backupStore({ STATE_DIR: root }, join(root, 'c')))).message).toContain('damaged')
  const onPostgres = { STATE_DIR: root, DATABASE_URL: 'postgres://me:secret@db.example:5432/record' }
  const { message } = await refusal(backupStore(onPostgres, join(root, 'd')))
  expect(message).toMatch(/pg_dump/)
  expect(message).not.toContain('secret')
})

test('settings can be read, and memory inspected, while the bot runs; nothing is created by looking', async () => {
  expect(await inspectStore({ STATE_DIR: join(root, 'none') }, log)).toMatchObject({ schema: 'none yet' })
  expect(await readdir(root)).toEqual([])
  const store = await open(root)
  await store.saveSettings(server, Settings.parse({ packs: ['x'] }), [])
  const reader = await openForReading({ STATE_DIR: root }, log)
  expect((await reader.settings(server)).packs).toEqual(['x'])
  expect(await inspectStore({ STATE_DIR: root }, log)).toMatchObject({ schema: 3 })
  await reader.close()
  await store.close()
  const again = await openForReading({ STATE_DIR: root }, log)
  expect(await again.servers()).toEqual([server])
  await again.close()
})

test('a folder that can not be used is named', async () => {
  await writeFile(join(root, 'file'), '')
  for (const folder of [join(root, 'file', 'state'), join(root, 'file')])
    expect((await refusal(open(folder))).message).toMatch(/STATE_DIR .* can't be used \(ENOTDIR\)/)
  const store = await open(join(root, 'a', 'b', 'c'))
  await store.close()
})

test.runIf(process.platform === 'linux')('a folder below one that takes no folders is refused at once', async () => {
  for (const folder of ['/proc/none/state', '/sys/none/state'])
    expect((await refusal(open(folder))).message).toMatch(/STATE_DIR .* can't be used \(E[A-Z]+\)/)
})
