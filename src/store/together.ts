/**
 * Calls of the same verb that come together become one statement: what a statement costs is paid once. In: a statement for many. Out: a
 * verb for one, which resolves when its statement has run, and `flush` for what still waits.
 */

/** How many go into one statement: each size is one to prepare, and a statement holds so many values. */
export const most = 64

/**
 * `soon` calls its argument once, later; until then calls gather, unless a statement is full before. `write` gets some of them, in their order, and resolves with one result
 * for each.
 */
export function together<T, R>(soon: (run: () => void) => void, write: (items: T[]) => Promise<R[]>) {
  type Waiting = { item: T; resolve(result: R): void; reject(error: unknown): void }
  let waiting: Waiting[] = []
  let running = Promise.resolve()
  const writeSome = async (some: Waiting[]): Promise<void> => {
    try {
      const results = await write(some.map(({ item }) => item))
      some.forEach(({ resolve }, index) => {
        resolve(results[index] as R)
      })
    } catch (error) {
      for (const { reject } of some) reject(error)
    }
  }
  const flush = (): Promise<void> => {
    const all = waiting
    waiting = []
    const chunks: Promise<void>[] = []
    for (let start = 0; start < all.length; start += most) chunks.push(writeSome(all.slice(start, start + most)))
    running = Promise.all([running, ...chunks]).then(() => {})
    return running
  }
  const add = (item: T): Promise<R> =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (waiting.length === most) void flush()
      else if (waiting.length === 1) soon(() => void flush())
    })
  return { add, flush }
}
