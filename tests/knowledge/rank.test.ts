/** The parts of the look-up: how a post is read, what the features say of a candidate, and which of two candidates wins. */
import { describe, expect, test } from 'vitest'
import { collect } from '../../src/knowledge/collection.ts'
import { featuresOf } from '../../src/knowledge/features.ts'
import { createOverlay } from '../../src/knowledge/overlay.ts'
import { parseQuery, partsOf } from '../../src/knowledge/query.ts'
import type { Rebuttal } from '../../src/knowledge/schema.ts'
import { createSearch } from '../../src/knowledge/search.ts'
import { createSpelling } from '../../src/knowledge/spelling.ts'

const rebuttal = (id: string, title: string, claim: string, phrasings: string[] = []): Rebuttal => ({
  id,
  title,
  claim,
  phrasings,
  verdict: 'false',
  answer: 'Nothing is known of it.',
  details: [],
  technique: { name: 'fabrication', where: '' },
  patterns: [],
  section: 's',
  tags: [],
  sources: [],
  related: [],
})
const bridge = rebuttal('bridge', 'The bridge of Avignon', 'Nobody ever danced on the bridge of Avignon.')
const tower = rebuttal('tower', 'The tower of Pisa', 'The tower of Pisa was built leaning on purpose in 1173.', ['pisa was meant to lean'])
const wall = rebuttal('wall', 'The wall seen from space', 'The Great Wall of China is the only building seen from the Moon.')
const all = [bridge, tower, wall]
const collection = collect(all)
const overlayOf = createOverlay(collection, createSpelling(collection, { moon: ['moon', 'luna'] }))
const rowOf = (query: string, place: number) => featuresOf(overlayOf(parseQuery(query)), collection, collection.profiles[place] as never, 1)
const stemsOf = (text: string) => parseQuery(text).terms.map((term) => term.stem)

describe('a post is read', () => {
  test('links go, tags and handles are spelt out, the signature is told apart', () => {
    const post = 'Look: #GreatWall by @spaceFan2 https://example.org/x pic.twitter.com/abc — Ann Lee (@annlee) May 3, 2020'
    expect(partsOf(post).author).toBe('Ann Lee')
    expect(partsOf(post).says.replace(/\s+/g, ' ').trim()).toBe('Look: Great Wall by space Fan 2')
    const terms = parseQuery(post).terms
    expect(terms.filter((term) => term.isAuthor).map((term) => term.stem)).toEqual(['ann', 'lee'])
    expect(terms.map((term) => term.stem)).not.toContain('2020')
  })
  test('a dash in a sentence is no signature', () => {
    expect(partsOf('The wall — they say (falsely) — is seen from the Moon').author).toBe('')
  })
  test('each term once, stopwords only where there is nothing else', () => {
    expect(stemsOf('Towers, tower and TOWER!')).toEqual(['tower'])
    expect(stemsOf('who are you').length).toBeGreaterThan(0)
  })
  test('names are capitals inside a sentence', () => {
    const names = parseQuery('Nobody danced in Pisa. Everybody slept.').terms.filter((term) => term.isName)
    expect(names.map((term) => term.word)).toEqual(['pisa'])
  })
})

describe('features', () => {
  test('the whole claim covers claim and query; another covers nothing', () => {
    const same = rowOf(tower.claim, 1)
    expect(same.claimCovered).toBeCloseTo(1)
    expect(same.queryCovered).toBeCloseTo(1)
    expect(same.numbers).toBe(1)
    expect(same.queryMissing).toBe(0)
    expect(same.gramsClaim).toBeCloseTo(1)
    const other = rowOf(bridge.claim, 1)
    expect(other.queryCovered).toBe(0)
    expect(other.rarest).toBe(0)
    expect(other.queryMissing).toBeGreaterThan(0)
  })
  test('the rarest words that agree come in order', () => {
    const { rarest, second, third } = rowOf('danced on the bridge of Avignon', 0)
    expect(rarest).toBeGreaterThanOrEqual(second)
    expect(second).toBeGreaterThanOrEqual(third)
    expect(third).toBeGreaterThan(0)
  })
  test('a misspelling, a beginning and another name agree loosely', () => {
    for (const query of ['avignno', 'luna']) {
      const place = query === 'luna' ? 2 : 0
      expect(rowOf(query, place).loosely, query).toBeGreaterThan(0)
      expect(rowOf(query, place).queryCovered, query).toBeGreaterThan(0)
    }
    expect(rowOf('avignon', 0).loosely).toBe(0)
  })
  test('one query leaves nothing behind for the next', () => {
    const before = rowOf('tower of Pisa', 1)
    rowOf('the Great Wall and the bridge of Avignon', 1)
    expect(rowOf('tower of Pisa', 1)).toEqual(before)
  })
})

describe('the order', () => {
  const search = createSearch(all)
  test.each([
    ['pisa tower', 'tower'],
    ['Did anybody dance in Avignon, on that bridge? https://example.org', 'bridge'],
    ['great wall moon', 'wall'],
    ['is it true that they built it leaning in 1173', 'tower'],
  ])('%s is %s', (query, id) => {
    expect(search.rank(query, 3)[0]).toBe(id)
  })
  test('words that no rebuttal has find nothing', () => {
    expect(search.rank('xylophone', 3)).toEqual([])
    expect(search.search('xylophone', 3)).toEqual([])
  })
  test('scores fall from the first hit on and are chances', () => {
    const scores = search.search('the leaning tower of Pisa was built in 1173 on purpose', 3).map((hit) => hit.score)
    expect(scores.length).toBeGreaterThan(0)
    expect([...scores].sort((a, b) => b - a)).toEqual(scores)
    for (const score of scores) expect(score).toBeLessThanOrEqual(1)
  })
  test('long and hostile texts end', () => {
    for (const text of ['—(@'.repeat(3000), '#aA'.repeat(3000), 'http://'.repeat(2000), 'a'.repeat(8000)])
      expect(search.search(text, 3).length).toBeLessThanOrEqual(3)
  })
})
