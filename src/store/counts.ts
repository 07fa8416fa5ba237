/**
 * Counts for statistics. In: what was counted, where, on which day. Out: that part of the Store port, and `flush`.
 * They are written together, a second late at most: no number is worth a flush of the disk of its own.
 */
import type { Server, Store } from '../bot/store.ts'
import { type Engine, numberOf, textOf } from './engine.ts'

type Counted = Server & { day: string; name: string; by: number }
type Part = Pick<Store, 'count' | 'counts'> & { flush(): Promise<void> }

const writtenWithin = 1000

export function countsPart({ query }: Engine): Part {
  const waiting = new Map<string, Counted>()
  let timer: NodeJS.Timeout | undefined
  const add = ({ platform, server, day, name, by }: Counted) => {
    const key = JSON.stringify([platform, server, day, name])
    waiting.set(key, { platform, server, day, name, by: by + (waiting.get(key)?.by ?? 0) })
    timer ??= setTimeout(() => flush().catch(() => {}), writtenWithin).unref()
  }
  const write = async (counted: Counted) => {
    const { platform, server, day, name, by } = counted
    try {
      await query(
        `insert into counts (platform, server, day, name, total) values ($1, $2, $3, $4, $5)
         on conflict (platform, server, day, name) do update set total = counts.total + excluded.total`,
        [platform, server, day, name, by],
      )
    } catch (error) {
      // Memory is away: the next second tries again.
      add(counted)
      throw error
    }
  }
  const flush = async () => {
    clearTimeout(timer)
    timer = undefined
    const counted = [...waiting.values()]
    waiting.clear()
    await Promise.all(counted.map(write))
  }
  return {
    async count({ platform, server }, day, name, by = 1) {
      add({ platform, server, day, name, by })
    },
    async counts({ platform, server }, sinceDay) {
      await flush()
      const rows = await query(
        'select name, sum(total) as total from counts where platform = $1 and server = $2 and day >= $3 group by name',
        [platform, server, sinceDay],
      )
      return Object.fromEntries(rows.map((row) => [textOf(row, 'name'), numberOf(row, 'total')]))
    },
    flush,
  }
}
