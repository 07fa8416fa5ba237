/** Discord's pure parts: cards within every limit, texts that can't act, button ids, permissions. */
import { ChannelType, GatewayDispatchEvents, type GatewayDispatchPayload } from 'discord-api-types/v10'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPlaces } from '../../src/adapters/discord/places.ts'
import { bodyOf, clip, escaped, threadName } from '../../src/adapters/discord/render.ts'
import { customIdOf, readCustomId } from '../../src/adapters/discord/translate.ts'
import type { Card } from '../../src/bot/card.ts'
import { messageFaults, pingsOf, textsOf } from '../support/fake-discord/limits.ts'
import { bits, botRole, botUser, channels, guildPayload, home, modRole } from '../support/fake-discord/world.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 3000 }),
  fc.constantFrom(
    '@everyone',
    '<@123456789012345678>',
    '[x](https://e.org)',
    '\\',
    '||x||',
    '# a\n- b\n> c',
    '\u202e',
    '\ud800',
    '```',
    '*'.repeat(5000),
  ),
)
/** A test of a property: `holds` for whatever is made. */
const always = <A extends [unknown, ...unknown[]]>(
  name: string,
  made: { [K in keyof A]: fc.Arbitrary<A[K]> },
  holds: (...given: A) => void,
) => test(name, () => fc.assert(fc.property(...made, holds), { numRuns: 200 }))
const texts = fc.array(anyText, { maxLength: 12 })
const anyCard: fc.Arbitrary<Card> = fc.record(
  {
    title: anyText,
    lead: anyText,
    verdict: fc.constantFrom('false', 'disputed', 'unknown word'),
    paragraphs: texts,
    sources: texts,
    rows: fc.array(fc.record({ label: anyText, value: anyText }), { maxLength: 40 }),
    buttons: fc.array(
      fc.record({
        label: anyText,
        command: fc.constantFrom('why', 'details'),
        args: fc.dictionary(fc.constantFrom('id', 'reply'), anyText),
      }),
      {
        maxLength: 40,
      },
    ),
    note: anyText,
  },
  { requiredKeys: ['title', 'lead'] },
)

