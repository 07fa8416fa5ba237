/**
 * The Home tab: what the bot does, for admins the settings with their switches, for members their own choices. In: who looks.
 * Out: a view made of what the commands themselves answer; its buttons are those commands.
 */
import type { types } from '@slack/bolt'
import type { Button, Card } from '../../bot/card.ts'
import type { Invocation } from '../../bot/command.ts'
import { words } from '../../bot/words.ts'
import { postErrorFrom } from './errors.ts'
import type { Intake } from './intake.ts'
import { blocksOf } from './render.ts'

/** Slack takes 100 blocks here; three cards of at most 50 in all are left far below its limit of characters. */
const roomPerCard = 3500

export async function publishHome(intake: Intake, user: string): Promise<void> {
  const { bot, admins, client, store, self, log, failed } = intake
  const asker = await admins.person(user)
  const place = { platform: 'slack', server: self.team, channel: '' }
  const show = async (asked: Pick<Invocation, 'command' | 'subcommand'>) =>
    (await bot.run({ ...asked, args: {}, via: 'slash', asker, place })).card
  const cards: Card[] = [await show({ command: 'help' })]
  if (asker.isAdmin) {
    const { channels } = await store.settings(place)
    const daily = Object.entries(channels).flatMap(([id, channel]) => (channel.daily ? [id] : []))
    cards.push({ ...(await show({ command: 'settings', subcommand: 'show' })), buttons: switches(daily) })
  }
  cards.push({ title: words.me.title, lead: words.home.me, buttons: choices })
  const blocks = cards.flatMap((card): types.KnownBlock[] => [...blocksOf(card, roomPerCard), { type: 'divider' }])
  await client.views.publish({ user_id: user, view: { type: 'home', blocks } }).catch((error: unknown) => {
    failed(error)
    log.warn('slack-home-failed', { cause: postErrorFrom(error).code })
  })
}

/** How many channels get a button of their own. */
const mostSkips = 10

const switches = (daily: readonly string[]): Button[] => [
  { label: words.home.pause, command: 'pause', args: { for: '2h' } },
  { label: words.home.resume, command: 'pause', args: { for: 'off' } },
  ...daily
    .slice(0, mostSkips)
    .map((channel) => ({ label: words.home.skip(channel), command: 'settings daily', args: { do: 'skip', channel } })),
]

const choices: Button[] = [
  { label: words.home.optOut, command: 'me optout', args: {} },
  { label: words.home.optIn, command: 'me optin', args: {} },
  { label: words.home.data, command: 'me data', args: {} },
]
