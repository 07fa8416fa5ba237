/** Installing by OAuth, with a browser and the real installer: the way there and back, and every way in which it must not end well. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keyFrom, unseal } from '../../src/adapters/slack/sealed.ts'
import { allScopes, other, otherAdmin, team } from '../support/fake-slack/world.ts'
import { install, key, makeSeveral, openBrowser, pagesOf, type SeveralWorld, secretsOf, severalEnv } from './slack-several-world.ts'
import { startInstance } from './slack-world.ts'

let slack: SeveralWorld
let clock = Date.now()
beforeEach(async () => {
  clock = Date.now()
  slack = await makeSeveral({ now: () => clock })
})
afterEach(() => slack.close())

const kept = () => slack.store.credentials('slack')
const secret = keyFrom(key) ?? Buffer.alloc(0)
/** Opens the page, agrees in Slack, and stops before the way back. */
async function halfWay(browser = openBrowser()) {
  slack.fake.oauth.redirect = `${pagesOf(slack.fake)}/slack/oauth_redirect`
  const page = await browser.get(`${pagesOf(slack.fake)}/slack/install`)
  return { browser, page, back: slack.fake.oauth.approve(page.link, team) }
}

describe('the way there and back', () => {
  test('the page asks for the scopes of the manifest, and is kept, framed and told on by nobody', async () => {
    const { page } = await halfWay()
    expect(page.status).toBe(200)
    const address = new URL(page.link)
    expect(`${address.origin}/api/`).toBe(slack.fake.api)
    expect(address.pathname).toBe('/oauth/v2/authorize')
    expect((address.searchParams.get('scope') ?? '').split(',').sort()).toEqual([...allScopes].sort())
    expect(address.searchParams.get('client_id')).toBe(severalEnv.SLACK_CLIENT_ID)
    expect(address.searchParams.has('user_scope')).toBe(false)
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(page.headers.get('set-cookie')).toMatch(/; Secure; HttpOnly/)
  })

  test('installed in two workspaces: two records, each readable with its own name alone, no token in plain', async () => {
    for (const one of [team, other.team])
      expect(await slack.install(one)).toMatchObject({ status: 200, text: expect.stringContaining('Installed') })
    const records = await kept()
    expect(records.map(({ server }) => server).sort()).toEqual([team, other.team].sort())
    for (const { server, sealed } of records) {
      const { token, user } = unseal(secret, server, sealed)
      expect([token, user]).toEqual([slack.fake.oauth.grantOf(server).token, server === team ? 'U0BOT000001' : other.bot.user])
      expect(() => unseal(secret, server === team ? other.team : team, sealed)).toThrow('damaged')
    }
    expect(new Set(records.map(({ sealed }) => sealed.split('.')[2])).size).toBe(2)
    expect(slack.part()).toMatchObject({ isReady: true, detail: '2 installed' })
    const { folder } = slack.world
    for (const file of await readdir(folder)) {
      const bytes = await readFile(join(folder, file))
      for (const plain of secretsOf(slack.fake)) expect(bytes.includes(plain), `${file}: ${plain.slice(0, 5)}…`).toBe(false)
    }
    for (const plain of secretsOf(slack.fake)) expect(JSON.stringify(slack.log.lines)).not.toContain(plain)
  })

  test('a command works at once, and a second installation takes the place of the first', async () => {
    await slack.install(other.team)
    const first = slack.fake.oauth.grantOf(other.team)
    expect(await slack.run('/help', { human: otherAdmin, channel: other.channels.general })).toHaveLength(1)
    slack.fake.oauth.revoke(other.team)
    await slack.install(other.team)
    await slack.run('/settings show', { human: otherAdmin, channel: other.channels.general })
    expect(slack.used('users.info').at(-1)).toBe(slack.fake.oauth.grantOf(other.team).token)
    expect(slack.used('users.info').at(-1)).not.toBe(first.token)
    expect(await kept()).toHaveLength(1)
  })

  test('another instance on the same store takes the way back, and knows the workspace', async () => {
    const { browser, back } = await halfWay()
    const { fake, world, store } = slack
    const second = await startInstance(fake, world, store, { mode: 'http', env: severalEnv, now: () => clock })
    expect((await browser.get(back.replace(/:\d+/, `:${fake.port}`))).status).toBe(200)
    expect(second.adapter.parts[0]).toMatchObject({ isReady: true, detail: '1 installed' })
    await second.adapter.stop()
  })
})

