/** Detection on the shipped pack: plain cases, hygiene, hostile input, and the floors of the golden sets. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide } from '../../src/bot/policy.ts'
import { figuresOf, judgeAll, readGolden } from '../../src/cli/eval.ts'
import { clean, messageLimit } from '../../src/detection/clean.ts'
import { createDetector } from '../../src/detection/detector.ts'
import { tokenise } from '../../src/detection/tokens.ts'
import type { Pack } from '../../src/knowledge/schema.ts'
import { loadPacks } from '../../src/registry.ts'

const data = join(import.meta.dirname, '..', '..', 'data')
const packs = (await loadPacks(data)) as [Pack]
const detector = createDetector(packs)
const judge = (text: string) => decide(detector.detect(text), { mode: 'reply', level: 'standard', bars: detector.bars })

describe('says', () => {
  test.each([
    ['lenin was paid by the kaiser, everyone knows that', 'german-gold'],
    ['Lénin was p4id by the Ka\u200biser with German gold', 'german-gold'],
    ['Trotsky met Sigmund Freud in Vienna and they talked about sex', 'freud-meeting'],
    ['october was just a coup by a handful of bolsheviks', 'october-coup'],
    ['is it true that the bolsheviks ran on german gold?', 'german-gold'],
  ])('%s', (text, id) => {
    expect(judge(text)).toMatchObject({ action: 'reply', match: { rebuttal: id } })
  })
})

test.each(['the German plot', 'german plot?', 'the sealed train', 'Sealed train?'])('a bare mention counts as a question: %s', (text) => {
  expect(detector.detect(text)[0]?.stance).toBe('query')
  expect(judge(text).action).toBe('reply')
})
test.each(['plot', 'the train', 'that sealed train was cold', 'a train', 'sealed training', 'semled trian'])(
  'a part of a title, more than it or something like it is no title: %s',
  (text) => {
    expect(judge(text).action).toBe('ignore')
  },
)

describe('a title asks for its claim, whatever its words are worth, and however sure a match must be', () => {
  const [pack] = packs
  const { learned: _, ...plain } = pack
  const renamed = pack.rebuttals.map((one) => (one.id === 'rancour' ? { ...one, id: 'written-since' } : one))
  test.each([
    ['with weights', pack],
    ['without weights', plain],
    ['with weights that do not know it yet', { ...pack, rebuttals: renamed }],
  ])('in a pack %s', (_, some) => {
    const { detect, bars } = createDetector([some])
    const wordsOf = (text: string) =>
      tokenise(text)
        .map(({ word }) => word)
        .join(' ')
    const isPhrasing = new Set(some.rebuttals.flatMap(({ claim, phrasings }) => [claim, ...phrasings].map(wordsOf)))
    for (const { id, title } of some.rebuttals)
      for (const from of [undefined, bars.suggest, bars.speak]) {
        // Who says a title that is a phrasing as well may as well assert it.
        const stance = isPhrasing.has(wordsOf(title)) ? expect.stringMatching(/query|support/) : 'query'
        expect(detect(title, undefined, from)[0], title).toMatchObject({ rebuttal: id, stance })
      }
  })
})

describe('is silent', () => {
  test.each([
    'the claim that lenin was paid by the kaiser is false',
    'lenin was never paid by the kaiser, that has been debunked',
    '> lenin was paid by the kaiser\nnonsense',
    '`lenin was paid by the kaiser with german gold`',
    'https://example.org/lenin-was-paid-by-the-kaiser-german-gold',
    'what time is the match tonight',
    '',
    '   \n\n  ',
  ])('%s', (text) => {
    expect(judge(text).action).not.toBe('reply')
  })
})

describe('input of any shape', () => {
  test('any string at all gives a list, with offsets inside the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (noise) => {
        const text = `lenin was paid by the kaiser ${noise} german gold`
        for (const { signals } of detector.detect(text)) {
          for (const { start, end } of signals) expect(start >= 0 && end <= text.length && start <= end).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('100,000 characters of anything cost no more than a long message', () => {
    for (const part of ['a', '> ', '`', '<', 'lenin paid kaiser gold ', '\u0301', '\ud800', '\0', '[', '((((', 'http://', "'", '@', 'é']) {
      const began = performance.now()
      detector.detect(part.repeat(100_000 / part.length))
      // Half a second is ten times what it takes: this fails for what grows out of bounds only.
      expect(performance.now() - began).toBeLessThan(500)
    }
  })

  test('marks that are opened and never closed are no work', () => {
    for (const part of ['<@', '<#', '<https:', '<a:b:']) {
      const text = part.repeat(messageLimit / part.length)
      const began = performance.now()
      for (let round = 0; round < 20; round += 1) expect(clean(text)).toHaveLength(text.length)
      expect(performance.now() - began, part).toBeLessThan(200)
    }
  })

  test('hygiene keeps every offset', () => {
    const text = 'see `code` <@123> https://x.org/a and\n> a quote\nthen lenin'
    expect(clean(text)).toHaveLength(text.length)
    const token = tokenise(clean(text)).at(-1)
    expect(text.slice(token?.start, token?.end)).toBe('lenin')
    expect(clean(text)).not.toMatch(/code|123|x\.org|quote/)
  })

  test('look-alikes, accents, zero width and leetspeak fold', () => {
    expect(tokenise('Тrоtsкy l3n1n Pár\u200bvus').map((token) => token.word)).toEqual(['trotsky', 'lenin', 'parvus'])
  })
})

describe('an editor’s own example, and nothing else', () => {
  test.each([
    ['Lenin was a German agent', 'support', 'foreign-agents'],
    ['October was a coup by a handful!', 'support', 'october-coup'],
    ['is it true that Lenin was a German agent', 'query', 'foreign-agents'],
    ['Lenin was a German agent?', 'query', 'foreign-agents'],
    ['Lenin and Trotsky were enemies', 'support', 'lenin-trotsky-divided'],
  ])('%s: %s', (text, stance, rebuttal) => {
    expect(detector.detect(text)[0]).toMatchObject({ rebuttal, stance })
    expect(detector.detect(text)[0]?.score).toBeGreaterThanOrEqual(detector.bars.speak)
  })
  test('a phrasing that names nobody is no claim about just anyone', () => {
    expect(detector.detect('he enjoyed watching people die')[0]?.score ?? 0).toBeLessThan(detector.bars.speak)
  })
})

test('a title, or a phrasing, that two packs have is decided by the pack that is asked; of both, by the first', () => {
  const [pack] = packs
  const own = pack.learned ?? expect.unreachable()
  const about = new Map([...own.stance.about].map(([id, rows]) => [`b-${id}`, rows]))
  const twin: Pack = {
    ...pack,
    id: 'twin',
    learned: { ...own, claims: own.claims.map((id) => `b-${id}`), stance: { ...own.stance, about } },
    rebuttals: pack.rebuttals.map((rebuttal) => ({ ...rebuttal, id: `b-${rebuttal.id}` })),
  }
  for (const both of [
    [pack, twin],
    [twin, pack],
  ]) {
    const { detect } = createDetector(both)
    for (const text of ['the sealed train', 'German gold', 'Lenin was a German agent']) {
      const [first, second] = both.map(({ id }) => detect(text, [id])[0])
      expect(first?.score, text).toBeGreaterThan(0.58)
      expect(second?.score, text).toBeGreaterThan(0.58)
      expect(second?.rebuttal, text).toBe(first?.rebuttal.startsWith('b-') ? first.rebuttal.slice(2) : `b-${first?.rebuttal}`)
      expect(second?.stance, text).toBe(first?.stance)
      expect(detect(text)[0]?.rebuttal, text).toBe(first?.rebuttal)
    }
  }
})

describe('golden sets', () => {
  const floors = JSON.parse(readFileSync(join(data, 'trotsky-series', 'golden', 'floors.json'), 'utf8')) as Record<string, number>
  // The tuning half is large and learned by heart: every eighth line tells whether it still is. `cli eval` reads them all.
  test.each([
    ['tuning', 8],
    ['held-back', 1],
  ] as const)('%s half holds its floors, every line of %i', async (half, step) => {
    const lines = await readGolden(join(data, 'trotsky-series'), half)
    const kept = lines.filter((_, place) => place % step === 0)
    const figures = figuresOf(judgeAll(kept, detector))
    for (const name of ['precision', 'supportRecall', 'queryRecall', 'stanceAccuracy'] as const)
      expect(figures[name], name).toBeGreaterThanOrEqual(floors[name] ?? 0)
    for (const name of ['denyReplies', 'commentReplies', 'nearMissReplies', 'offTopicReplies'] as const)
      expect(figures[name], name).toBeLessThanOrEqual(floors[name] ?? 1)
  })
})
