/** What the doctor says of several workspaces, from the sealed records and from Slack itself. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { front, SlackEnv } from '../../src/adapters/slack/env.ts'
import { describe as described } from '../../src/adapters/slack/state-of-several.ts'
import { UserError } from '../../src/bot/errors.ts'
import { allScopes, other, team, tokens } from '../support/fake-slack/world.ts'
import { makeSeveral, otherKey, type SeveralWorld, secretsOf, severalEnv } from './slack-several-world.ts'

let slack: SeveralWorld
beforeEach(async () => {
  slack = await makeSeveral()
})
afterEach(() => slack.close())

async function examine(env: object = {}): Promise<{ state: 'ok' | 'wrong'; text: string }> {
  const read = SlackEnv.parse({ ...severalEnv, SLACK_SIGNING_SECRET: tokens.secret, SLACK_PORT: 1, SLACK_API_URL: slack.fake.api, ...env })
  const lines = front.probe?.(read, () => slack.store.credentials('slack'))
  const found = await Promise.resolve(lines).then(
    (all) => ({ state: 'ok' as const, text: all?.join(' ') ?? '' }),
    (error: unknown) => ({ state: 'wrong' as const, text: error instanceof UserError ? error.message : 'not for a person' }),
  )
  for (const plain of secretsOf(slack.fake)) expect(found.text).not.toContain(plain)
  return found
}
const without = (...taken: string[]) => ({ scopes: allScopes.filter((scope) => !taken.includes(scope)) })

test('none yet: where to begin', async () => {
  expect(await examine()).toEqual({ state: 'ok', text: 'No workspace is installed yet: open /slack/install in a browser.' })
})

test('how many, whom Slack refuses, who lacks which scopes', async () => {
  await slack.install(team, without('channels:history', 'groups:history'))
  await slack.install(other.team)
  expect(await examine()).toEqual({
    state: 'ok',
    text: `Workspaces: 2 installed. Auto-replies off for want of a history scope: ${team} (channels:history, groups:history).`,
  })
  slack.fake.oauth.revoke(other.team)
  expect((await examine()).text).toContain(`2 installed; refused by Slack: ${other.team} (slack-account_inactive).`)
  await slack.install(other.team, without('users:read'))
  expect((await examine()).text).toContain(`can’t do without, to be installed again: ${other.team} (users:read)`)
})

test('a Slack that can not be reached is no fault of the configuration', async () => {
  await slack.install(team)
  const found = await examine({ SLACK_API_URL: 'http://127.0.0.1:1/api/' })
  expect(found).toMatchObject({ state: 'ok', text: expect.stringContaining(`Slack could not be asked about ${team} (slack-`) })
})

test('with another key: who can’t be read, and what to do', async () => {
  for (const one of [team, other.team]) await slack.install(one)
  const found = await examine({ SLACK_INSTALLATION_KEY: otherKey })
  expect(found.state).toBe('wrong')
  expect(found.text).toContain(`2 installed; encrypted with another SLACK_INSTALLATION_KEY: ${team}, ${other.team}.`)
  expect(found.text).toContain('Set the SLACK_INSTALLATION_KEY they were encrypted with')
})

test('a token that has ended is left to the bot to renew', async () => {
  slack.fake.oauth.isRotating = true
  slack.fake.oauth.lifetime = 10
  await slack.install(team)
  const before = slack.fake.requests.length
  expect((await examine()).state).toBe('ok')
  expect(slack.fake.requests.slice(before).filter(({ method }) => method.startsWith('oauth'))).toEqual([])
})

test('readyz: red for what the operator must mend and where nothing works, not for one that took its token back; many are not all named', () => {
  const teams = Array.from({ length: 30 }, (_, index) => `T${index}`)
  const look = (refused: string[], unreadable: string[] = []) =>
    described({
      installed: new Set(teams),
      refused: new Map(refused.map((one) => [one, 'slack-x'])),
      unreadable: new Map(unreadable.map((one) => [one, 'another-key'])),
    })
  expect(look([]).isReady).toBe(true)
  expect(look(teams.slice(0, 29))).toMatchObject({ isReady: true, detail: expect.stringMatching(/T9 \(slack-x\) and 19 more$/) })
  expect(look(teams).isReady).toBe(false)
  expect(look([], ['T3'])).toEqual({ isReady: false, detail: '30 installed; encrypted with another SLACK_INSTALLATION_KEY: T3' })
})
