/**
 * Answers to commands, shortcuts and buttons, which are confirmed already. In: their payloads. Out: one answer, private unless the Reply is
 * for all: beside the question by its response_url, or in a window where there is none (Home) or where it would be far away (shortcut).
 */
import type { BlockAction, MessageShortcut, RespondFn, SlashCommand, types } from '@slack/bolt'
import type { Reply } from '../../bot/card.ts'
import type { Invocation } from '../../bot/command.ts'
import type { Place } from '../../bot/message.ts'
import { words } from '../../bot/words.ts'
import { publishHome } from './home.ts'
import type { Intake } from './intake.ts'
import { quiet, renderedOrPlain } from './post.ts'
import { type Body, blocksOf } from './render.ts'
import { placeIn, pointedFrom, pressedFrom, typedFrom } from './translate.ts'

/** A command's settings are the workspace's, also where it is typed in a direct message. */
const placeOf = ({ self }: Intake, channel: string, thread?: string): Place => ({ ...placeIn(self, channel, thread), server: self.team })

export async function answerCommand(intake: Intake, command: SlashCommand, respond: RespondFn): Promise<void> {
  const place = placeOf(intake, command.channel_id)
  const typed = typedFrom(command.command, command.text ?? '', intake.commands)
  await say(respond, await run(intake, { ...typed, place }, command.user_id))
}

export async function answerShortcut(intake: Intake, shortcut: { type: string }, respond: RespondFn): Promise<void> {
  const { callback_id, message, channel, trigger_id, user } = shortcut as MessageShortcut
  const pointed = pointedFrom(callback_id, message, channel.id, intake.self)
  const reply = await run(intake, { ...pointed, place: placeOf(intake, channel.id, pointed.target?.ref.place.thread) }, user.id)
  try {
    await intake.client.views.open({ trigger_id, view: windowOf(reply, channel.id) })
  } catch {
    // Its three seconds are over: said in the conversation, to the asker alone.
    await say(respond, { ...reply, to: 'asker' })
  }
}

export async function answerAction(intake: Intake, body: { type: string }, respond: RespondFn | undefined): Promise<void> {
  const { actions, channel, message, container, view, trigger_id, user } = body as BlockAction
  const pressed = pressedFrom(actions[0] as { action_id?: string; value?: string })
  const thread: string | undefined = message?.thread_ts ?? container?.thread_ts
  const place = placeOf(intake, channel?.id ?? view?.private_metadata ?? '', thread)
  const isPrivate = Boolean(container?.is_ephemeral)
  const pressedOn = message && !isPrivate ? { place, id: message.ts } : undefined
  const reply = await run(intake, { ...pressed, place, ...(pressedOn && { pressedOn }) }, user.id)
  if (view) {
    const shown = windowOf(reply, place.channel)
    if (view.type === 'modal') await intake.client.views.update({ view_id: view.id, view: shown })
    // Home shows what holds now, also where its window comes too late.
    else await Promise.all([publishHome(intake, user.id), intake.client.views.open({ trigger_id, view: shown })])
  } else if (respond) await say(respond, reply, thread ?? (reply.to === 'thread' ? message?.ts : undefined))
  if (!reply.removeOriginal) return
  if (pressedOn) await intake.remove(pressedOn)
  else if (isPrivate && respond) await respond({ delete_original: true })
}

async function run({ bot, admins }: Intake, invocation: Omit<Invocation, 'asker'>, user: string): Promise<Reply> {
  return bot.run({ ...invocation, asker: await admins.person(user) })
}

/** Says it beside the question. What Slack's blocks refuse is said as text, once. */
async function say(respond: RespondFn, { card, to }: Reply, thread?: string): Promise<void> {
  const response_type = to === 'asker' ? ('ephemeral' as const) : ('in_channel' as const)
  const send = async (body: Body) =>
    respond({ ...body, ...quiet, response_type, replace_original: false, ...(thread && { thread_ts: thread }) })
  await renderedOrPlain(card, send)
}

/** A window's title is at most 24 characters long. */
const windowOf = ({ card }: Reply, channel: string): types.ModalView => ({
  type: 'modal',
  title: { type: 'plain_text', text: words.bot },
  // Where it was opened: a button in it is pressed there.
  private_metadata: channel,
  blocks: blocksOf(card),
})
