/** Slack's pure parts: any card within every limit, texts that can't act, buttons and typed lines that come back as they went. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blocksOf, bodyOf, buttonsOf, clip, escaped, plainBodyOf } from '../../src/adapters/slack/render.ts'
import { heardFrom, messageFrom, pressedFrom, readable, typedFrom } from '../../src/adapters/slack/translate.ts'
import type { Card } from '../../src/bot/card.ts'
import { type Json, buttonsOf as labelsOf, messageFaults, pingsOf, textsOf, viewFaults } from '../support/fake-slack/limits.ts'
import { bot as app, channels, member, team } from '../support/fake-slack/world.ts'
import { makeWorld } from '../support/world.ts'
import { awkwardCards, hostileCard, packCards } from './cards.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 4000 }),
  fc.constantFrom(
    ...['<!channel>', '<!here|x>', '<@U0MEMBER001>', '<!subteam^S1>', '<#C1|x>', '<https://e.org|x>', '&lt;!channel&gt;', '&amp;amp;'],
    ...[
      '\u202e',
      '\ud800',
      '\u0000',
      '```',
      '&'.repeat(5000),
      '<'.repeat(9000),
      ' '.repeat(4000),
      '\n'.repeat(4000),
      '',
      'x'.repeat(20_000),
    ],
  ),
)
const texts = fc.array(anyText, { maxLength: 12 })
const anyButton = fc.record({
  label: anyText,
  command: fc.constantFrom('why', 'details', 'settings daily'),
  args: fc.dictionary(fc.constantFrom('id', 'reply'), anyText),
})
const anyCard: fc.Arbitrary<Card> = fc.record(
  {
    title: anyText,
    lead: anyText,
    verdict: fc.constantFrom('false', 'disputed', 'unknown <word>'),
    paragraphs: texts,
    sources: texts,
    rows: fc.array(fc.record({ label: anyText, value: anyText }), { maxLength: 60 }),
    buttons: fc.array(anyButton, { maxLength: 40 }),
    note: anyText,
  },
  { requiredKeys: ['title', 'lead'] },
)
/** A test of a property: `holds` for whatever is made. */
const always = <A extends [unknown, ...unknown[]]>(
  name: string,
  made: { [K in keyof A]: fc.Arbitrary<A[K]> },
  holds: (...given: A) => void,
) => test(name, () => fc.assert(fc.property(...made, holds), { numRuns: 150 }))
const sent = (body: object): Json => ({ ...(JSON.parse(JSON.stringify(body)) as Json), unfurl_links: false, unfurl_media: false })

describe('cards', () => {
  always('any card is a message that Slack takes, with text beside it, and that notifies nobody', [anyCard], (card) => {
    for (const body of [sent(bodyOf(card)), sent(plainBodyOf(card))]) {
      expect(messageFaults(body)).toEqual([])
      expect(pingsOf(body)).toBe(0)
      expect(String(body.text).length).toBeGreaterThan(0)
      expect(JSON.stringify(body)).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
    }
  })

  always('any card is a window and a part of Home that Slack takes', [anyCard, fc.constantFrom(3500, 8000)], (card, room) => {
    const view = sent({ type: 'modal', title: { type: 'plain_text', text: 'T' }, blocks: blocksOf(card, room) })
    expect(viewFaults(view)).toEqual([])
    expect(textsOf(view).join('').length).toBeLessThanOrEqual(room)
  })

  test('every card of the packs and every awkward one', async () => {
    for (const card of [...(await packCards()), ...awkwardCards, hostileCard]) expect(messageFaults(sent(bodyOf(card)))).toEqual([])
  })

  test('too much text loses its end, never its sources, buttons and small print', () => {
    const why = { label: 'Why?', command: 'why', args: { reply: 'r1' } }
    const body = bodyOf({
      title: 'T',
      verdict: 'false',
      lead: 'long '.repeat(9000),
      sources: ['The first'],
      buttons: [why],
      note: 'Small.',
    })
    expect(body.blocks.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1])).toEqual([
      'header',
      'section',
      'context',
      'actions',
      'context',
    ])
    expect(textsOf(sent(body)).join('\n')).toMatch(/T · false[\s\S]*…\n\[1\] The first\nWhy\?\nSmall\.$/)
    expect(body.text).toMatch(/^T · false\nlong/)
  })
})

