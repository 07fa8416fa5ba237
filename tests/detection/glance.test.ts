/** The first glance lets go what the gate of reading.ts lets go, and nothing else; a word is the same word however often it was met. */
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDetector } from '../../src/detection/detector.ts'
import { createGlance } from '../../src/detection/glance.ts'
import { createGate, read } from '../../src/detection/reading.ts'
import { loadPacks } from '../../src/registry.ts'

const packs = await loadPacks(join(import.meta.dirname, '..', '..', 'data'))
const { vocabulary } = createDetector(packs)
const gate = createGate(vocabulary)
const written = packs.flatMap(({ rebuttals }) => rebuttals.flatMap(({ title, claim, phrasings }) => [title, claim, ...phrasings]))
const words = [...new Set(written.flatMap((text) => text.split(' ')))]

const word = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom('the', 'notes', 'on', '1917', "don't", 'l3nin', 'TROTZKY', 'Léнin', 'straße', 'a'.repeat(60), '$', '…'),
  fc.string({ unit: 'binary', maxLength: 12 }),
)

test('it passes what the gate passes', () => {
  const message = fc
    .array(fc.tuple(word, fc.constantFrom(' ', '. ', '\n', '-', ',')), { maxLength: 12 })
    .map((parts) => parts.flat().join(''))
  for (const text of fc.sample(message, 3000)) expect(gate(text), text).toEqual(read(text, vocabulary)?.entries)
  for (const text of written) expect(gate(text), text).toEqual(read(text, vocabulary)?.entries)
})

test('more words than it remembers are still told apart', () => {
  // A word's standing follows from its letters: 26⁴ words, many more than there are places.
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  const glance = createGlance({ look: (name) => name, standing: (name) => (name.includes('q') ? 3 : 0), least: 1 })
  for (let round = 0; round < 2; round += 1)
    for (const a of letters)
      for (const b of letters)
        for (const c of letters)
          for (const d of letters) {
            const name = a + b + c + d
            if (glance(name)?.join() !== (name.includes('q') ? name : undefined)) throw new Error(`${name} is taken for another word`)
          }
})
