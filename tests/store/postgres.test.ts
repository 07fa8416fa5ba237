/** PostgreSQL goes away and comes back; what is said of it names no password. A server of its own, because it is stopped here. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createBot } from '../../src/bot/bot.ts'
import { StoreError } from '../../src/bot/errors.ts'
import { words } from '../../src/bot/words.ts'
import { openStore } from '../../src/store/open.ts'
import { type PostgresServer, startPostgres } from '../../src/tools/postgres-server.ts'
import { startChild } from '../support/child.ts'
import { keptLog } from '../support/kept-log.ts'
import { admin, fakePlatform, makeWorld, member, myth } from '../support/world.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres({ durable: false })
})
afterAll(() => server.stop())

test.each(['stopped', 'running'])(
  'a process that fails with a PostgreSQL of its own (%s) keeps its exit code and leaves no server',
  async (state) => {
    const child = startChild(join(import.meta.dirname, '../support/processes/failing-tool.ts'), [state])
    const pid = Number(await child.firstLine)
    expect(await child.ended).toEqual({ code: 3, signal: null })
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(/ESRCH/), 5000)
  },
)

test('while the server is away each verb fails with its code and the process lives; afterwards all is as before', async () => {
  const log = keptLog()
  const store = await openStore({ DATABASE_URL: server.url(), STATE_DIR: 'unused' }, log)
  expect(await store.reserve('before', 0, 10)).toBe(true)
  await server.pause()
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const error = await store.reserve(`during${attempt}`, 0, 10).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(StoreError)
    expect((error as StoreError).message).not.toContain('postgres:')
  }
  await expect(store.saveSettings({ platform: 'p', server: 's' }, await defaults(), [])).rejects.toBeInstanceOf(StoreError)
  await expect(store.check()).rejects.toBeInstanceOf(StoreError)
  await server.resume()
  await store.check()
  expect(await store.reserve('before', 0, 10)).toBe(false)
  expect(await store.reserve('after', 0, 10)).toBe(true)
  expect(JSON.stringify(log.lines)).not.toContain(new URL(server.url()).password)
  await store.close()
})

test('a sweep that meets several reservations in the other order costs nobody an answer', async () => {
  const log = keptLog()
  const url = server.url()
  const { openPostgres } = await import('../../src/store/postgres.ts')
  const [store, engine] = [await openStore({ DATABASE_URL: url, STATE_DIR: 'unused' }, log), openPostgres(url, log)]
  // The sweep goes through them as they lie: asked, held, asker. A question takes the other way: asker, asked.
  for (const slot of ['asked|0', 'held', 'asker|0']) await engine.query('insert into reservations (slot, until_ms) values ($1, 5)', [slot])
  const isWaiting = async (verb: string) => {
    const waiting = "select pid from pg_stat_activity where wait_event_type = 'Lock' and query like $1"
    await vi.waitFor(async () => expect(await engine.query(waiting, [`${verb} %reservations%`])).toHaveLength(1))
  }
  const [swept, asked] = await engine.transaction(async (query) => {
    await query("update reservations set until_ms = 5 where slot = 'held'")
    const sweep = store.sweep(10).catch((error: unknown) => error)
    await isWaiting('delete')
    const wanted = ['asker', 'asked'].map((slot) => ({ slot, of: 1, until: 99 }))
    const reserved = store.reserveAll(wanted, 10).catch((error: unknown) => error)
    await isWaiting('insert')
    return [{ done: sweep }, { done: reserved }] as const
  })
  expect(await asked.done).toEqual(['asker|0', 'asked|0'])
  expect(await swept.done).toBeUndefined()
  for (const slot of ['asker|0', 'asked|0']) expect(await store.isReserved(slot, 50)).toBe(true)
  await engine.close()
  await store.close()
})

test('a transaction whose connection is cut by the server leaves nothing behind', async () => {
  const log = keptLog()
  const url = server.url()
  const [{ openPostgres }] = [await import('../../src/store/postgres.ts')]
  const store = await openStore({ DATABASE_URL: url, STATE_DIR: 'unused' }, log)
  const engine = openPostgres(url, log)
  const cut = engine.transaction(async (query) => {
    await query("insert into reservations (slot, until_ms) values ('half', 10)")
    const [row] = await query('select pg_backend_pid() as pid')
    await store.check()
    await engine.query('select pg_terminate_backend($1)', [Number(row?.pid)])
    await query("insert into reservations (slot, until_ms) values ('other half', 10)")
  })
  await expect(cut).rejects.toBeInstanceOf(StoreError)
  expect(await store.isReserved('half', 0)).toBe(false)
  expect(await engine.query('select 1 as one')).toEqual([{ one: 1 }])
  await Promise.all([engine.close(), store.close()])
})

test('a save under way while a member is forgotten does not bring the id back', async () => {
  const log = keptLog()
  const { openPostgres } = await import('../../src/store/postgres.ts')
  const { createSqlStore } = await import('../../src/store/sql-store.ts')
  const [plain, engine] = [openPostgres(server.url(), log), openPostgres(server.url(), log)]
  const other = await createSqlStore(plain)
  const here = { platform: 'race', server: 's' }
  const settings = { ...(await defaults()), paused: { until: '2026-11-24T12:00:00.000Z', by: '77' } }
  await other.saveSettings(here, settings, [])
  // The member is forgotten between our read and our write, both inside one transaction.
  const store = await createSqlStore({
    ...engine,
    transaction: (work) =>
      engine.transaction((query) =>
        work(async (sql, values) => {
          if (sql.startsWith('update settings')) await other.forget('race', '77')
          return query(sql, values)
        }),
      ),
  })
  expect(await store.saveSettings(here, { ...settings, packs: ['x'] }, [], settings)).toBe(false)
  expect((await other.settings(here)).paused?.by).toMatch(/^gone-/)
  await Promise.all([store.close(), other.close()])
})

test('a command while memory is away is answered honestly', async () => {
  const log = keptLog()
  const store = await openStore({ DATABASE_URL: server.url(), STATE_DIR: 'unused' }, log)
  const { default: me } = await import('../../commands/me.ts')
  const parts = { library: {} as never, detector: {} as never, store, adapters: [], commands: [me], log, now: () => 0, instance: 'x' }
  const bot = createBot(parts as never)
  const asker = { id: '1', isBot: false, isAdmin: false, isModerator: false }
  const invocation = { command: 'me', subcommand: 'optout', args: {}, asker, place: { platform: 'p', server: 's', channel: 'c' } }
  await server.pause()
  const reply = await bot.run(invocation as never)
  expect(reply).toMatchObject({ to: 'asker', card: { lead: words.storeAway } })
  await server.resume()
  expect(await store.hasOptedOut(store.pseudonym('p', '1'))).toBe(false)
  await store.close()
})

test('the whole bot through ten minutes without memory: it lives, is honest, and makes up for the daily fact as soon as memory is back', async () => {
  const log = keptLog()
  const store = await openStore({ DATABASE_URL: await ownDatabase(), STATE_DIR: 'unused' }, log)
  const platform = fakePlatform('test', { findsOwnPosts: true })
  const world = await makeWorld({ at: '2026-03-10T07:55:00Z', store, platform, log })
  const asAdmin = { asker: admin }
  await world.enable()
  await world.run('settings daily time:09:00 zone:Europe/Berlin', asAdmin)
  await server.pause()
  for (let minute = 0; minute < 10; minute += 1) {
    await world.bot.tick()
    await world.hear(`${myth} canary`, { author: member(`m${minute}`) })
    await world.hear('canary?', { isAddressed: true })
    for (const line of ['me optout', 'settings show', 'pause 1h', 'stats', `test ${myth}`])
      expect((await world.run(line, asAdmin)).card.lead, line).toBe(words.storeAway)
    // What needs no memory answers as ever.
    expect((await world.run('myth german gold')).card.verdict).toBeTruthy()
    world.pass(60_000)
  }
  expect(platform.posts).toEqual([])
  await server.resume()
  await world.bot.tick()
  expect(platform.posts.map(({ mode }) => mode)).toEqual(['channel'])
  await world.hear(myth)
  await world.bot.tick()
  expect(platform.posts.map(({ mode }) => mode)).toEqual(['channel', 'reply'])
  expect((await world.run('me data')).card.lead).toMatch(/row|Nothing is kept/)
  expect(log.lines.filter(({ level }) => level === 'error').length).toBeGreaterThan(10)
  expect(JSON.stringify(log.lines)).not.toContain('canary')
  await world.close()
})

/** Another database on the same server: what the tests above left is not in it. */
async function ownDatabase(): Promise<string> {
  await server.createDatabase('outage')
  return server.url('outage')
}

test.each([
  ['postgres://me:secret@127.0.0.1:1/none', 'ECONNREFUSED'],
  ['wrong password', '28P01'],
  ['no such database', '3D000'],
])('a server that does not take us: %s', async (given, code) => {
  const url = new URL(server.url())
  if (given === 'wrong password') url.password = 'secret'
  else if (given === 'no such database') url.pathname = '/nowhere'
  const opening = openStore({ DATABASE_URL: given.startsWith('postgres') ? given : url.href, STATE_DIR: 'unused' }, keptLog())
  const error = await opening.catch((thrown: unknown) => thrown as Error)
  expect(error).toMatchObject({ name: 'UserError', message: expect.stringContaining(`(${code})`) })
  expect((error as Error).message).not.toContain('secret')
  expect((error as Error).message).toContain('DATABASE_URL')
})

const defaults = async () => (await import('../../src/bot/settings.ts')).defaultSettings()
