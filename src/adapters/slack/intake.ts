/**
 * What Slack delivers, to the bot: accepted, confirmed, then handled through Bolt's listeners. In: deliveries of either transport.
 * Out: calls of the bot; work that may be waited for. Slack is confirmed first, always: it asks again after three seconds.
 */
import { App } from '@slack/bolt'
import type { Adapter, AdapterContext, BotPort } from '../../bot/adapter.ts'
import type { Message } from '../../bot/message.ts'
import type { AcceptedEvent } from '../../bot/store.ts'
import type { Admins } from './admins.ts'
import { answerAction, answerCommand, answerShortcut } from './answer.ts'
import type { clientOptions } from './connection.ts'
import { slackCode } from './errors.ts'
import { publishHome } from './home.ts'
import type { Inbox } from './inbox.ts'
import { bookmark, type Posting } from './post.ts'
import { heardFrom, markOf, momentOf, nobody, placeIn, type Self, type Written } from './translate.ts'

export type Delivery = {
  body: Record<string, unknown>
  ack(): Promise<void>
  /** Names this one request where the body has no id of its own. */
  key: string
}
export type Deliver = (delivery: Delivery) => Promise<void>

export type Intake = Posting &
  Pick<AdapterContext, 'log' | 'store' | 'commands'> &
  Pick<Adapter, 'post' | 'remove'> & {
    bot: BotPort
    self: Self
    token: string
    options: ReturnType<typeof clientOptions>
    inbox: Inbox
    admins: Admins
    /** Whatever Slack answered with an error: a token that it takes no longer makes this platform red. */
    failed(error: unknown): void
    /** The app was taken away here, at that moment (milliseconds since 1970). */
    left(at: number): Promise<void>
  }

type Body = Record<string, unknown> & { event?: Written & Record<string, unknown>; event_id?: string }

/** Handles one delivery; resolves when the bot is done with it. Never throws. */
export function createIntake(intake: Intake): Deliver {
  const { bot, inbox, self, store, log } = intake
  const app = listening(intake)
  const lanes = new Map<string, Promise<void>>()
  const tell = (error: unknown) => log.error('slack-event-failed', { error: error instanceof Error ? error.name : typeof error })
  /** An edit or deletion must not overtake the message it is about. */
  const inTurn = (id: string, work: () => Promise<void>): Promise<void> => {
    const before = lanes.get(id)
    const over = () => {
      if (lanes.get(id) === turn) lanes.delete(id)
    }
    const turn = (before ? before.then(work) : work()).then(over, (error: unknown) => {
      tell(error)
      over()
    })
    lanes.set(id, turn)
    return turn
  }
  const process = (body: Body): Promise<void> => app.processEvent({ body, ack: async () => {} })
  const confirm = (ack: Delivery['ack']): Promise<void> => ack().catch(() => log.warn('slack-ack-failed'))

  const storedFirst = (accepted: AcceptedEvent, ack: Delivery['ack'], handle: () => Promise<void> | undefined): Promise<void> => {
    const verdict = inbox.accept(accepted, () => void confirm(ack))
    const { id, ref } = accepted
    return inTurn(`${ref.place.channel} ${ref.id}`, async () => {
      if ((await verdict) !== 'new') return
      await handle()
      // Never throws; what comes next for this message need not wait for it.
      void inbox.finish(id)
    })
  }
  const unstored = async (body: Body, ack: Delivery['ack'], id: string): Promise<void> => {
    await confirm(ack)
    if (body.event?.type !== 'reaction_added' && (await inbox.isFirst(id))) await process(body)
  }
  const take = ({ body: given, ack, key }: Delivery): Promise<void> => {
    const body = given as Body
    const { event } = body
    if (event?.type === 'message' || event?.type === 'app_mention') {
      const heard = heardFrom(event, self)
      // Of a message all is known by now; Bolt would only look for its listener.
      return heard ? storedFirst(acceptedAs(heard, body.event_id, store), ack, () => bot.hear(heard)) : confirm(ack)
    }
    const noted = event && (goodbyeOf(body, event, intake) ?? pressOf(body, event, intake))
    return noted ? storedFirst(noted, ack, () => process(body)) : unstored(body, ack, body.event_id ?? key)
  }
  // Not one `async` around them all: see `deliver` in index.ts.
  return (delivery) => {
    try {
      return take(delivery).catch(tell)
    } catch (error) {
      tell(error)
      return Promise.resolve()
    }
  }
}

