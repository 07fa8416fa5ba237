/**
 * Calls of the same verb that come together become one statement: what a statement costs is paid once. In: a statement for many. Out: a
 * verb for one, which resolves when its statement has run, and `flush` for what still waits.
 */

/** Few sizes, so that few statements need preparing; the largest stays far below what one statement may hold. */
const sizes = [64, 16, 4, 1]

/**
 * `soon` calls its argument once, later; until then calls gather. `write` gets some of them, in their order, and resolves with one result
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
    for (let start = 0; start < all.length; ) {
      const size = sizes.find((one) => one <= all.length - start) ?? 1
      chunks.push(writeSome(all.slice(start, start + size)))
      start += size
    }
    running = Promise.all([running, ...chunks]).then(() => {})
    return running
  }
  const add = (item: T): Promise<R> =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (waiting.length === 1) soon(() => void flush())
    })
  return { add, flush }
}
