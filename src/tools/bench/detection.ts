/**
 * Detection: microseconds per message at three sizes, false replies on real chat, and retrieval on a public set. In: the shipped pack;
 * --chatter FILE (a chat line per line) and --data DIR (a folder in the format of CheckThat! 2020, Task 2). Out: lines with figures.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Fuse from 'fuse.js'
import MiniSearch from 'minisearch'
import { decide } from '../../bot/policy.ts'
import { createDetector } from '../../detection/detector.ts'
import { createLibrary, type Library } from '../../knowledge/library.ts'
import type { Pack, Rebuttal } from '../../knowledge/schema.ts'
import { createSearch } from '../../knowledge/search.ts'
import { loadPacks } from '../../registry.ts'
import { line, microseconds, summary, timed } from './measure.ts'

const root = join(import.meta.dirname, '..', '..', '..')

/** Ordinary chat of eleven words, and of forty-seven: made here from everyday sentences, so that the bench needs no data. */
const openings = [
  'did anybody see',
  'i really need',
  'what happened to',
  'we should talk about',
  'can somebody explain',
  'my brother bought',
  'nobody told me about',
  'the server lost',
]
const things = [
  'the new update for the printer driver',
  'that recipe with the red lentils again',
  'a cheap train ticket to the coast',
  'the second half of the football game',
  'his old bike from the garage sale',
  'the meeting notes from last thursday morning',
]
const endings = ['today', 'please', 'yet', 'somehow', 'again', 'tonight']
const shortMessages = openings.flatMap((opening) => things.flatMap((thing) => endings.map((ending) => `${opening} ${thing} ${ending}`)))
const longMessages = shortMessages.map((message, index) =>
  [0, 1, 2, 3]
    .map((step) => shortMessages[(index * 7 + step * 31) % shortMessages.length])
    .join('. ')
    .concat('. ', message)
    .split(' ')
    .slice(0, 47)
    .join(' '),
)

/** A pack of many claims: the shipped ones plus made ones with a vocabulary that grows as it would. */
function enlarged(pack: Pack, size: number): Pack {
  const template = pack.rebuttals[0] as Rebuttal
  const words = (seed: number, count: number) =>
    Array.from(
      { length: count },
      (_, place) => `${syllable(seed * 31 + place * 7)}${syllable(seed * 17 + place * 13)}${syllable(seed + place * 3)}`,
    ).join(' ')
  const made = Array.from({ length: Math.max(0, size - pack.rebuttals.length) }, (_, index): Rebuttal => {
    const claim = `${words(index, 4)} people said about the ${words(index * 3 + 1, 3)}`
    return {
      ...template,
      id: `made-${index}`,
      title: words(index, 3),
      claim,
      phrasings: [claim],
      patterns: [],
      tags: [],
      details: [],
      answer: '',
    }
  })
  return { ...pack, rebuttals: [...pack.rebuttals, ...made] }
}
const syllables = 'ba ko ri ta ne lu mo si ve da po gu hi fa re ton mar lin stad berg'.split(' ')
const syllable = (seed: number): string => syllables[Math.abs((seed * 2_654_435_761) >>> 7) % syllables.length] ?? 'ba'

export async function benchDetection(): Promise<void> {
  const [pack] = await loadPacks(join(root, 'data'))
  if (!pack) return
  for (const size of [pack.rebuttals.length, 1000, 10_000]) {
    const library = createLibrary([size === pack.rebuttals.length ? pack : enlarged(pack, size)])
    const detector = createDetector(library)
    const rounds = size > 1000 ? 2 : 20
    const short = microseconds(shortMessages, (text) => detector.detect(text), rounds)
    const long = microseconds(longMessages, (text) => detector.detect(text), rounds)
    const peer = plainIndex(library.rebuttals)
    const sample = shortMessages.slice(0, size > 1000 ? 20 : 100)
    const peerShort = microseconds(sample, (text) => peer.search(text), 1)
    const peerLong = microseconds(longMessages.slice(0, sample.length), (text) => peer.search(text), 1)
    line(`detect, ${size} claims`, {
      '11 words us': short,
      '47 words us': long,
      'minisearch defaults us': peerShort,
      '47 words minisearch us': peerLong,
      'ratio 11': peerShort / short,
    })
  }
}

