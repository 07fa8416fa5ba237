/**
 * Detection: microseconds per message at three sizes, and false replies on real chat. In: the shipped pack; --chatter FILE (a chat line per
 * line). Out: lines with figures.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Fuse from 'fuse.js'
import MiniSearch from 'minisearch'
import { decide } from '../../bot/policy.ts'
import { createDetector } from '../../detection/detector.ts'
import type { Pack, Rebuttal } from '../../knowledge/schema.ts'
import { loadPacks } from '../../registry.ts'
import { line, microseconds } from './measure.ts'

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
    const sized = size === pack.rebuttals.length ? pack : enlarged(pack, size)
    const detector = createDetector([sized])
    const rounds = 20
    const short = microseconds(shortMessages, (text) => detector.detect(text), rounds)
    const long = microseconds(longMessages, (text) => detector.detect(text), rounds)
    const peer = plainIndex(sized.rebuttals)
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
  const detector = createDetector([pack])
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
