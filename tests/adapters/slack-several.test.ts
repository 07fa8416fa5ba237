/** Several workspaces at once: each with its own token, rights, queues and fate. Real Bolt, real SQLite, the whole bot. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { teamOf } from '../../src/adapters/slack/translate.ts'
import { StoreError } from '../../src/bot/errors.ts'
import { ChannelSettings, Daily } from '../../src/bot/settings.ts'
import type { Store } from '../../src/bot/store.ts'
import { channels, admin as homeAdmin, member, other, otherAdmin, otherMember, team, timestamp } from '../support/fake-slack/world.ts'
import { myth } from '../support/world.ts'
import { pause, plain, until } from './harness.ts'
import { buttonOn } from './slack-harness.ts'
import { makeSeveral, otherKey, type SeveralWorld, severalEnv } from './slack-several-world.ts'
import { startInstance } from './slack-world.ts'

let slack: SeveralWorld
let clock = 0
beforeEach(async () => {
  clock = Date.now()
  slack = await makeSeveral({ now: () => clock })
  for (const one of [team, other.team]) await slack.install(one)
})
afterEach(() => slack.close())

const tokenOf = (of: string) => slack.fake.oauth.grantOf(of).token
const inOther = { human: otherAdmin, channel: other.channels.general }
const inHome = { human: homeAdmin, channel: channels.general }
const sayIn = (channel: string, text: string) => slack.fake.say(channel, text, { human: channel.includes('SECOND') ? otherMember : member })
const seconds = () => Math.floor(clock / 1000)
const server = (of: string) => ({ platform: 'slack', server: of })
const posted = (of: string) => slack.shownIn(of === team ? channels.general : other.channels.general).length
let keys = 0
const postTo = (of: string, channel: string) =>
  slack.adapter.post({ place: { ...server(of), channel }, mode: 'channel', card: plain(), key: `k${++keys}` })
const failureOf = (error: unknown) => (error as { failure?: string }).failure

describe('each its own', () => {
  test('unasked replies, settings and tokens', async () => {
    await slack.enable(other.team)
    await sayIn(channels.general, myth)
    await sayIn(other.channels.general, myth)
    await until('the reply', () => posted(other.team) === 1)
    await slack.caughtUp()
    expect(posted(team)).toBe(0)
    await slack.enable(team)
    // A first glance at settings is half a second old at most.
    await pause(600)
    await sayIn(channels.general, myth)
    await until('the reply', () => posted(team) === 1)
    expect(slack.used('chat.postMessage')).toEqual([tokenOf(other.team), tokenOf(team)])
    expect(slack.fake.violations).toEqual([])
  })

  test('rights: an admin here is a plain member there', async () => {
    const read = async (by: typeof inOther) => (await slack.run('/settings replies mode:reply', by))[0]?.text ?? ''
    expect(await read(inOther)).not.toContain('Only people who manage')
    expect(await read({ human: homeAdmin, channel: other.channels.general })).toContain('Only people who manage')
    expect((await slack.store.settings(server(team))).channels).toEqual({})
    expect(Object.keys((await slack.store.settings(server(other.team))).channels)).toEqual([other.channels.general])
  })

  test('a mention, a direct message and Home are answered by the bot of that workspace', async () => {
    await sayIn(other.channels.general, `<@${other.bot.user}> ${myth}`)
    await sayIn(other.channels.general, `<@U0BOT000001> ${myth}`)
    await sayIn(other.channels.direct, myth)
    await sayIn(channels.direct, myth)
    await until('three answers', () => slack.used('chat.postMessage').length === 3)
    await slack.caughtUp()
    expect(slack.used('chat.postMessage').sort()).toEqual([tokenOf(other.team), tokenOf(other.team), tokenOf(team)].sort())
    expect(slack.shownIn(other.channels.direct)).toHaveLength(1)
    await slack.fake.openHome(otherMember)
    await until('Home', () => slack.fake.homes.has(otherMember.id))
    expect(slack.used('views.publish')).toEqual([tokenOf(other.team)])
  })

  test('a direct message is remembered with its workspace: what was said there can be taken back after a restart', async () => {
    await sayIn(other.channels.direct, myth)
    const [answer] = await until(
      'the answer',
      () => slack.shownIn(other.channels.direct).length === 1 && slack.shownIn(other.channels.direct),
    )
    await slack.adapter.stop()
    const second = await startInstance(slack.fake, slack.world, slack.store, { mode: 'http', env: severalEnv })
    const place = { ...server(`dm/${other.team}`), channel: other.channels.direct }
    await second.adapter.remove({ place, id: answer?.id ?? '' })
    expect(slack.shownIn(other.channels.direct)).toEqual([])
    expect(slack.used('chat.delete')).toEqual([tokenOf(other.team)])
    await second.adapter.stop()
  })

  test('Not this, pressed by an admin of the other workspace in a shared channel, is a plain member’s press here', async () => {
    await slack.enable(team)
    await sayIn(channels.general, myth)
    const [reply] = await until('the reply', () => posted(team) === 1 && slack.shownIn(channels.general))
    const message = [...slack.fake.messages.values()].flat().find(({ ts }) => ts === reply?.id)
    const action = buttonOn(message ?? {}, 'Not this')
    // Slack names the presser's own workspace beside the message of ours.
    await slack.fake.press(action, { ...message }, { human: otherAdmin, channel: channels.general })
    await until('the look at who presses', () => slack.used('users.info').length > 0)
    await pause(100)
    expect(posted(team)).toBe(1)
    expect(new Set(slack.used('users.info'))).toEqual(new Set([tokenOf(team)]))
    await slack.fake.press(action, { ...message }, { human: homeAdmin, channel: channels.general })
    await until('its end', () => posted(team) === 0)
  })

  test('the daily fact comes to each with its own token', async () => {
    clock = Date.UTC(2026, 11, 24, 9, 0, 30)
    const daily = ChannelSettings.parse({ daily: Daily.parse({ time: '09:00', zone: 'UTC', since: '2026-11-01T00:00:00.000Z' }) })
    for (const [of, channel] of [
      [team, channels.general],
      [other.team, other.channels.general],
    ] as const) {
      const settings = await slack.store.settings(server(of))
      await slack.store.saveSettings(server(of), { ...settings, channels: { [channel]: daily } }, [])
    }
    await slack.bot.tick()
    expect([posted(team), posted(other.team)]).toEqual([1, 1])
    expect(slack.used('chat.postMessage').sort()).toEqual([tokenOf(team), tokenOf(other.team)].sort())
  })

  test('one that Slack slows down holds up no other', async () => {
    slack.fake.faults.push({ on: /chat\.postMessage/, retryAfter: 1 })
    const began = performance.now()
    const held = postTo(team, channels.general).then(() => performance.now() - began)
    await until('the refusal', () => slack.used('chat.postMessage').length === 1)
    const before = performance.now()
    await postTo(other.team, other.channels.general)
    expect(performance.now() - before).toBeLessThan(700)
    expect(await held).toBeGreaterThan(950)
  })

  test('no place of one is reached with the token of another, and none of a workspace that is not there', async () => {
    expect(failureOf(await postTo(team, other.channels.general).catch((error: unknown) => error))).toBe('gone')
    expect(failureOf(await postTo('T0NOWHERE01', channels.general).catch((error: unknown) => error))).toBe('dead-credential')
    expect(slack.used('chat.postMessage')).toEqual([tokenOf(team)])
    const body = { type: 'message', channel: channels.general, ts: timestamp(), user: member.id, text: myth }
    await slack.fake.event(body, undefined, 'T0NOWHERE01')
    await slack.caughtUp()
    expect(slack.used('chat.postMessage')).toHaveLength(1)
    expect(slack.log.lines.filter(({ code }) => code === 'slack-workspace-unknown')).toHaveLength(1)
  })
})

describe('taken away', () => {
  test('in one: its credentials go, its settings after their grace; the others, and a second goodbye, change nothing', async () => {
    for (const of of [team, other.team]) await slack.enable(of)
    await slack.fake.uninstall(other.team, seconds() + 1)
    await until('the end', async () => (await slack.store.credentials('slack')).length === 1)
    await slack.caughtUp()
    expect(await slack.store.servers()).toEqual([server(team)])
    expect(slack.part()).toMatchObject({ isReady: true, detail: '1 installed' })
    expect(failureOf(await postTo(other.team, other.channels.general).catch((error: unknown) => error))).toBe('dead-credential')
    await sayIn(channels.general, myth)
    await until('the reply', () => posted(team) === 1)
    await slack.store.sweep(clock + 31 * 86_400_000)
    expect((await slack.store.settings(server(other.team))).channels).toEqual({})
    expect((await slack.store.settings(server(team))).channels).not.toEqual({})
    expect(slack.downs).toEqual([])
  })

  test('and installed again before Slack tells of it: the new installation stays', async () => {
    slack.fake.oauth.revoke(other.team)
    const before = seconds() - 60
    await slack.install(other.team)
    await slack.fake.uninstall(team, before)
    await slack.caughtUp()
    // Both told late: the one is installed anew, the other's token is no more, but its goodbye is older than its installation.
    await slack.fake.event({ type: 'app_uninstalled' }, undefined, other.team, before)
    await slack.caughtUp()
    expect(await slack.store.credentials('slack')).toHaveLength(2)
    expect(slack.log.lines.filter(({ code }) => code === 'slack-goodbye-late').length).toBeGreaterThanOrEqual(2)
    expect(await slack.run('/help', inOther)).toHaveLength(1)
    await postTo(other.team, other.channels.general)
  })

  test('as Slack says, while it still takes the token: it is asked, and nothing is dropped', async () => {
    await slack.fake.event({ type: 'app_uninstalled' }, undefined, other.team, seconds() + 300)
    await slack.fake.event({ type: 'tokens_revoked', tokens: { oauth: ['U1'] } }, undefined, other.team, seconds() + 300)
    await slack.caughtUp()
    expect(await slack.store.credentials('slack')).toHaveLength(2)
    await postTo(other.team, other.channels.general)
  })

  test('unheard: the workspace is named in readyz, the others work, and it is forgotten after its grace unless Slack takes the token again', async () => {
    slack.fake.oauth.revoke(other.team)
    await slack.enable(other.team)
    expect(failureOf(await postTo(other.team, other.channels.general).catch((error: unknown) => error))).toBe('dead-credential')
    await until('word of it', () => slack.part().detail.includes(`refused by Slack: ${other.team} (slack-account_inactive)`))
    expect(slack.part()).toMatchObject({ isReady: true, detail: expect.not.stringMatching(/xox/) })
    await postTo(team, channels.general)
    await until('its grace', async () => (await slack.store.servers()).length === 0)
    for (const grant of slack.fake.oauth.grants) grant.isValid = true
    await until('the end of it', () => slack.part().detail === '2 installed')
    await until('its return', async () => (await slack.store.servers()).length === 1)
    await postTo(other.team, other.channels.general)
  })

  test('on another instance: this one learns of the new token at the first refusal, and the post appears once', async () => {
    const second = await startInstance(slack.fake, slack.world, slack.store, { mode: 'http', env: severalEnv, now: () => clock })
    slack.fake.oauth.revoke(other.team)
    await slack.install(other.team)
    // The first instance still holds the old one.
    await postTo(other.team, other.channels.general)
    expect(slack.used('chat.postMessage').at(-1)).toBe(tokenOf(other.team))
    expect(posted(other.team)).toBe(1)
    await slack.fake.uninstall(other.team, seconds() + 1)
    await until('the end', async () => (await slack.store.credentials('slack')).length === 1)
    expect(failureOf(await postTo(other.team, other.channels.general).catch((error: unknown) => error))).toBe('dead-credential')
    expect(slack.part().detail).toBe('1 installed')
    await second.adapter.stop()
  })
})

describe('after a restart', () => {
  const restarted = async (env: object = {}) => {
    await slack.adapter.stop()
    return startInstance(slack.fake, slack.world, slack.store, { mode: 'http', env: { ...severalEnv, ...env }, now: () => clock })
  }

  test('all are there again, and what was left undone is done with the right token', async () => {
    const [text, ts] = [myth, timestamp(clock)]
    slack.fake.messages.set(other.channels.direct, [{ type: 'message', channel: other.channels.direct, ts, user: otherMember.id, text }])
    await slack.adapter.stop()
    await slack.store.acceptEvent({
      id: 'EvLEFT',
      platform: 'slack',
      kind: 'posted',
      ref: { place: { ...server(`dm/${other.team}`), channel: other.channels.direct }, id: ts },
      author: slack.store.pseudonym('slack', otherMember.id),
      at: clock,
    }).isNew
    const second = await restarted()
    await until('the answer', () => slack.shownIn(other.channels.direct).length === 1)
    expect(slack.used('chat.postMessage')).toEqual([tokenOf(other.team)])
    expect(second.adapter.parts[0]).toMatchObject({ isReady: true, detail: '2 installed' })
    await second.adapter.stop()
  })

  test('taken away while Slack’s answer to "who are we" is on its way: its grace runs on', async () => {
    await slack.enable(other.team)
    await slack.adapter.stop()
    const fetched = globalThis.fetch
    let arrive: (() => void) | undefined
    globalThis.fetch = async (url, init) => {
      const response = await fetched(url, init)
      const isIts = new Headers(init?.headers).get('authorization')?.endsWith(tokenOf(other.team))
      if (isIts && String(url).endsWith('auth.test') && !arrive) await new Promise<void>((resolve) => (arrive = resolve))
      return response
    }
    try {
      const second = await startInstance(slack.fake, slack.world, slack.store, { mode: 'http', env: severalEnv, now: () => clock })
      await until('its question', () => arrive !== undefined)
      await slack.fake.uninstall(other.team, seconds() + 1)
      await until('its grace', async () => (await slack.store.servers()).length === 0)
      arrive?.()
      await pause(100)
      expect(await slack.store.servers()).toEqual([])
      expect(second.adapter.parts[0]?.detail).toBe('1 installed')
      await second.adapter.stop()
    } finally {
      globalThis.fetch = fetched
    }
  })

  test('memory that is away at that moment: red and said so, not "none installed"; back, all are there, with no event to ask for them', async () => {
    await slack.adapter.stop()
    let refusals = 2
    const away: Store = {
      ...slack.store,
      credentials: async (platform) => {
        if (refusals-- > 0) throw new StoreError('ECONNREFUSED')
        return slack.store.credentials(platform)
      },
    }
    const second = await startInstance(slack.fake, slack.world, away, { mode: 'http', env: severalEnv, now: () => clock })
    expect(second.adapter.parts[0]).toMatchObject({ isReady: false, detail: expect.stringContaining('memory') })
    await until('all of them', () => second.adapter.parts[0]?.detail === '2 installed')
    expect(second.adapter.parts[0]?.isReady).toBe(true)
    await second.adapter.stop()
  })

  test('with another key: red, by name, in plain words; nothing is sent or lost, and the right key finds all again', async () => {
    const blind = await restarted({ SLACK_INSTALLATION_KEY: otherKey })
    await until('word of both', () => blind.adapter.parts[0]?.detail.includes(`${team}, ${other.team}`))
    expect(blind.adapter.parts[0]).toMatchObject({
      isReady: false,
      detail: expect.stringContaining('encrypted with another SLACK_INSTALLATION_KEY'),
    })
    const place = { ...server(team), channel: channels.general }
    const outcome = await blind.adapter.post({ place, mode: 'channel', card: plain(), key: 'k' }).catch((error: unknown) => error)
    expect(outcome).toMatchObject({ failure: 'dead-credential', code: 'slack-unreadable' })
    for (let count = 0; count < 5; count += 1) await sayIn(channels.general, myth)
    expect(slack.used('chat.postMessage')).toEqual([])
    expect(blind.log.lines.filter(({ code, fields }) => code === 'slack-workspace-unreadable' && fields.server === team)).toHaveLength(1)
    // Installed again under the new key, a workspace is well.
    await slack.install(other.team)
    expect(blind.adapter.parts[0]?.detail).toBe(`2 installed; encrypted with another SLACK_INSTALLATION_KEY: ${team}`)
    await slack.fake.command('/help', inOther)
    await blind.adapter.stop()
    const again = await startInstance(slack.fake, slack.world, slack.store, { mode: 'http', env: severalEnv, now: () => clock })
    await until('the other way round', () => again.adapter.parts[0]?.detail.includes(`INSTALLATION_KEY: ${other.team}`))
    expect(await slack.run('/help', inHome)).toHaveLength(1)
    await again.adapter.stop()
  })

  test('with a damaged record, or one put at another’s place: that one is named, the rest works', async () => {
    const [first] = await slack.store.credentials('slack')
    await slack.store.keepCredential(server(other.team), { sealed: first?.sealed ?? '', at: clock })
    const second = await restarted()
    await until('word of it', () => second.adapter.parts[0]?.detail.includes('must be installed again'))
    expect(second.adapter.parts[0]?.isReady).toBe(false)
    expect(await slack.run('/help', inHome)).toHaveLength(1)
    await second.adapter.stop()
  })
})

/** Shapes of docs.slack.dev: events, slash commands, interactive payloads, and what shared channels make of them. */
test.each<[string, object, string | undefined]>([
  ['an event', { team_id: 'T1', authorizations: [{ team_id: 'T1' }] }, 'T1'],
  [
    'an event in a channel shared with another company',
    { team_id: 'T2', context_team_id: 'T1', authorizations: [{ team_id: 'T1' }] },
    'T1',
  ],
  ['one of them without authorizations', { team_id: 'T2', context_team_id: 'T1' }, 'T1'],
  ['a goodbye, which is authorised for nobody any more', { team_id: 'T1', event: { type: 'app_uninstalled' } }, 'T1'],
  ['a slash command', { command: '/myth', team_id: 'T1', enterprise_id: 'E1' }, 'T1'],
  ['a message shortcut on somebody’s words', { type: 'message_action', team: { id: 'T1' }, message: { bot_id: 'B9', team: 'T9' } }, 'T1'],
  ['a press by somebody from elsewhere', { type: 'block_actions', team: { id: 'T2' }, message: { bot_id: 'B1', team: 'T1' } }, 'T1'],
  ['a press in a window', { type: 'block_actions', team: { id: 'T2' }, view: { app_installed_team_id: 'T1' } }, 'T1'],
  ['a press in an organisation', { type: 'block_actions', team: null, user: { team_id: 'T1' } }, 'T1'],
  ['nonsense', { team_id: { $ne: 1 } }, undefined],
  ['a name that is none', { team_id: "T1' or 1=1" }, undefined],
  ['nothing', {}, undefined],
])('%s belongs to its workspace', (_, body, wanted) => {
  expect(teamOf(body as Record<string, unknown>)).toBe(wanted)
})
