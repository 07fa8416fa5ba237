/** Facts about the installation, servers that left, and the sweep that bounds every table. Out: that part of the Store port. */
import type { Store } from '../bot/store.ts'
import { type Engine, type Query, textOf } from './engine.ts'
import { keep } from './schema.ts'

type Part = Pick<Store, 'recall' | 'remember' | 'leave' | 'stay' | 'sweep' | 'check'>

export function housekeepingPart(engine: Engine): Part {
  const { query } = engine
  return {
    async recall(key) {
      const [row] = await query('select value from installation where name = $1', [ownName(key)])
      return row && textOf(row, 'value')
    },
    async remember(key, value) {
      if (value === undefined) await query('delete from installation where name = $1', [ownName(key)])
      else
        await query('insert into installation (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value', [
          ownName(key),
          value,
        ])
    },
    async leave({ platform, server }, at) {
      await query(
        `insert into departures (platform, server, due_ms) values ($1, $2, $3) on conflict (platform, server)
         do update set due_ms = case when excluded.due_ms < departures.due_ms then excluded.due_ms else departures.due_ms end`,
        [platform, server, at],
      )
    },
    async stay({ platform, server }) {
      await query('delete from departures where platform = $1 and server = $2', [platform, server])
    },
    async sweep(now) {
      // On its own: it may meet a reservation of several slots in the other order, and a single statement is asked again (postgres.ts).
      await query('delete from reservations where until_ms <= $1', [now])
      // What a server left behind goes from the file's log as well, as what a member has erased does.
      if (await engine.transaction((within) => sweep(within, now))) await engine.scrub()
    },
    async check() {
      await query('select max(version) as version from schema_version')
    },
  }
}

/** Names beginning with "store/" are the store's own; nobody else's can fall on them. */
const ownName = (key: string): string => `kept/${key}`

/** True when a server was erased. */
async function sweep(query: Query, now: number): Promise<boolean> {
  const old: [sql: string, value: string | number][] = [
    ['delete from votes where reply in (select id from replies where at_ms < $1)', now - keep.replies],
    ['delete from replies where at_ms < $1', now - keep.replies],
    // A vote may also hang on nothing: a card whose reply was never on record.
    ['delete from votes where at_ms < $1', now - keep.replies],
    ['delete from suggestions where at_ms < $1', now - keep.replies],
    ['delete from events where at_ms < $1', now - keep.events],
    ['delete from counts where day < $1', new Date(now - keep.counts).toISOString().slice(0, 10)],
    ['delete from settings_audit where at_ms < $1', now - keep.audit],
    [
      `delete from settings_audit where revision <= (select s.revision - $1 from settings s
       where s.platform = settings_audit.platform and s.server = settings_audit.server)`,
      keep.auditRevisions,
    ],
    [
      `delete from daily_runs where at_ms < $1 and (state not in ('posted', 'unknown') or round <
       (select max(d.round) from daily_runs d where d.platform = daily_runs.platform and d.server = daily_runs.server
        and d.channel = daily_runs.channel and d.state in ('posted', 'unknown')))`,
      now - keep.daily,
    ],
  ]
  for (const [sql, value] of old) await query(sql, [value])
  const gone = await query('select platform, server from departures where due_ms <= $1', [now])
  for (const one of gone) await eraseServer(query, textOf(one, 'platform'), textOf(one, 'server'))
  return gone.length > 0
}

async function eraseServer(query: Query, platform: string, server: string): Promise<void> {
  const values = [platform, server]
  const its = 'where platform = $1 and server = $2'
  await query(`delete from votes where reply in (select id from replies ${its})`, values)
  for (const table of [
    'settings',
    'settings_audit',
    'replies',
    'daily_runs',
    'suggestions',
    'counts',
    'events',
    'credentials',
    'departures',
  ])
    await query(`delete from ${table} ${its}`, values)
  // Slots are named "kind|platform/server/channel…" (message.ts, channelKey). replace() compares exactly on both engines; "like" does not.
  await query("delete from reservations where replace(slot, $1, '') <> slot", [`|${platform}/${server}/`])
}
