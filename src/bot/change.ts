/** Changing a server's settings, with the audit written in the same breath. In: a draft to edit. Out: the new settings; every changed path is on record. */
import type { CommandContext } from './command.ts'
import { StoreError, UserError } from './errors.ts'
import { Settings } from './settings.ts'
import type { SettingsChange } from './store.ts'
import { words } from './words.ts'

type Changing = Pick<CommandContext, 'store' | 'place' | 'asker' | 'now'>

/** An edit that somebody else's save overtook is made again on what they saved; so often at most. */
const tries = 10

/**
 * Applies `edit` to a copy, checks it, saves it with one audit line per changed path. `edit` may run more than once.
 * Throws UserError when the result is not valid.
 */
export async function changeSettings(changing: Changing, edit: (draft: Settings) => void): Promise<Settings> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const saved = await tryChange(changing, edit)
    if (saved) return saved
  }
  throw new StoreError('settings-contended')
}

/** Undefined when somebody else saved in between. */
async function tryChange({ store, place, asker, now }: Changing, edit: (draft: Settings) => void): Promise<Settings | undefined> {
  const before = await store.settings(place)
  const draft = structuredClone(before)
  edit(draft)
  const parsed = Settings.safeParse(draft)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new UserError(words.badArgument(issue?.path.at(-1)?.toString() ?? '', issue?.message ?? '', ''))
  }
  const changes = changesBetween(before, parsed.data).map((change): SettingsChange => ({ ...change, at: now, by: asker.id }))
  if (changes.length && !(await store.saveSettings(place, parsed.data, changes, before))) return undefined
  return parsed.data
}

/** Paths of leaves that differ. Who and when stand in the audit line itself, so `by`, `at` and `since` are left out. */
export function changesBetween(before: Settings, after: Settings): { path: string; before: string; after: string }[] {
  const old = leavesOf(before)
  const fresh = leavesOf(after)
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((path) => (old.get(path) ?? '') !== (fresh.get(path) ?? '') && !/\.(by|at|since)$/.test(path))
    .map((path) => ({ path, before: old.get(path) ?? '', after: fresh.get(path) ?? '' }))
}

function leavesOf(value: unknown, path = '', leaves = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value)) leaves.set(path, value.join(','))
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) leavesOf(inner, path ? `${path}.${name}` : name, leaves)
  } else leaves.set(path, String(value))
  return leaves
}
