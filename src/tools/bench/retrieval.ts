/**
 * Retrieval on a public set: MAP@5, P@1 and time on every split below a folder, ours beside minisearch's defaults and fuse.js in one run.
 * In: a folder in the format of CheckThat! 2020, Task 2. Out: a line for each split and engine.
 */
import Fuse from 'fuse.js'
import MiniSearch from 'minisearch'
import type { Rebuttal } from '../../knowledge/schema.ts'
import { createSearch } from '../../knowledge/search.ts'
import { line, summary } from './measure.ts'
import { type Asked, readRetrievalSet } from './retrieval-set.ts'

/** fuse.js compares every text with every post: seconds for each, so that it gets a few only, spread over the split. */
const fusePosts = 12

type Engine = { name: string; find: (text: string) => string[]; most: number }

export async function benchRetrieval(folder: string): Promise<void> {
  const { rebuttals, splits } = await readRetrievalSet(folder)
  const engines = enginesFor(rebuttals)
  for (const { name, asked } of splits)
    for (const engine of engines) line(`retrieval, ${name}, ${engine.name}`, measured(spread(asked, engine.most), engine))
}

const spread = (asked: readonly Asked[], most: number): Asked[] =>
  asked.length <= most ? [...asked] : Array.from({ length: most }, (_, place) => asked[Math.floor((place * asked.length) / most)] as Asked)

function enginesFor(rebuttals: Rebuttal[]): Engine[] {
  const ours = createSearch(rebuttals)
  const plain = new MiniSearch<Rebuttal>({ fields: ['title', 'claim'] })
  plain.addAll(rebuttals)
  const fuse = new Fuse(rebuttals, { keys: ['title', 'claim'], useTokenSearch: true })
  return [
    { name: 'ours', find: (text) => ours.rank(text, 5), most: Number.POSITIVE_INFINITY },
    {
      name: 'minisearch defaults',
      find: (text) =>
        plain
          .search(text)
          .slice(0, 5)
          .map((hit) => hit.id as string),
      most: Number.POSITIVE_INFINITY,
    },
    {
      name: `fuse.js, ${fusePosts} posts`,
      find: (text) => fuse.search(text, { limit: 5 }).map((hit) => hit.item.id),
      most: fusePosts,
    },
  ]
}

/** Each post is looked up once for the figures and the clock; the first is looked up before, for the machine to warm up. */
function measured(asked: readonly Asked[], { find, most }: Engine): Record<string, number> {
  for (const { text } of asked.slice(0, most < 100 ? 1 : 50)) find(text)
  let map = 0
  let first = 0
  const times: number[] = []
  for (const { text, right } of asked) {
    const began = performance.now()
    const found = find(text)
    times.push(performance.now() - began)
    if (right.has(found[0] ?? '')) first += 1
    map += averagePrecision(found, right)
  }
  const { mean, p99 } = summary(times.sort((a, b) => a - b))
  return { posts: asked.length, 'MAP@5': map / asked.length, 'P@1': first / asked.length, 'mean ms': mean, 'p99 ms': p99 }
}

export function averagePrecision(found: readonly string[], right: ReadonlySet<string>): number {
  let hits = 0
  let sum = 0
  found.slice(0, 5).forEach((id, place) => {
    if (!right.has(id)) return
    hits += 1
    sum += hits / (place + 1)
  })
  return sum / Math.min(right.size, 5)
}
