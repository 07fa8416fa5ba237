/**
 * The records of a knowledge pack and their rules, in zod. In: unknown JSON. Out: typed Pack, Rebuttal, Fact, Source.
 * Schema and type share one name; the JSON Schemas beside the data are generated from here.
 */
import * as z from 'zod'
import type { Learned } from './learned.ts'
import type { LookUps } from './look-ups.ts'

const id = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be kebab-case: small letters, digits and single hyphens')
  .max(40)
const sentence = (max: number) => z.string().trim().min(1).max(max)

/** What the record says of a claim, no more than is known (docs/editorial.md, "Verdict scale"). */
export const Verdict = z.enum(['fabricated', 'false', 'unproven', 'misleading', 'disputed'])
export type Verdict = z.infer<typeof Verdict>

/** How a claim misleads; the one-line definitions shown to people stand in src/bot/words.ts. */
export const Technique = z.enum([
  'fabrication',
  'cherry-picking',
  'guilt-by-association',
  'false-analogy',
  'personalisation',
  'quote-out-of-context',
  'false-dilemma',
  'post-hoc',
  'loaded-words',
  'hindsight',
  'generalisation',
  'omission',
])
export type Technique = z.infer<typeof Technique>

export const Source = z.strictObject({
  id: id.meta({ description: 'Stable identifier, used in [marks]' }),
  author: sentence(160),
  title: sentence(240),
  year: z.int().min(1800).max(2100),
  kind: z.enum(['article', 'primary', 'scholarship', 'reference']),
  supports: sentence(400).meta({ description: 'One line: what it is cited for' }),
  link: z
    .url({ protocol: /^https$/ })
    .optional()
    .meta({ description: 'Only where certain: a dead link is worse than none' }),
})
export type Source = z.infer<typeof Source>

/** Length in characters of the answer: what the auto-reply shows (docs/editorial.md). */
export const answerLimit = 280

export const Rebuttal = z.strictObject({
  $schema: z.string().optional(),
  id: id.meta({ description: 'Stable for ever: links, settings and statistics hang on it. Equals the file name' }),
  title: sentence(60).meta({ description: 'How people call the myth' }),
  claim: sentence(200).meta({ description: 'The myth in one plain sentence, as a believer would put it' }),
  verdict: Verdict,
  answer: sentence(answerLimit).meta({ description: 'What the auto-reply shows: stands alone, the fact first, no source marks' }),
  details: z.array(sentence(1500)).min(2).max(5).meta({ description: 'Two to five short paragraphs with [source-id] marks' }),
  technique: z.strictObject({ name: Technique, where: sentence(200) }),
  phrasings: z.array(sentence(240)).min(12).max(80).meta({ description: 'Ways in which people really say it' }),
  patterns: z
    .array(
      z
        .string()
        .regex(
          /^~?(?:not:)?[a-z0-9-]+(?:[ |+][a-z0-9: |+-]*)?$/,
          'must be concept names joined by | and +, such as "lenin|bolsheviks + pay + germany"',
        ),
    )
    .max(80)
    .default([])
    .meta({
      description:
        'What a message must name to repeat the claim: concepts of concepts.json, all of them (+), one of some (|); "not:" before a group: negated in the message; ~ in front: weak; " - name" at the end: must not be named',
    }),
  section: id,
  tags: z.array(id).min(1).max(8),
  sources: z.array(id).min(2).meta({ description: 'Ids from sources.json, the most convincing first' }),
  related: z.array(id).max(6),
})
export type Rebuttal = z.infer<typeof Rebuttal>

export const Fact = z.strictObject({
  id,
  text: sentence(400),
  date: z.iso.date().optional().meta({ description: 'The event in New Style; "on this day" uses month and day' }),
  tags: z.array(id).min(1).max(8),
  sources: z.array(id).min(1),
})
export type Fact = z.infer<typeof Fact>

export const PackHead = z.strictObject({
  $schema: z.string().optional(),
  id,
  name: sentence(80),
  description: sentence(300),
  language: z.string().regex(/^[a-z]{2}$/, 'must be a two-letter language code'),
  licence: sentence(200),
  editors: z.array(sentence(80)).min(1),
  sections: z.array(z.strictObject({ id, title: sentence(80) })).min(1),
  topics: z.array(id).default([]).meta({ description: 'Concepts that show a message to be about this pack at all: names, above all' }),
})
export type PackHead = z.infer<typeof PackHead>

/**
 * Words and phrases that mean the same in this pack, by name. "@other" takes in another concept, "word*" every word that begins so,
 * "~word" a word that also means other things and so counts for less.
 */
export const Concepts = z.record(id, z.array(z.string().trim().min(1).max(60)).min(1))
export type Concepts = z.infer<typeof Concepts>

/** A whole pack in memory: the head plus its records. */
export type Pack = PackHead & {
  rebuttals: Rebuttal[]
  facts: Fact[]
  sources: Source[]
  concepts: Concepts
  learned?: Learned
  lookUps?: LookUps
}

/** A source mark in running text: "[kennan-1956]". Linear: one class, no nesting. */
export const sourceMark = /\s?\[([a-z0-9][a-z0-9-]{0,39})\]/g

/** Text without its source marks. */
export const withoutMarks = (text: string): string => text.replace(sourceMark, '')
