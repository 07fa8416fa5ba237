/** Settings and their audit. In: a server, settings, changes. Out: that part of the Store port. */
import { StoreError } from '../bot/errors.ts'
import { Settings } from '../bot/settings.ts'
import type { Server, SettingsChange, Store } from '../bot/store.ts'
import { type Engine, numberOf, type Query, textOf } from './engine.ts'

type Part = Pick<Store, 'settings' | 'listening' | 'saveSettings' | 'settingsHistory' | 'servers'>

/** A save without an expectation starts again when another one came in between; so often at most. */
const tries = 20
/** How old a first glance may be, in milliseconds, and how many servers are kept in view. */
const glanceFor = 500
const mostGlances = 20_000

export function settingsPart({ query, transaction }: Engine): Part {
  const { listening, forget } = createGlances(async (server) => (await read(query, server)).settings)
  return {
    async settings(server) {
      return (await read(query, server)).settings
    },
    listening,
    async saveSettings(server, settings, changes, expected) {
      for (let attempt = 0; attempt < tries; attempt += 1) {
        const outcome = await transaction((within) => save(within, server, settings, changes, expected))
        if (outcome !== 'raced') forget(server)
        if (outcome === 'saved') return true
        if (outcome === 'differs') return false
      }
      throw new StoreError('settings-contended')
    },
    async settingsHistory({ platform, server }, limit) {
      const rows = await query(
        `select at_ms, actor, path, old_value, new_value from settings_audit
         where platform = $1 and server = $2 order by revision desc, line desc limit $3`,
        [platform, server, limit],
      )
      return rows.map(
        (row): SettingsChange => ({
          at: numberOf(row, 'at_ms'),
          by: textOf(row, 'actor'),
          path: textOf(row, 'path'),
          before: textOf(row, 'old_value'),
          after: textOf(row, 'new_value'),
        }),
      )
    },
    async servers() {
      const rows = await query(
        `select s.platform, s.server from settings s where not exists
         (select 1 from departures d where d.platform = s.platform and d.server = s.server)`,
      )
      return rows.map((row) => ({ platform: textOf(row, 'platform'), server: textOf(row, 'server') }))
    },
  }
}

/** Which channels each server has open, asked again when half a second has passed or somebody here saved. */
function createGlances(settingsOf: (server: Server) => Promise<Settings>) {
  type Open = ReadonlySet<string>
  const glances = new Map<string, { from: number; open: Open | Promise<Open> }>()
  const keyOf = ({ platform, server }: Server) => `${platform}/${server}`
  const look = async (server: Server): Promise<ReadonlySet<string>> => {
    const { channels } = await settingsOf(server)
    const open = Object.keys(channels).filter((id) => channels[id]?.replies.mode !== 'off')
    return open.length ? new Set(open) : nowhere
  }
  return {
    listening(server: Server): Open | Promise<Open> {
      const key = keyOf(server)
      const known = glances.get(key)
      if (known && performance.now() - known.from < glanceFor) return known.open
      if (glances.size >= mostGlances) glances.clear()
      const open = look(server)
      const glance: { from: number; open: Open | Promise<Open> } = { from: performance.now(), open }
      glances.set(key, glance)
      open.then(
        (seen) => {
          glance.open = seen
        },
        // Memory that did not answer is asked again at once.
        () => glances.get(key) === glance && glances.delete(key),
      )
      return open
    },
    forget: (server: Server) => glances.delete(keyOf(server)),
  }
}
const nowhere: ReadonlySet<string> = new Set()

async function read(query: Query, { platform, server }: Server): Promise<{ settings: Settings; revision: number }> {
  const [row] = await query('select body, revision from settings where platform = $1 and server = $2', [platform, server])
  if (!row) return { settings: unset, revision: 0 }
  return { settings: understood(`${platform}/${server}`, textOf(row, 'body')), revision: numberOf(row, 'revision') }
}

/** What memory holds is asked each time; what it means is worked out when it differs from the last time: that costs ten times the asking. */
function understood(server: string, body: string): Settings {
  const known = lastRead.get(server)
  if (known?.body === body) return known.settings
  const settings = frozen(parseBody(body))
  if (lastRead.size >= mostRead) lastRead.clear()
  lastRead.set(server, { body, settings })
  return settings
}
const lastRead = new Map<string, { body: string; settings: Settings }>()
/** Servers whose settings are kept as they were understood: a few kilobytes each. */
const mostRead = 1000

/** Several get the same object: who changes settings changes a copy (bot/change.ts). */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(Object.freeze(value))) frozen(inner)
  return value
}
const unset = frozen(Settings.parse({}))

/** Throws StoreError for a body that this version can't read: posting by guessed settings would be worse. */
export function parseBody(body: string): Settings {
  try {
    return Settings.parse(JSON.parse(body))
  } catch {
    throw new StoreError('settings-unreadable')
  }
}

/** `raced`: another instance saved between our read and our write. */
async function save(
  query: Query,
  server: Server,
  settings: Settings,
  changes: readonly SettingsChange[],
  expected: Settings | undefined,
): Promise<'saved' | 'differs' | 'raced'> {
  const { platform, server: id } = server
  const current = await read(query, server)
  if (expected && JSON.stringify(current.settings) !== JSON.stringify(Settings.parse(expected))) return 'differs'
  const revision = current.revision + 1
  const body = JSON.stringify(settings)
  const [written] = current.revision
    ? await query('update settings set body = $3, revision = $4 where platform = $1 and server = $2 and revision = $5 returning revision', [
        platform,
        id,
        body,
        revision,
        current.revision,
      ])
    : await query(
        'insert into settings (platform, server, body, revision) values ($1, $2, $3, $4) on conflict do nothing returning revision',
        [platform, id, body, revision],
      )
  if (!written) return 'raced'
  for (const [line, { at, by, path, before, after }] of changes.entries())
    await query(
      `insert into settings_audit (platform, server, revision, line, at_ms, actor, path, old_value, new_value)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [platform, id, revision, line, at, by, path, before, after],
    )
  return 'saved'
}
