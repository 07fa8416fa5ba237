/**
 * The whole bot on the fake Slack with the app installed by OAuth: real packs, real SQLite, real adapter, real installer, and a browser. In:
 * options. Out: what tests act with; close it after the test.
 */
import type { Adapter } from '../../src/bot/adapter.ts'
import { ChannelSettings, type Settings } from '../../src/bot/settings.ts'
import type { Store } from '../../src/bot/store.ts'
import { type FakeSlack, startFakeSlack } from '../support/fake-slack/server.ts'
import { admin, client, type Human, other, otherAdmin, tokens, workspaceOf } from '../support/fake-slack/world.ts'
import { makeWorld, type World } from '../support/world.ts'
import { until, type Visible } from './harness.ts'
import { type Making, settled, shownOn, visibleAnswers } from './slack-harness.ts'
import { type Instance, startInstance } from './slack-world.ts'

export const key = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
export const otherKey = 'f'.repeat(64)
export const severalEnv = {
  SLACK_BOT_TOKEN: undefined,
  SLACK_CLIENT_ID: client.id,
  SLACK_CLIENT_SECRET: client.secret,
  SLACK_STATE_SECRET: 'a-state-secret-of-thirty-two-characters',
  SLACK_INSTALLATION_KEY: key,
}

/** A browser on the bot's pages: it keeps the cookie, and follows nothing by itself. */
export type Browser = { cookie: string; get(address: string): Promise<Page> }
export type Page = { status: number; text: string; link: string; headers: Headers }
export function openBrowser(): Browser {
  const browser: Browser = {
    cookie: '',
    async get(address) {
      const response = await fetch(address, { headers: browser.cookie ? { cookie: browser.cookie } : {}, redirect: 'manual' })
      for (const line of response.headers.getSetCookie()) browser.cookie = line.split(';')[0] ?? ''
      const text = await response.text()
      const link = (/<a href="([^"]+)">/.exec(text)?.[1] ?? '').replaceAll('&amp;', '&')
      return { status: response.status, text, link, headers: response.headers }
    },
  }
  return browser
}

export const pagesOf = (fake: FakeSlack): string => `http://127.0.0.1:${fake.port}`
type How = Parameters<FakeSlack['oauth']['approve']>[2]

/** Installs the app in a workspace as a person does: page, button, agreement, way back. */
export async function install(fake: FakeSlack, team: string, how: How = {}, browser = openBrowser()): Promise<Page> {
  fake.oauth.redirect = `${pagesOf(fake)}/slack/oauth_redirect`
  const { link } = await browser.get(`${pagesOf(fake)}/slack/install`)
  return browser.get(fake.oauth.approve(link, team, how))
}

export type SeveralWorld = Instance & {
  world: World
  fake: FakeSlack
  store: Store
  install(team: string, how?: How): Promise<Page>
  run(line: string, by: { human: Human; channel: string }): Promise<Visible[]>
  /** Sets the reply mode of a workspace's channel as an admin's command would. */
  enable(team: string, mode?: string): Promise<void>
  shownIn(channel: string): ReturnType<typeof shownOn>
  /** Tokens that were used for a method, in order. */
  used(method: string): string[]
  caughtUp(): Promise<void>
  part(): Adapter['parts'][number]
  close(): Promise<void>
}

export async function makeSeveral(more: Making & { at?: () => number } = {}): Promise<SeveralWorld> {
  const world = await makeWorld()
  const fake = await startFakeSlack()
  const { store } = world
  const instance = await startInstance(fake, world, store, { mode: 'http', ...more, env: { ...severalEnv, ...more.env } })
  return {
    ...instance,
    world,
    fake,
    store,
    install: (team, how) => install(fake, team, how),
    run: async (line, by) => visibleAnswers(await settled(await fake.command(line, by))),
    async enable(team, mode = 'reply') {
      const place = { platform: 'slack', server: team }
      const before: Settings = await store.settings(place)
      const by = team === other.team ? otherAdmin.id : admin.id
      const channel = ChannelSettings.parse({ replies: { mode, by, at: new Date().toISOString() } })
      await store.saveSettings(place, { ...before, channels: { [workspaceOf(team).channels.general]: channel } }, [])
    },
    shownIn: (channel) => shownOn(fake).filter((one) => one.channel === channel),
    used: (method) => fake.requests.filter((one) => one.method === method).map(({ token }) => token),
    async caughtUp() {
      await until('the end of all work', async () => (await store.pendingEvents('slack')).length === 0)
    },
    part: () => instance.adapter.parts[0] as Adapter['parts'][number],
    async close() {
      await instance.adapter.stop()
      await fake.close()
      await world.close()
    },
  }
}

/** None of them may stand in what is written or told. */
export const secretsOf = (fake: FakeSlack): string[] => [
  ...fake.oauth.grants.flatMap(({ token, refresh }) => [token, ...(refresh ? [refresh] : [])]),
  ...[client.secret, severalEnv.SLACK_STATE_SECRET, key, tokens.secret],
]
