/** Reservations: unique inserts. In: names of slots and moments. Out: that part of the Store port. */
import { createHash } from 'node:crypto'
import type { Store, Wanted } from '../bot/store.ts'
import { type Engine, numberOf, textOf, type Value } from './engine.ts'

type Part = Pick<Store, 'reserve' | 'reserveAll' | 'release' | 'isReserved' | 'countReserved'>

/** An index entry of PostgreSQL holds some 2,700 bytes; a longer name (somebody sent a monstrous id) goes by its hash. */
const longest = 500
/** "|" and a number: a numbered slot is given back by its whole name, which must not be a longer one than goes by itself. */
const longestNumber = 17
function named(slot: string, of = 0): string {
  const most = of > 0 ? longest - longestNumber : longest
  return slot.length <= most ? slot : `sha256|${createHash('sha256').update(slot).digest('base64url')}`
}

/** Another instance may take the very number that this one saw free; then it looks again, so often at most. */
const tries = 20

export function reservationsPart({ query, quick, isShared }: Engine): Part {
  const release = async (slot: string) => void (await query('delete from reservations where slot = $1', [named(slot)]))
  // Where others take numbers too, one that this process thinks free is soon somebody else's.
  const guesses = isShared ? undefined : createGuesses()
  return {
    async reserve(slot, now, until) {
      const rows = await query(
        `insert into reservations (slot, until_ms) values ($1, $2)
         on conflict (slot) do update set until_ms = excluded.until_ms where reservations.until_ms <= $3 returning slot`,
        [named(slot), until, now],
      )
      return rows.length > 0
    },
    async reserveAll(wanted, now, how = 'lasting') {
      const insert = how === 'brief' ? quick : query
      const guess = guesses?.take(wanted)
      if (guess) {
        const values = guess.names.flatMap((name, index) => [name, wanted[index]?.until ?? now])
        if ((await insert(takingAll(wanted.length), [now, ...values])).length) return guess.names
        guess.failed()
      }
      const free = freeOf(wanted.length)
      const values = valuesOf(wanted, now)
      for (let attempt = 0; attempt < tries; attempt += 1) {
        const taken = await insert(
          `insert into reservations (slot, until_ms) ${free}
           select slot, until_ms from free where not exists (select 1 from free where slot is null)
           on conflict (slot) do update set until_ms = excluded.until_ms where reservations.until_ms <= $1 returning slot`,
          values,
        )
        const slots = taken.map((row) => textOf(row, 'slot'))
        if (slots.length === wanted.length) {
          guesses?.learn(wanted, slots)
          return slots
        }
        for (const slot of slots) await release(slot)
        // None: either one has nothing free, or somebody was faster with all of them.
        const [row] = slots.length ? [] : await query(`${free} select count(slot) as total from free`, values)
        if (row && numberOf(row, 'total') < wanted.length) return undefined
      }
      return undefined
    },
    release,
    async isReserved(slot, now) {
      return (await query('select slot from reservations where slot = $1 and until_ms > $2', [named(slot), now])).length > 0
    },
    async countReserved(slot, of, now) {
      const [row] = await query(
        `with recursive ${numbers} select count(*) as total from numbers join reservations
         on slot = cast($3 as text) || '|' || cast(n as text) where n < cast($2 as integer) and until_ms > $1`,
        [now, of, named(slot, of)],
      )
      return numberOf(row ?? {}, 'total')
    },
  }
}

/**
 * Which number of each slot comes next, where one process has the database for itself. Those of a limit ("twenty in ten minutes") end in the
 * order in which they were taken, so that the one after the last is free, or none is; to look for a free one costs several times as much.
 */
function createGuesses() {
  const next = new Map<string, number>()
  const nameOf = ({ slot, of = 0 }: Wanted, number: number) => (of > 0 ? `${named(slot, of)}|${number}` : named(slot))
  return {
    /** Names to try, each number once: who asks before the answer is there tries the ones after them. */
    take(wanted: readonly Wanted[]) {
      if (next.size > mostGuesses) next.clear()
      const numbers = wanted.map(({ slot, of = 0 }) => {
        // The limit may have been lowered since.
        const number = (next.get(slot) ?? 0) % (of || 1)
        if (of > 0) next.set(slot, (number + 1) % of)
        return number
      })
      return {
        names: wanted.map((one, index) => nameOf(one, numbers[index] ?? 0)),
        /** They are free still, unless somebody has tried others since. */
        failed() {
          for (const [index, { slot, of = 0 }] of wanted.entries()) {
            const number = numbers[index] ?? 0
            if (of > 0 && next.get(slot) === (number + 1) % of) next.set(slot, number)
          }
        },
      }
    },
    /** What was looked for was found: the next ones come after it. */
    learn(wanted: readonly Wanted[], names: readonly string[]) {
      for (const one of wanted) {
        const { slot, of = 0 } = one
        const begin = nameOf(one, 0).slice(0, -1)
        const taken = of > 0 && names.find((name) => name.startsWith(begin))
        if (taken) next.set(slot, (Number(taken.slice(begin.length)) + 1) % of)
      }
    },
  }
}
const mostGuesses = 5000

/** Inserts all of these names, or none when one of them is taken: $1 is now, then each with its end. Texts by their length: made once. */
const takings = new Map<number, string>()
function takingAll(count: number): string {
  const name = (index: number) => `$${2 + 2 * index}`
  const indexes = Array.from({ length: count }, (_, index) => index)
  const sql =
    takings.get(count) ??
    `insert into reservations (slot, until_ms) with wanted(slot, until_ms) as (values ${indexes.map((index) => `(${name(index)}, $${3 + 2 * index})`).join(', ')})
     select slot, until_ms from wanted where not exists (select 1 from reservations where slot in (${indexes.map(name).join(', ')}) and until_ms > $1)
     on conflict (slot) do update set until_ms = excluded.until_ms returning 1`
  takings.set(count, sql)
  return sql
}

/** 0, 1, … below $2; at least 0. */
const numbers = 'numbers(n) as (select 0 union all select n + 1 from numbers where n + 1 < cast($2 as integer))'

/** "free": for each of `count` wanted slots a free name, or null. Values as valuesOf gives them: the text is the same for all of a count. */
function freeOf(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const [slot, of, until] = [0, 1, 2].map((column) => `$${3 + index * 3 + column}`)
    const name = `cast(${slot} as text) || case when cast(${of} as integer) > 0 then '|' || cast(n as text) else '' end`
    return `select (select ${name} from numbers where (n = 0 or n < cast(${of} as integer))
      and not exists (select 1 from reservations r where r.slot = ${name} and r.until_ms > $1) limit 1), cast(${until} as bigint)`
  })
  return `with recursive ${numbers}, free(slot, until_ms) as materialized (${rows.join(' union all ')})`
}

const valuesOf = (wanted: readonly Wanted[], now: number): Value[] => [
  now,
  Math.max(...wanted.map(({ of = 0 }) => of)),
  ...wanted.flatMap(({ slot, of = 0, until }) => [named(slot, of), of, until]),
]
