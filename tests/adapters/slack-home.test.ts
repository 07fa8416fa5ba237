/** The Home tab for a member and for an admin, and its buttons, of the real bot over real Bolt on the fake Slack, by socket and by HTTP. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Daily } from '../../src/bot/settings.ts'
import { buttonsOf, type Json, textsOf } from '../support/fake-slack/limits.ts'
import { admin, bot as app, channels, member } from '../support/fake-slack/world.ts'
import { myth, otherMyth } from '../support/world.ts'
import { until } from './harness.ts'
import { buttonOn } from './slack-harness.ts'
import { makeSlackWorld, modes, type SlackWorld, workspace } from './slack-world.ts'

describe.each(modes)('Home by %s', (mode) => {
  let slack: SlackWorld
  beforeEach(async () => {
    slack = await makeSlackWorld(mode)
  })
  afterEach(async () => {
    const { violations } = slack.fake
    await slack.close()
    expect(violations).toEqual([])
  })
  const open = async (human: typeof admin): Promise<Json> => {
    await slack.fake.openHome(human)
    return until('Home', () => slack.fake.homes.get(human.id))
  }
  const labels = (view: Json) => buttonsOf(view).map(({ label }) => label)
  const pressHome = async (view: Json, label: string, human: typeof admin) => {
    const before = slack.fake.modals.length
    await slack.fake.press(buttonOn(view, label), { ...view, type: 'home', id: 'V0HOME' }, { human })
    return until('the window', () => slack.fake.modals.length > before && textsOf(slack.fake.modals.at(-1) as Json).join('\n'))
  }

  test('a member sees what the bot does and the own choices, and uses them', async () => {
    const view = await open(member)
    expect(textsOf(view).join('\n')).toMatch(/historical myths[\s\S]*choices/)
    expect(labels(view)).toEqual(['Never answer unasked', 'Take the opt-out back', 'What is kept about me'])
    expect(await pressHome(view, 'Never answer unasked', member)).toContain('are off')
    expect(await pressHome(view, 'What is kept about me', member)).toMatch(/1 row is kept/)
    await slack.enable('reply')
    await slack.say(myth)
    await slack.caughtUp()
    expect(slack.shown()).toEqual([])
    await pressHome(view, 'Take the opt-out back', member)
    await slack.say(otherMyth)
    await slack.showing(1)
  })

  test('an admin sees modes, the next daily fact, pause; skipping and pausing show at once', async () => {
    await slack.enable('thread', channels.general, { daily: Daily.parse({ time: '09:00', zone: 'Europe/Berlin' }) })
    await slack.enable('suggest', channels.other)
    const view = await open(admin)
    const told = textsOf(view).join('\n')
    expect(told).toMatch(/replies thread/)
    expect(told).toMatch(/replies suggest/)
    const next = /next \S+ \S+/.exec(told)?.[0]
    expect(next).toBeDefined()
    expect(labels(view)).toEqual(expect.arrayContaining(['Pause for 2 hours', 'Resume', `Skip the next fact in ${channels.general}`]))
    expect(await pressHome(view, `Skip the next fact in ${channels.general}`, admin)).toContain('is skipped')
    await until(
      'the new plan',
      () =>
        !textsOf(slack.fake.homes.get(admin.id) ?? {})
          .join('\n')
          .includes(next ?? ''),
    )
    expect(await pressHome(view, 'Pause for 2 hours', admin)).toContain('No unasked post until')
    await until('the pause', () =>
      textsOf(slack.fake.homes.get(admin.id) ?? {})
        .join('\n')
        .includes('Paused'),
    )
    await slack.say(myth)
    await slack.caughtUp()
    expect(slack.shown()).toEqual([])
  })

  test('a member’s forged press on an admin’s switch is refused in a window', async () => {
    const view = await open(admin)
    expect(await pressHome(view, 'Pause for 2 hours', member)).toContain('That did not work')
    expect((await slack.world.store.settings(workspace)).paused).toBeUndefined()
  })

  test('the messages tab publishes nothing', async () => {
    await slack.fake.event({ type: 'app_home_opened', user: member.id, channel: channels.direct, tab: 'messages' })
    await slack.fake.say(channels.direct, `${app.user} hello`)
    await slack.showing(1)
    expect(slack.fake.homes.size).toBe(0)
  })
})