describe('what must not be installed', () => {
  const refused = async (page: { status: number; text: string }, status: number, part: string) => {
    expect(page.status).toBe(status)
    expect(page.text).toContain('Not installed')
    expect(page.text).toContain(part)
    expect(slack.fake.oauth.grants).toEqual([])
    expect(await kept()).toEqual([])
  }

  test.each<[string, (state: string) => string | undefined]>([
    ['without a state', () => undefined],
    ['with an empty one', () => ''],
    ['with one that nobody signed', () => 'abc'],
    ['with a forged signature', (state) => `${state.slice(0, -4)}AAAA`],
    ['with a later end', (state) => state.replace(/\.[^.]+\./, `.${(clock + 1e9).toString(36)}.`)],
    ['with another nonce', (state) => state.replace(/^[^.]+/, 'A'.repeat(22))],
  ])('%s, also when the cookie says the same', async (_, change) => {
    const { browser, back } = await halfWay()
    const address = new URL(back)
    const state = change(address.searchParams.get('state') ?? '')
    if (state === undefined) address.searchParams.delete('state')
    else address.searchParams.set('state', state)
    browser.cookie = `slack-app-oauth-state=${state ?? ''}`
    await refused(await browser.get(address.href), 400, 'Begin again')
  })

  test('in another browser than the one it was begun in', async () => {
    const { back } = await halfWay()
    await refused(await openBrowser().get(back), 400, 'Begin again')
  })

  test('after ten minutes, and not a moment before', async () => {
    const { browser, back } = await halfWay()
    const cookie = browser.cookie
    clock += 600_000
    await refused(await browser.get(back), 400, 'too old')
    browser.cookie = cookie
    clock -= 1
    expect((await browser.get(back)).status).toBe(200)
  })

  test('with a state that was used, by the same browser and on another instance', async () => {
    const { browser, back } = await halfWay()
    const { cookie } = browser
    expect((await browser.get(back)).status).toBe(200)
    const { fake, world, store } = slack
    const second = await startInstance(fake, world, store, { mode: 'http', env: severalEnv, now: () => clock })
    for (const address of [back, back.replace(/:\d+/, `:${fake.port}`)]) {
      browser.cookie = cookie
      const page = await browser.get(address)
      expect([page.status, page.text.includes('Not installed')]).toEqual([400, true])
    }
    expect(fake.requests.filter(({ method }) => method === 'oauth.v2.access')).toHaveLength(1)
    await second.adapter.stop()
  })

  test('called off in Slack', async () => {
    const { browser } = await halfWay()
    await refused(await browser.get(`${slack.fake.oauth.redirect}?error=access_denied&state=x`), 403, 'called off')
  })

  test('with a code that Slack does not know, and while Slack is away: told with its word, and begun again it works', async () => {
    const { browser, back } = await halfWay()
    const address = new URL(back)
    address.searchParams.set('code', '<script>alert(1)</script>')
    await refused(await browser.get(address.href), 502, 'slack-invalid_code')
    slack.fake.faults.push({ on: /oauth/, status: 503 })
    await refused(await install(slack.fake, team), 502, 'slack-503')
    expect((await install(slack.fake, team)).status).toBe(200)
  })

  test('for a whole organisation: refused, and what Slack gave is given back', async () => {
    const page = await slack.install(team, { isOrganisation: true })
    expect(page).toMatchObject({ status: 403, text: expect.stringContaining('not for a whole organisation') })
    expect(await kept()).toEqual([])
    expect(slack.fake.oauth.grants.map(({ isValid }) => isValid)).toEqual([false])
  })

  test('no other path or method is a page, and junk in an address does no harm', async () => {
    const at = pagesOf(slack.fake)
    for (const path of ['/', '/slack', '/slack/installed', '/slack/install/x']) expect((await fetch(at + path)).status).toBe(404)
    for (const path of ['/slack/install', '/slack/oauth_redirect']) expect((await fetch(at + path, { method: 'POST' })).status).toBe(404)
    expect((await fetch(`${at}/slack/oauth_redirect?state=%&code=%00&state=2`)).status).toBe(400)
    expect((await fetch(`${at}/slack/oauth_redirect`, { headers: { cookie: 'slack-app-oauth-state' } })).status).toBe(400)
    expect((await fetch(`${at}/slack/install`)).status).toBe(200)
  })
})
