/**
 * Settings as a file: all servers of an installation, or one, with their audit. In: a store, or the file's text. Out: JSON, or saved settings.
 * For the operator's export and import; members move one server's settings with /settings export and import (bot/portable.ts).
 */
import * as z from 'zod'
import { changesBetween } from '../bot/change.ts'
import { Settings } from '../bot/settings.ts'
import type { Server, SettingsChange, Store } from '../bot/store.ts'
import { faults } from './faults.ts'
import type { SettingsReader } from './open.ts'

const Change = z.strictObject({ at: z.int(), by: z.string(), path: z.string(), before: z.string(), after: z.string() })
const Exported = z.strictObject({
  kind: z.literal('for-the-record settings'),
  version: z.literal(1),
  servers: z.array(
    z.strictObject({
      platform: z.string().min(1).max(40),
      server: z.string().min(1).max(100),
      settings: Settings,
      /** Newest first. */
      history: z.array(Change).max(10_000),
    }),
  ),
})

/** Audit lines taken along per server: all that sweep() lets stand. */
const wholeHistory = 10_000

/** One server, or all that the bot has not left. */
export async function exportSettings(store: Omit<SettingsReader, 'close'>, only?: Server): Promise<string> {
  const servers = only ? [only] : await store.servers()
  const exported: z.input<typeof Exported> = { kind: 'for-the-record settings', version: 1, servers: [] }
  for (const { platform, server } of servers)
    exported.servers.push({
      platform,
      server,
      settings: await store.settings({ platform, server }),
      history: await store.settingsHistory({ platform, server }, wholeHistory),
    })
  return `${JSON.stringify(exported, null, 2)}\n`
}

export type Imported = { platform: string; server: string; changes: number }

/**
 * Saves what an export holds; `to` puts the one server in it somewhere else (another server, another platform). Audit lines that are not
 * on record yet are taken over before those of the import itself, which `by` and `now` sign. Importing twice changes nothing the second time.
 * Throws UserError naming the fault; nothing is changed then.
 */
export async function importSettings(
  store: Store,
  text: string,
  { by, now, to }: { by: string; now: number; to?: Server },
): Promise<Imported[]> {
  const { servers } = parse(text)
  if (to && servers.length !== 1) throw faults.notAnExport(`it holds ${servers.length} servers, and one was to be moved`)
  const imported: Imported[] = []
  for (const { settings, history, ...from } of servers) {
    const target = to ?? from
    const before = await store.settings(target)
    const onRecord = new Set((await store.settingsHistory(target, wholeHistory)).map(lineOf))
    const taken = history.filter((change) => !onRecord.has(lineOf(change))).reverse()
    const own = changesBetween(before, settings).map((change): SettingsChange => ({ ...change, at: now, by }))
    if (taken.length || own.length) await store.saveSettings(target, settings, [...taken, ...own])
    imported.push({ platform: target.platform, server: target.server, changes: own.length })
  }
  return imported
}

const lineOf = ({ at, by, path, before, after }: SettingsChange): string => JSON.stringify([at, by, path, before, after])

function parse(text: string): z.output<typeof Exported> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw faults.notAnExport('it is not JSON')
  }
  const parsed = Exported.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw faults.notAnExport(`${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'is not right'}`)
}
