/**
 * Which rebuttals may be meant at all. In: a collection, then overlays of queries on it. Out: the best candidates by BM25, a few dozen.
 * A walk over posting lists in typed arrays: minisearch makes an object for each posting and is five times slower on a long post.
 */
import type { Collection } from './collection.ts'
import type { Overlay } from './overlay.ts'

export type Candidate = { place: number; score: number }

/** BM25 with its usual constants; rare words count a little more than it has them (docs/detection.md). */
const saturation = 1.2
const lengthShare = 0.3
const extraForRare = 0.5
/** A word of answer, details or tags against one of the sayings. */
const bodyCount = 0.2

export function createCandidates(collection: Collection, most: number): (overlay: Overlay) => Candidate[] {
  const { profiles, weights } = collection
  const { starts, places, counts } = postingsOf(collection)
  const lengths = profiles.map(({ sayings }) => (sayings[0]?.ids.length ?? 0) + (sayings[1]?.ids.length ?? 0))
  const average = lengths.reduce((sum, length) => sum + length, 0) / (lengths.length || 1) || 1
  const norms = Float64Array.from(lengths, (length) => saturation * (1 - lengthShare + (lengthShare * length) / average))
  const sums = new Float64Array(profiles.length)
  return ({ used, credits }) => {
    const touched: number[] = []
    for (const id of used) {
      const weight = (weights[id] as number) ** (1 + extraForRare) * (credits[id] as number)
      for (let at = starts[id] as number; at < (starts[id + 1] as number); at += 1) {
        const place = places[at] as number
        const count = counts[at] as number
        if (!sums[place]) touched.push(place)
        sums[place] = (sums[place] as number) + (weight * count * (saturation + 1)) / (count + (norms[place] as number))
      }
    }
    const found = touched.map((place) => ({ place, score: sums[place] as number }))
    for (const place of touched) sums[place] = 0
    return found.sort((a, b) => b.score - a.score || a.place - b.place).slice(0, most)
  }
}

/** For each stem the rebuttals that have it and how often, one list after the other. */
function postingsOf({ profiles, weights }: Collection): { starts: Int32Array; places: Int32Array; counts: Float32Array } {
  const starts = new Int32Array(weights.length + 1)
  const tallies = profiles.map(({ sayings, body }) => {
    const tally = new Map<number, number>()
    for (const saying of sayings) for (const id of saying.ids) tally.set(id, (tally.get(id) ?? 0) + 1)
    for (const id of body) tally.set(id, bodyCount)
    for (const id of tally.keys()) starts[id + 1] = (starts[id + 1] as number) + 1
    return tally
  })
  for (let id = 0; id < weights.length; id += 1) starts[id + 1] = (starts[id + 1] as number) + (starts[id] as number)
  const places = new Int32Array(starts[weights.length] as number)
  const counts = new Float32Array(places.length)
  const next = starts.slice()
  tallies.forEach((tally, place) => {
    for (const [id, count] of tally) {
      const at = next[id] as number
      next[id] = at + 1
      places[at] = place
      counts[at] = count
    }
  })
  return { starts, places, counts }
}