describe('texts', () => {
  always('nothing in a text acts, and Slack shows it as it was', [anyText], (text) => {
    const shown = escaped(text)
    expect(shown).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/)
    expect(shown.isWellFormed()).toBe(true)
    expect(escaped(readable(shown))).toBe(shown)
  })

  always('a cut text fits and ends in no half of anything', [anyText, fc.nat({ max: 80 })], (text, length) => {
    const cut = clip(escaped(text), length)
    expect(cut.length).toBeLessThanOrEqual(length)
    expect(cut.isWellFormed()).toBe(true)
    expect(cut).not.toMatch(/&(?!amp;|lt;|gt;)/)
  })

  always('a button comes back as it went', [anyButton], ({ label, command, args }) => {
    const [button] = buttonsOf([{ label, command, args }])
    if (!button) {
      expect(new URLSearchParams(args).toString().length).toBeGreaterThan(2000)
      return
    }
    const [name, subcommand] = command.split(' ')
    const wellFormed = Object.fromEntries(Object.entries(args).map(([key, value]) => [key, value.toWellFormed()]))
    expect(pressedFrom(button as { action_id: string; value: string })).toEqual({
      ...{ command: name, args: wellFormed, via: 'button' },
      ...(subcommand && { subcommand }),
    })
  })

  test('of a button that stands twice the first is shown', () => {
    const buttons = ['One', 'Two'].map((label) => ({ label, command: 'why', args: { reply: 'r1' } }))
    expect(labelsOf(sent(bodyOf({ title: 'T', lead: '', buttons }))).map(({ label }) => label)).toEqual(['One'])
  })
})

describe('what comes in', () => {
  const self = { team, user: app.user, bot: app.bot, direct: 'dm' }
  const junk = fc.oneof(anyText, fc.constant(undefined), fc.integer().map(String))

  test.each([
    ['<@U0MEMBER001> said <#C1|general>', '@U0MEMBER001 said #general'],
    ['<https://e.org/a?b=1&amp;c=2|there> &lt;b&gt;', 'there <b>'],
    ['<!here> <!subteam^S1|@team> <!date^1^x|then>', '@here @team then'],
    ['a < b', 'a < b'],
  ])('%s reads %s', (written, read) => {
    expect(readable(written)).toBe(read)
  })

  always(
    'any event is a message or nothing, and never an error',
    [fc.record({ text: junk, ts: junk, user: junk, thread_ts: junk, subtype: junk, channel: junk }, { requiredKeys: [] })],
    (made) => {
      const event = Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined))
      const message = heardFrom(event, self)
      if (message?.event === 'posted') expect(message).toMatchObject({ author: { isBot: false }, ref: { id: made.ts } })
      heardFrom({ ...event, subtype: 'message_changed', message: event, previous_message: {} }, self)
    },
  )

  test('a mention is taken out of the text wherever it stands, with a label or without', () => {
    const written = { ts: '1.1', user: member.id, text: `so <@${app.user}|bot> is <@${app.user}> it true?` }
    expect(messageFrom(written, channels.general, 'posted', self)).toMatchObject({ isAddressed: true, text: 'so is it true?' })
  })

  test('typed lines name their command; what is no command is a query, button commands are none', async () => {
    const world = await makeWorld()
    const typed = (name: string, text: string) => typedFrom(name, text, world.commands)
    expect(typed('/fact', '2026-11-07')).toMatchObject({ command: 'fact', args: '2026-11-07' })
    expect(typed('/myth', 'Settings show')).toMatchObject({ command: 'settings', args: 'show' })
    expect(typed('/myth', '  ')).toMatchObject({ command: 'help' })
    expect(typed('/myth', 'german gold')).toMatchObject({ command: 'myth', args: 'german gold' })
    expect(typed('/myth', 'feedback r1')).toMatchObject({ command: 'myth', args: 'feedback r1' })
    expect(typed('/myth', 'settings replies channel:<#C0OTHER0001|other>')).toMatchObject({ args: 'replies channel:C0OTHER0001' })
    await world.close()
  })
})
