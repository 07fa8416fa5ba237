/**
 * What Slack delivers, to the bot: accepted, confirmed, then handled through Bolt's listeners. In: deliveries of either transport.
 * Out: calls of the bot; work that may be waited for. Slack is confirmed first, always: it asks again after three seconds.
 */
import { App } from '@slack/bolt'
import type { AdapterContext, BotPort } from '../../bot/adapter.ts'
import type { Message, MessageRef } from '../../bot/message.ts'
import type { AcceptedEvent } from '../../bot/store.ts'
import type { Admins } from './admins.ts'
import { answerAction, answerCommand, answerShortcut } from './answer.ts'
import type { clientOptions } from './connection.ts'
import { slackCode } from './errors.ts'
import { publishHome } from './home.ts'
import type { Inbox } from './inbox.ts'
import { bookmark, type Posting } from './post.ts'
import { heardFrom, placeIn, type Self, type Written } from './translate.ts'

export type Delivery = {
  body: Record<string, unknown>
  ack(): Promise<void>
  /** Names this one request where the body has no id of its own. */
  key: string
}
export type Deliver = (delivery: Delivery) => Promise<void>

export type Intake = Posting &
  Pick<AdapterContext, 'log' | 'store' | 'commands'> & {
    bot: BotPort
    self: Self
    token: string
    options: ReturnType<typeof clientOptions>
    inbox: Inbox
    admins: Admins
    remove(ref: MessageRef): Promise<void>
    /** The installation is gone. */
    uninstalled(): void
  }

type Body = Record<string, unknown> & { event?: Written & Record<string, unknown>; event_id?: string }

/** Handles one delivery; resolves when the bot is done with it. Never throws. */
export function createIntake(intake: Intake): Deliver {
  const { inbox, self, store, log } = intake
  const app = listening(intake)
  const lanes = new Map<string, Promise<void>>()
  /** An edit or deletion must not overtake the message it is about. */
  const inTurn = (id: string, work: () => Promise<void>): Promise<void> => {
    const turn = (lanes.get(id) ?? Promise.resolve()).then(work)
    lanes.set(id, turn)
    return turn.finally(() => lanes.get(id) === turn && lanes.delete(id))
  }
  const process = (body: Body, heard?: Message): Promise<void> =>
    app.processEvent({ body, ack: async () => {}, ...(heard && { customProperties: { heard } }) })
  const confirm = (ack: Delivery['ack']): Promise<void> => ack().catch(() => log.warn('slack-ack-failed'))

  const storedFirst = async (accepted: AcceptedEvent, body: Body, ack: Delivery['ack'], heard?: Message) => {
    const isNew = inbox.accept(accepted)
    const work = inTurn(`${accepted.ref.place.channel} ${accepted.ref.id}`, async () => {
      if (!(await isNew)) return
      await process(body, heard)
      await inbox.finish(accepted.id)
    })
    await isNew
    await confirm(ack)
    await work
  }
  return async ({ body: given, ack, key }) => {
    const body = given as Body
    try {
      const { event } = body
      const kind = event?.type ?? ''
      if (event && (kind === 'message' || kind === 'app_mention')) {
        const heard = heardFrom(event, self)
        return heard ? await storedFirst(acceptedAs(heard, body.event_id, store), body, ack, heard) : await confirm(ack)
      }
      if (event && isGoodbye(event)) return await storedFirst(goodbyeOf(body, intake), body, ack)
      const isNew = inbox.isNew(body.event_id ?? key)
      await confirm(ack)
      if (isNew) await process(body)
    } catch (error) {
      log.error('slack-event-failed', { error: error instanceof Error ? error.name : typeof error })
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

/** app_uninstalled, or tokens_revoked when the bot's own is among them. */
const isGoodbye = (event: Record<string, unknown>): boolean => {
  if (event.type === 'app_uninstalled') return true
  const tokens = event.tokens as { bot?: unknown[] } | undefined
  return event.type === 'tokens_revoked' && (!tokens || Boolean(tokens.bot?.length))
}
const goodbyeOf = ({ event_id, event }: Body, { self, store, now }: Intake): AcceptedEvent => ({
  id: event_id ?? `left/${self.team}/${event?.type}`,
  platform: 'slack',
  kind: 'left',
  ref: { place: { platform: 'slack', server: self.team, channel: '' }, id: 'left' },
  author: store.pseudonym('slack', ''),
  at: now(),
})

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
  app.event(/^(message|app_mention)$/, async ({ context }) => bot.hear(context.heard as Message))
  app.event('reaction_added', async ({ event }) => showOnReaction(intake, event as unknown as Reaction))
  app.event('app_home_opened', async ({ event }) => (event.tab === 'messages' ? undefined : publishHome(intake, event.user)))
  app.event(/^(app_uninstalled|tokens_revoked)$/, async () => {
    intake.uninstalled()
    await bot.left({ platform: 'slack', server: self.team })
  })
  app.command(/.*/, async ({ command, respond }) => answerCommand(intake, command, respond))
  app.shortcut({ type: 'message_action' }, async ({ shortcut, respond }) => answerShortcut(intake, shortcut, respond))
  app.action({ type: 'block_actions' }, async ({ body, respond }) => answerAction(intake, body, respond))
  // Too late, or answered already: never a second message.
  app.error(async (error) => log.warn('slack-listener-failed', { error: slackCode(error) ?? error.code ?? error.name }))
  return app
}

type Reaction = { user: string; reaction: string; item: { channel?: string; ts?: string } }

/** A member presses the bot's bookmark: the card is shown in the thread. Whether the bot had put it there the core knows. */
async function showOnReaction(intake: Intake, { user, reaction, item: { channel, ts } }: Reaction): Promise<void> {
  if (reaction !== bookmark || user === intake.self.user || !channel || !ts) return
  const place = placeIn(intake.self, channel)
  const author = await intake.admins.person(user)
  await intake.bot.hear({ ref: { place, id: ts }, event: 'marked', author, text: '', isAddressed: false, at: intake.now() })
}