const plainIndex = (rebuttals: readonly Rebuttal[]): MiniSearch<Rebuttal> => {
  const index = new MiniSearch<Rebuttal>({
    fields: ['title', 'claim', 'phrasings'],
    extractField: (rebuttal, field) => String(rebuttal[field as keyof Rebuttal]),
  })
  index.addAll(rebuttals)
  return index
}

/** Every reply on chat that repeats no myth is false. Beside it: what fuse.js would have answered at its default threshold. */
export async function benchChatter(file: string): Promise<void> {
  const [pack] = await loadPacks(join(root, 'data'))
  if (!pack) return
  const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean)
  const detector = createDetector(createLibrary([pack]))
  const replies = lines.filter(
    (text) => decide(detector.detect(text), { mode: 'reply', level: 'standard', bars: detector.bars }).action === 'reply',
  )
  const eager = lines.filter(
    (text) => decide(detector.detect(text), { mode: 'reply', level: 'eager', bars: detector.bars }).action !== 'ignore',
  )
  const fuse = new Fuse(pack.rebuttals, { keys: ['title', 'claim', 'phrasings'], ignoreLocation: true })
  const sample = lines.filter((_, index) => index % Math.ceil(lines.length / 300) === 0)
  const fuzzy = sample.filter((text) => fuse.search(text.slice(0, 32)).length > 0).length
  const times = microseconds(lines, (text) => detector.detect(text), 1)
  line('false replies on real chat', {
    lines: lines.length,
    replies: replies.length,
    'per 10,000': (replies.length / lines.length) * 10_000,
    'replies or suggestions, eager': eager.length,
    'us a line': times,
    'fuse.js hits per 10,000': (fuzzy / sample.length) * 10_000,
  })
}

/** MAP@5 and P@1 on every split in the folder. */
export async function benchRetrieval(folder: string): Promise<void> {
  const claims = (await readTable(join(folder, 'verified_claims.docs.tsv'))).map(([id = '', claim = '', title = '']) => ({
    id,
    claim,
    title,
  }))
  const rebuttals = claims.map(
    ({ id, claim, title }): Rebuttal => ({
      id,
      title,
      claim,
      verdict: 'false',
      answer: '',
      details: [],
      technique: { name: 'fabrication', where: '' },
      phrasings: [],
      patterns: [],
      section: 's',
      tags: [],
      sources: [],
      related: [],
    }),
  )
  const ours = createSearch(rebuttals)
  const plain = plainIndex(rebuttals)
  for (const split of (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory())) {
    const queries = await readTable(join(folder, split.name, 'tweets.queries.tsv'))
    const gold = new Map<string, Set<string>>()
    for (const [query = '', , claim = ''] of await readTable(join(folder, split.name, 'tweet-vclaim-pairs.qrels'), false))
      gold.set(query, (gold.get(query) ?? new Set()).add(claim))
    const asked = queries.filter(([id = '']) => gold.has(id))
    for (const [name, search] of [
      ['ours', (text: string) => ours.rank(text, 5)],
      [
        'minisearch defaults',
        (text: string) =>
          plain
            .search(text)
            .slice(0, 5)
            .map((hit) => hit.id as string),
      ],
    ] as const) {
      let map = 0
      let first = 0
      for (const [id = '', text = ''] of asked) {
        const right = gold.get(id) as Set<string>
        const found = search(text)
        if (right.has(found[0] ?? '')) first += 1
        map += averagePrecision(found, right)
      }
      const times = summary(timed(asked.slice(0, 60), ([, text = '']) => search(text), 1))
      line(`retrieval, ${split.name}, ${name}`, {
        queries: asked.length,
        'MAP@5': map / asked.length,
        'P@1': first / asked.length,
        'mean ms': times.mean,
        'p99 ms': times.p99,
      })
    }
  }
}

function averagePrecision(found: readonly string[], right: ReadonlySet<string>): number {
  let hits = 0
  let sum = 0
  found.forEach((id, place) => {
    if (!right.has(id)) return
    hits += 1
    sum += hits / (place + 1)
  })
  return sum / Math.min(right.size, 5)
}

const readTable = async (file: string, hasHead = true): Promise<string[][]> =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .filter(Boolean)
    .slice(hasHead ? 1 : 0)
    .map((row) => row.split('\t'))

export type { Library }