const acceptedAs = (heard: Message, id: string | undefined, store: Intake['store']): AcceptedEvent => ({
  // Without an id of Slack's, its identity: the same text at another moment is another edit.
  id: id ?? `${heard.ref.place.channel}/${heard.ref.id}/${heard.event}/${heard.at}`,
  platform: 'slack',
  kind: heard.event,
  ref: heard.ref,
  author: store.pseudonym('slack', heard.author.id),
  at: heard.at,
})

type Event = Record<string, unknown>
const goodbyes: readonly unknown[] = ['app_uninstalled', 'tokens_revoked']
/** When the app was taken away (milliseconds since 1970), if that is what a body tells: app_uninstalled, or tokens_revoked with the bot's own. */
export function goodbyeIn({ event, event_time }: Record<string, unknown>, now: number): number | undefined {
  const { type, tokens } = (event ?? {}) as { type?: unknown; tokens?: { bot?: unknown[] } }
  if (!goodbyes.includes(type) || (type === 'tokens_revoked' && tokens && !tokens.bot?.length)) return undefined
  return Number(event_time) * 1000 || now
}

function goodbyeOf(body: Body, { type }: Event, { self, store, now }: Intake): AcceptedEvent | undefined {
  const { event_id, team_id } = body
  // Of an app that stands in several workspaces we hear all goodbyes.
  if ((team_id && team_id !== self.team) || goodbyeIn(body, now()) === undefined) return undefined
  return {
    id: event_id ?? `left/${self.team}/${type}`,
    platform: 'slack',
    kind: 'left',
    ref: { place: { platform: 'slack', server: self.team, channel: '' }, id: 'left' },
    author: store.pseudonym('slack', ''),
    at: now(),
  }
}

/** A member's press on the bookmark; whether the bot had put it there the core knows. */
function pressOf({ event_id }: Body, event: Event, { self, store }: Intake): AcceptedEvent | undefined {
  const { type, user, reaction, item, event_ts } = event as Partial<Reaction>
  if (type !== 'reaction_added' || reaction !== bookmark || !user || user === self.user || !item?.channel || !item.ts) return undefined
  return {
    id: event_id ?? `press/${item.channel}/${item.ts}/${user}`,
    platform: 'slack',
    kind: 'press',
    ref: { place: placeIn(self, item.channel), id: item.ts },
    author: store.pseudonym('slack', user),
    at: momentOf(event_ts ?? item.ts),
  }
}

/** Bolt with our listeners. It gets events that are confirmed already, and a receiver that does nothing. */
function listening(intake: Intake): App {
  const { bot, self, token, options, log } = intake
  const idle = { init: () => {}, start: async () => {}, stop: async () => {} }
  const authorization = { botToken: token, botId: self.bot, botUserId: self.user, teamId: self.team }
  const app = new App({
    receiver: idle,
    authorize: async () => authorization,
    // A copy: Bolt adds to what it is given.
    clientOptions: { ...options },
    logger: options.logger,
    ignoreSelf: false,
    convoStore: false,
  })
  app.event('reaction_added', async ({ event }) => {
    const press = pressOf({}, event as unknown as Event, intake)
    if (press) await bot.hear(markOf(nobody(event.user), press.ref, press.at))
  })
  app.event('app_home_opened', async ({ event }) => (event.tab === 'messages' ? undefined : publishHome(intake, event.user)))
  app.event(/^(app_uninstalled|tokens_revoked)$/, async ({ body, event }) => {
    const whole = body as unknown as Body
    if (goodbyeOf(whole, event as unknown as Event, intake)) await intake.left(goodbyeIn(whole, intake.now()) ?? intake.now())
  })
  app.command(/.*/, async ({ command, respond }) => answerCommand(intake, command, respond))
  app.shortcut({ type: 'message_action' }, async ({ shortcut, respond }) => answerShortcut(intake, shortcut, respond))
  app.action({ type: 'block_actions' }, async ({ body, respond }) => answerAction(intake, body, respond))
  // Too late, or answered already: never a second message.
  app.error(async (error) => {
    intake.failed(error)
    log.warn('slack-listener-failed', { error: slackCode(error) ?? error.code ?? error.name })
  })
  return app
}

type Reaction = { type: string; user: string; reaction: string; item: { channel?: string; ts?: string }; event_ts: string }