describe('cards', () => {
  always('any card is a message that Discord takes and that notifies nobody', [anyCard, fc.boolean()], (card, canEmbed) => {
    const body = bodyOf(card, canEmbed)
    const json = JSON.parse(JSON.stringify(body))
    expect(messageFaults(json)).toEqual([])
    expect(pingsOf(json)).toBe(0)
    expect(threadName(card)).toMatch(/^.{1,100}$/su)
  })

  test('the short card: title, verdict word, answer, a source, small print, three buttons', () => {
    const button = (label: string, command: string) => ({ label, command, args: { reply: 'r1' } })
    const body = bodyOf({
      title: 'German gold',
      verdict: 'unproven',
      lead: 'No [1] payment was found.',
      sources: ['Kennan, The Sisson Documents (1956)'],
      note: 'Matched automatically.',
      buttons: [button('Details', 'details'), button('Why?', 'why'), { ...button('Not this', 'feedback'), style: 'danger' }],
    })
    expect(body).toMatchObject({
      embeds: [
        {
          title: 'German gold · unproven',
          description: 'No \\[1\\] payment was found.\n\n-# [1] Kennan, The Sisson Documents (1956)',
          footer: { text: 'Matched automatically.' },
        },
      ],
      components: [{ type: 1, components: [{ custom_id: 'details?reply=r1', style: 2 }, { label: 'Why?' }, { style: 4 }] }],
      allowed_mentions: { parse: [], replied_user: false },
    })
  })

  test('too much text loses its middle, never its sources', () => {
    const body = bodyOf({ title: 'T', lead: 'long '.repeat(3000), sources: ['The first source'] })
    expect(textsOf(JSON.parse(JSON.stringify(body)))).toMatch(/…\n\n-# \[1\] The first source$/)
  })
})

describe('texts', () => {
  always('nothing in a text acts: no mark-up, mention, link, direction or half character', [anyText], (text) => {
    const shown = escaped(text)
    expect(shown.isWellFormed()).toBe(true)
    expect(shown).not.toMatch(/@(everyone|here|&|!|\d)/)
    expect(shown).not.toMatch(/(?<!\\)(\\\\)*[`*_~|<>[\]#]/)
    expect(shown).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u)
    expect(shown).not.toMatch(/^\s*[-+]\s/m)
  })

  always('a cut text fits, is whole, and leaves no open escape', [fc.string({ unit: 'binary' }), fc.nat({ max: 50 })], (text, length) => {
    const cut = clip(escaped(text), length)
    expect(cut.length).toBeLessThanOrEqual(length)
    expect(cut.isWellFormed()).toBe(true)
    if (cut.endsWith('…') && cut !== escaped(text)) expect(cut).not.toMatch(/(?<!\\)(\\\\)*\\…$/)
  })

  const anyArgs = fc.dictionary(fc.constantFrom('id', 'reply', 'action'), fc.string({ maxLength: 20 }))
  always('a button’s id comes back as it went', [fc.constantFrom('why', 'details', 'queue'), anyArgs], (command, args) => {
    const id = customIdOf(command, args)
    if (id) expect(readCustomId(id)).toEqual({ command, args: { ...args } })
    else expect(new URLSearchParams(args).toString().length).toBeGreaterThan(80)
  })
})

describe('permissions', () => {
  const event = (t: string, d: object) => ({ op: 0, s: 1, t, d }) as unknown as GatewayDispatchPayload
  const make = (owner = '1') => {
    const places = createPlaces()
    places.setSelf(botUser.id)
    places.learn(event(GatewayDispatchEvents.GuildCreate, { ...guildPayload(0), owner_id: owner }))
    return places
  }
  const at = (channel: string, thread?: string) => ({ platform: 'discord', server: home, channel, ...(thread && { thread }) })
  const overwritten = (...overwrites: { id: string; type: number; allow: bigint; deny: bigint }[]) => {
    const places = make()
    const permission_overwrites = overwrites.map((one) => ({ ...one, allow: String(one.allow), deny: String(one.deny) }))
    places.learn(event(GatewayDispatchEvents.ChannelUpdate, { id: channels.general, type: 0, guild_id: home, permission_overwrites }))
    return places.lacks(at(channels.general), ['SendMessages'])
  }
  const send = bits.sendMessages

  test('follow the order of the documentation: everybody, roles together, the member; deny before allow', () => {
    expect(overwritten()).toBeUndefined()
    expect(overwritten({ id: home, type: 0, allow: 0n, deny: send })).toBe('SendMessages')
    expect(overwritten({ id: home, type: 0, allow: 0n, deny: send }, { id: botRole, type: 0, allow: send, deny: 0n })).toBeUndefined()
    expect(overwritten({ id: botRole, type: 0, allow: 0n, deny: send }, { id: botUser.id, type: 1, allow: send, deny: 0n })).toBeUndefined()
    expect(overwritten({ id: botRole, type: 0, allow: send, deny: 0n }, { id: botUser.id, type: 1, allow: 0n, deny: send })).toBe(
      'SendMessages',
    )
    expect(overwritten({ id: modRole, type: 0, allow: 0n, deny: send })).toBeUndefined()
    expect(overwritten({ id: '5', type: 1, allow: 0n, deny: send })).toBeUndefined()
  })

  test('administrators and owners lack nothing; what is not known is left to Discord', () => {
    expect(make(botUser.id).lacks(at(channels.denied), ['SendMessages'])).toBeUndefined()
    const places = make()
    places.learn(event(GatewayDispatchEvents.GuildRoleUpdate, { guild_id: home, role: { id: botRole, permissions: '8' } }))
    expect(places.lacks(at(channels.denied), ['SendMessages', 'ManageGuild'])).toBeUndefined()
    expect(make().lacks(at('unknown'), ['SendMessages'])).toBeUndefined()
    expect(make().lacks({ platform: 'discord', server: 'dm', channel: '6' }, ['SendMessages'])).toBeUndefined()
  })

  test('a role that is given or taken counts at once', () => {
    const places = make()
    const lacks = () => places.lacks(at(channels.plain), ['EmbedLinks'])
    expect(lacks()).toBe('EmbedLinks')
    places.learn(event(GatewayDispatchEvents.GuildMemberUpdate, { guild_id: home, user: { id: botUser.id }, roles: [] }))
    expect(lacks()).toBeUndefined()
    places.learn(event(GatewayDispatchEvents.GuildMemberUpdate, { guild_id: home, user: { id: '7' }, roles: [botRole] }))
    expect(lacks()).toBeUndefined()
  })

  test('threads belong to their channel, as long as they are open', () => {
    const places = make()
    const thread = { id: '77', type: ChannelType.PublicThread, parent_id: channels.denied, guild_id: home }
    places.learn(event(GatewayDispatchEvents.ThreadCreate, thread))
    expect(places.placeOf(home, '77')).toEqual(at(channels.denied, '77'))
    expect(places.lacks(at(channels.denied, '77'), ['SendMessagesInThreads'])).toBe('SendMessagesInThreads')
    places.learn(event(GatewayDispatchEvents.ThreadUpdate, { ...thread, thread_metadata: { archived: true } }))
    expect(places.placeOf(home, '77')).toEqual(at('77'))
    places.learn(event(GatewayDispatchEvents.ThreadListSync, { guild_id: home, threads: [thread] }))
    expect(places.placeOf(home, '77').thread).toBe('77')
    places.learn(event(GatewayDispatchEvents.ThreadDelete, thread))
    expect(places.placeOf(home, '77').thread).toBeUndefined()
  })
})
