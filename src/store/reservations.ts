/** Reservations: one unique insert each. In: a slot's name and two moments. Out: that part of the Store port. */
import { createHash } from 'node:crypto'
import type { Store } from '../bot/store.ts'
import type { Engine } from './engine.ts'

type Part = Pick<Store, 'reserve' | 'release' | 'isReserved'>

/** An index entry of PostgreSQL holds some 2,700 bytes; a longer name (somebody sent a monstrous id) goes by its hash. */
const longest = 500
const named = (slot: string): string => (slot.length <= longest ? slot : `sha256|${createHash('sha256').update(slot).digest('base64url')}`)

export function reservationsPart({ query }: Engine): Part {
  return {
    async reserve(slot, now, until) {
      const rows = await query(
        `insert into reservations (slot, until_ms) values ($1, $2)
         on conflict (slot) do update set until_ms = excluded.until_ms where reservations.until_ms <= $3 returning slot`,
        [named(slot), until, now],
      )
      return rows.length > 0
    },
    async release(slot) {
      await query('delete from reservations where slot = $1', [named(slot)])
    },
    async isReserved(slot, now) {
      return (await query('select slot from reservations where slot = $1 and until_ms > $2', [named(slot), now])).length > 0
    },
  }
}
