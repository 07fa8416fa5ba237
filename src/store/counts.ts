/**
 * Counts for statistics. In: what was counted, where, on which day. Out: that part of the Store port, and `flush`.
 * They are written together, a second late at most, and without waiting for the disk: no number is worth a flush of its own.
 */
import type { Server, Store } from '../bot/store.ts'
import { type Engine, numberOf, textOf } from './engine.ts'

type Counted = Server & { day: string; name: string; by: number }
type Part = Pick<Store, 'count' | 'counts'> & { flush(): Promise<void> }

const writtenWithin = 1000
/** The most that go into one statement: halves of it, and halves of those, so that few statements are ever prepared. */
const most = 64
const columns = 5

export function countsPart({ query, quick }: Engine): Part {
  const waiting = new Map<string, Counted>()
  let timer: NodeJS.Timeout | undefined
  const add = ({ platform, server, day, name, by }: Counted) => {
    const key = JSON.stringify([platform, server, day, name])
    waiting.set(key, { platform, server, day, name, by: by + (waiting.get(key)?.by ?? 0) })
    timer ??= setTimeout(() => flush().catch(() => {}), writtenWithin).unref()
  }
  const write = async (some: Counted[]) => {
    const tuples = some.map((_, row) => `(${Array.from({ length: columns }, (_, column) => `$${row * columns + column + 1}`).join(', ')})`)
    try {
      await quick(
        `insert into counts (platform, server, day, name, total) values ${tuples.join(', ')}
         on conflict (platform, server, day, name) do update set total = counts.total + excluded.total`,
        some.flatMap(({ platform, server, day, name, by }) => [platform, server, day, name, by]),
      )
    } catch (error) {
      // Memory is away: the next second tries again.
      some.forEach(add)
      throw error
    }
  }
  const flush = async () => {
    clearTimeout(timer)
    timer = undefined
    // In one order on all instances: two that write the same rows never wait for each other in a circle.
    const counted = [...waiting].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
    waiting.clear()
    const chunks: Counted[][] = []
    for (let size = most; counted.length; size /= 2) while (counted.length >= size) chunks.push(counted.splice(0, size))
    await Promise.all(chunks.map(write))
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
