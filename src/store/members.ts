/**
 * A member's say: opt-out, own data, erasure. In: pseudonyms; a raw id only for asking and erasing. Out: that part of the Store port.
 * Raw ids stand in three places, all of them acts of an admin: settings_audit.actor, `by` inside settings.body, replies.enabled_by.
 */
import { randomBytes } from 'node:crypto'
import type { Store } from '../bot/store.ts'
import type { Engine, Query, Row } from './engine.ts'
import { pseudonymOf, pseudonymOnly } from './pseudonym.ts'

type Part = Pick<Store, 'pseudonym' | 'optOut' | 'optIn' | 'hasOptedOut' | 'personData' | 'forget'>

const mostKnown = 2000

export function membersPart(engine: Engine, key: string): Part {
  const { query } = engine
  /** Those who write most are asked for again and again. In this process's memory alone. */
  const known = new Map<string, string>()
  const pseudonym = (platform: string, person: string): string => {
    const name = `${platform}:${person}`
    const before = known.get(name)
    if (before) return before
    if (known.size >= mostKnown) known.clear()
    const made = pseudonymOf(key, platform, person)
    known.set(name, made)
    return made
  }
  return {
    pseudonym,
    async optOut(person, at) {
      await query('insert into opt_outs (person, at_ms) values ($1, $2) on conflict do nothing', [pseudonymOnly(person), at])
    },
    async optIn(person) {
      await query('delete from opt_outs where person = $1', [pseudonymOnly(person)])
    },
    async hasOptedOut(person) {
      return (await query('select person from opt_outs where person = $1', [pseudonymOnly(person)])).length > 0
    },
    async personData(platform, person) {
      const found: { table: string; row: Row }[] = []
      for (const [table, where, values] of traces(platform, person, pseudonym(platform, person)))
        for (const row of await query(`select * from ${table} where ${where}`, values)) found.push({ table, row })
      return found
    },
    async forget(platform, person) {
      const changed = await engine.transaction((within) => erase(within, platform, person, pseudonym(platform, person)))
      await engine.scrub()
      return changed
    },
  }
}

/** How `by` with this id stands in a settings body, which is always written by JSON.stringify. */
const byIn = (person: string): string => `"by":${JSON.stringify(person)}`

/** Where a member can be found: table, condition, values. */
const traces = (platform: string, person: string, pseudonym: string): [table: string, where: string, values: string[]][] => [
  ['opt_outs', 'person = $1', [pseudonym]],
  ['votes', 'person = $1', [pseudonym]],
  ['replies', 'author = $1 or (platform = $2 and enabled_by = $3)', [pseudonym, platform, person]],
  ['suggestions', 'author = $1 or resolved_by = $1', [pseudonym]],
  ['events', 'author = $1', [pseudonym]],
  ['reservations', "replace(slot, $1, '') <> slot", [pseudonym]],
  ['settings_audit', 'platform = $1 and (actor = $2 or old_value = $2 or new_value = $2)', [platform, person]],
  ['settings', "platform = $1 and replace(body, $2, '') <> body", [platform, byIn(person)]],
]

/** Everything but the opt-out. What others still need (taking the bot's message back, an audit) keeps its fact and loses its person. */
async function erase(query: Query, platform: string, person: string, pseudonym: string): Promise<number> {
  // One name for all acts of one former admin, drawn anew: nothing leads from it to a person.
  const nobody = `gone-${randomBytes(6).toString('hex')}`
  const acts: [sql: string, values: string[]][] = [
    ['delete from votes where person = $1', [pseudonym]],
    ["update replies set author = '' where author = $1", [pseudonym]],
    ['delete from suggestions where author = $1', [pseudonym]],
    ['update suggestions set resolved_by = $2 where resolved_by = $1', [pseudonym, nobody]],
    ['delete from events where author = $1', [pseudonym]],
    ["delete from reservations where replace(slot, $1, '') <> slot", [pseudonym]],
    ['update replies set enabled_by = $3 where platform = $1 and enabled_by = $2', [platform, person, nobody]],
    ['update settings_audit set actor = $3 where platform = $1 and actor = $2', [platform, person, nobody]],
    ['update settings_audit set old_value = $3 where platform = $1 and old_value = $2', [platform, person, nobody]],
    ['update settings_audit set new_value = $3 where platform = $1 and new_value = $2', [platform, person, nobody]],
    // The revision grows, so that a draft read before this can't bring the id back.
    [
      `update settings set body = replace(body, $2, $3), revision = revision + 1 where platform = $1 and replace(body, $2, '') <> body`,
      [platform, byIn(person), byIn(nobody)],
    ],
  ]
  let changed = 0
  for (const [sql, values] of acts) changed += (await query(`${sql} returning 1 as one`, values)).length
  return changed
}
