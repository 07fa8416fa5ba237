/**
 * Answers to interactions: the first within three seconds, whatever memory does. In: an interaction. Out: one answer, private unless the
 * Reply is for all; offers while somebody types.
 */
import { DiscordAPIError, type REST } from '@discordjs/rest'
import {
  InteractionResponseType as Answer,
  type APIApplicationCommandAutocompleteInteraction,
  type APIApplicationCommandInteraction,
  type APIInteraction,
  type APIMessageComponentInteraction,
  ApplicationCommandType,
  InteractionType,
  MessageFlags,
  Routes,
} from 'discord-api-types/v10'
import type { BotPort } from '../../bot/adapter.ts'
import type { Reply } from '../../bot/card.ts'
import type { Command } from '../../bot/command.ts'
import type { Log } from '../../bot/log.ts'
import type { MessageRef } from '../../bot/message.ts'
import { postErrorFrom } from './errors.ts'
import type { Places } from './places.ts'
import { bodyOf, clip } from './render.ts'
import { forAnswers } from './sockets.ts'
import { askerOf, chosen, invocationFrom, placeOf } from './translate.ts'

export type Answering = {
  rest: REST
  bot: BotPort
  commands: readonly Command[]
  places: Places
  log: Log
  remove(ref: MessageRef): Promise<void>
  /** A command that takes longer is acknowledged first, in milliseconds; Discord's limit is 3,000. */
  deferAfter: number
}

/** How long Discord may take to confirm a first answer, in milliseconds: after 3 s the interaction is dead anyway (discord.js#11554). */
const callbackWithin = 2500
const mostOffers = 25
const longestOffer = 100

/** Answers one interaction. Never throws: what fails is logged by code. */
export async function answer(answering: Answering, interaction: APIInteraction): Promise<void> {
  try {
    if (interaction.type === InteractionType.ApplicationCommandAutocomplete) return await offer(answering, interaction)
    if (interaction.type === InteractionType.ApplicationCommand || interaction.type === InteractionType.MessageComponent)
      await run(answering, interaction)
  } catch (error) {
    // Too late, or answered already: never a second message.
    answering.log.warn('discord-answer-failed', { cause: postErrorFrom(error).code })
  }
}

async function run(answering: Answering, interaction: APIApplicationCommandInteraction | APIMessageComponentInteraction): Promise<void> {
  const { bot, commands, places, remove, deferAfter } = answering
  const invocation = invocationFrom(interaction, commands, places)
  if (!invocation) return
  const running = bot.run(invocation)
  const early = await within(deferAfter, running)
  const seenByAll = (reply: Reply) => reply.to !== 'asker' && isInstalledHere(interaction)
  const body = (reply: Reply, isPublic = seenByAll(reply)) => ({
    ...bodyOf(reply.card),
    ...(!isPublic && { flags: MessageFlags.Ephemeral }),
  })
  const original = Routes.webhookMessage(interaction.application_id, interaction.token)
  if (early) await callback(answering, interaction, { type: Answer.ChannelMessageWithSource, data: body(early) })
  else {
    // Whether it was confirmed in time may stay unknown: the answer below shows it, or is refused.
    await callback(answering, interaction, {
      type: Answer.DeferredChannelMessageWithSource,
      data: { flags: MessageFlags.Ephemeral },
    }).catch((error: unknown) => answering.log.warn('discord-defer-failed', { cause: postErrorFrom(error).code }))
    const late = await running
    const { flags: _, ...edit } = body(late)
    await answering.rest.patch(original, { ...direct, body: edit })
    // A deferred answer stays private for good: what all should see comes after it, and takes its place.
    if (seenByAll(late)) {
      await answering.rest.post(Routes.webhook(interaction.application_id, interaction.token), { ...direct, body: body(late, true) })
      await answering.rest.delete(original, direct)
    }
  }
  const { removeOriginal } = early ?? (await running)
  if (removeOriginal && invocation.pressedOn) await remove(invocation.pressedOn)
}

/** The value if it comes within `ms`. */
function within<T>(ms: number, value: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined)
  })
  return Promise.race([value, late]).finally(() => clearTimeout(timer))
}

/** Installed by a member alone, the bot is a guest: what it says there only the member sees. */
const isInstalledHere = ({ authorizing_integration_owners: owners }: APIInteraction): boolean => !owners || '0' in owners

/** The interaction's own token is enough, and whoever waits does not stand behind posts. */
const direct = { auth: false, dispatcher: forAnswers }

const callback = (answering: Answering, { id, token }: APIInteraction, body: object): Promise<unknown> =>
  answering.rest.post(Routes.interactionCallback(id, token), {
    ...direct,
    body,
    signal: AbortSignal.timeout(callbackWithin),
  })

async function offer(answering: Answering, interaction: APIApplicationCommandAutocompleteInteraction): Promise<void> {
  const { data } = interaction
  if (data.type !== undefined && data.type !== ApplicationCommandType.ChatInput) return
  const { command, subcommand, typing } = chosen(data.name, data.options)
  if (!typing) return
  const asked = { command, ...(subcommand && { subcommand }), ...typing, place: placeOf(interaction, answering.places) }
  const offers = await answering.bot.suggest({ ...asked, asker: askerOf(interaction) })
  const choices = offers
    .filter(({ label, value }) => label && value && value.length <= longestOffer)
    .slice(0, mostOffers)
    .map(({ label, value }) => ({ name: clip(label, longestOffer), value }))
  await callback(answering, interaction, { type: Answer.ApplicationCommandAutocompleteResult, data: { choices } }).catch(
    (error: unknown) => {
      // Somebody who types on has no use for an older list: Discord refuses it, and that is no fault.
      if (!(error instanceof DiscordAPIError)) throw error
    },
  )
}
