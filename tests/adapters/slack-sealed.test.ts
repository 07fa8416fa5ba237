/** What an installation is sealed with, and the environment that several workspaces need. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { front, SlackEnv } from '../../src/adapters/slack/env.ts'
import { type Installation, keyFrom, SealError, seal, unseal } from '../../src/adapters/slack/sealed.ts'
import { readEnv } from '../../src/env.ts'
import { client, tokens } from '../support/fake-slack/world.ts'
import { key, otherKey, severalEnv } from './slack-several-world.ts'

const secret = keyFrom(key) ?? Buffer.alloc(0)
const installation: Installation = {
  ...{ token: 'xoxe.xoxb-1-canary', user: 'U1', bot: 'B1', scopes: ['chat:write'], refresh: 'xoxe-1-canary', endsAt: 5 },
}
const whyNot = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return error instanceof SealError ? error.why : error
  }
}

describe('sealed', () => {
  test('opens as it was, for its workspace and with its key alone; each time it looks different', () => {
    const sealed = seal(secret, 'T1', installation)
    expect(unseal(secret, 'T1', sealed)).toEqual(installation)
    expect(whyNot(() => unseal(secret, 'T2', sealed))).toBe('damaged')
    expect(whyNot(() => unseal(keyFrom(otherKey) ?? secret, 'T1', sealed))).toBe('another-key')
    const many = new Set(Array.from({ length: 500 }, () => seal(secret, 'T1', installation)))
    expect(many.size).toBe(500)
    expect(new Set([...many].map((one) => one.split('.')[2])).size).toBe(500)
    for (const text of [sealed, Buffer.from(sealed.split('.')[3] ?? '', 'base64url').toString('latin1')])
      for (const plain of ['canary', 'xox', 'chat:write', 'U1"']) expect(text).not.toContain(plain)
    // Its shape is what the store takes.
    expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]+$/)
  })

  test('any change of it is noticed', () => {
    const sealed = seal(secret, 'T1', installation)
    const [version, mark, nonce = '', body = ''] = sealed.split('.')
    const flip = (text: string, bit: number): string => {
      const bytes = Buffer.from(text, 'base64url')
      const at = bit % (bytes.length * 8)
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7))
      return bytes.toString('base64url')
    }
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (bit, inNonce) => {
        const changed = inNonce ? [version, mark, flip(nonce, bit), body] : [version, mark, nonce, flip(body, bit)]
        expect(whyNot(() => unseal(secret, 'T1', changed.join('.')))).toBe('damaged')
      }),
      { numRuns: 300 },
    )
    for (const cut of [0, 1, 15, 16, 40])
      expect(whyNot(() => unseal(secret, 'T1', sealed.slice(0, -cut || 1)))).toMatch(/damaged|another-key/)
    for (const text of ['', 'v1', 'v2.a.b.c', 'xoxb-1', `${version}.${mark}..`])
      expect(whyNot(() => unseal(secret, 'T1', text))).toBe('damaged')
  })

  test('a key is 32 bytes, as base64, base64url or hex, and nothing else', () => {
    const bytes = randomBytes(32)
    for (const form of ['base64', 'base64url', 'hex'] as const) expect(keyFrom(bytes.toString(form))).toEqual(bytes)
    for (const wrong of [
      '',
      'secret',
      bytes.toString('hex').slice(2),
      randomBytes(31).toString('base64'),
      randomBytes(33).toString('base64'),
      'x'.repeat(64),
    ])
      expect(keyFrom(wrong)).toBeUndefined()
  })
})

describe('the environment', () => {
  const whole = { ...severalEnv, SLACK_BOT_TOKEN: '', SLACK_SIGNING_SECRET: tokens.secret, SLACK_PORT: '3001' }
  const faultOf = (env: NodeJS.ProcessEnv): string => {
    try {
      readEnv(SlackEnv, env)
      return ''
    } catch (error) {
      return error instanceof Error ? error.message : ''
    }
  }

  test('whole, it starts by HTTP; with a token of one workspace it is as before; with nothing it is off', () => {
    const read = SlackEnv.parse(readEnv(SlackEnv, whole))
    expect(front.missing(read)).toBeUndefined()
    expect(front.hints?.(read)).toEqual([expect.stringMatching(/several workspaces.*3001.*\/slack\/install/)])
    expect(front.missing(readEnv(SlackEnv, { SLACK_BOT_TOKEN: tokens.bot, SLACK_APP_TOKEN: tokens.app }))).toBeUndefined()
    expect(front.missing(readEnv(SlackEnv, {}))).toBe('SLACK_BOT_TOKEN is not set')
  })

  test.each([
    'SLACK_CLIENT_ID',
    'SLACK_CLIENT_SECRET',
    'SLACK_STATE_SECRET',
    'SLACK_INSTALLATION_KEY',
    'SLACK_SIGNING_SECRET',
    'SLACK_PORT',
  ])('without %s alone it is one clear error that names it and no value', (name) => {
    const message = faultOf({ ...whole, [name]: '' })
    expect(message).toContain(`${name}: is needed for several workspaces`)
    for (const value of [client.secret, key, severalEnv.SLACK_STATE_SECRET, tokens.secret]) expect(message).not.toContain(value)
  })

  test.each<[string, object, string]>([
    ['a bot token beside it', { SLACK_BOT_TOKEN: tokens.bot }, 'SLACK_BOT_TOKEN: is for one workspace'],
    ['Socket Mode beside it', { SLACK_APP_TOKEN: tokens.app }, 'SLACK_APP_TOKEN: is for one workspace'],
    ['a key that is too short', { SLACK_INSTALLATION_KEY: 'YWJj' }, 'openssl rand -base64 32'],
    ['a state secret that can be guessed', { SLACK_STATE_SECRET: 'short' }, 'openssl rand -hex 32'],
    ['a Client ID that is something else', { SLACK_CLIENT_ID: 'A0APP000001' }, 'Basic Information'],
  ])('%s is refused with what to do', (_, change, part) => {
    expect(faultOf({ ...whole, ...change })).toContain(part)
  })
})
