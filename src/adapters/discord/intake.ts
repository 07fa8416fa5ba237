/**
 * Events in: what the gateway sends, handed to the bot in the order that matters. In: dispatch events. Out: calls of bot.hear, run, left.
 */
import { GatewayDispatchEvents, type GatewayDispatchPayload } from 'discord-api-types/v10'
import type { BotPort } from '../../bot/adapter.ts'
import type { Message } from '../../bot/message.ts'
import type { Store } from '../../bot/store.ts'
import { type Answering, answer } from './answer.ts'
import { bookmark } from './post.ts'
import { deletionOf, markFrom, messageFrom } from './translate.ts'

type Intake = Answering & {
  bot: BotPort
  /** The content intent is on: messages that do not address the bot have a text. */
  readsAll: boolean
  now(): number
  self(): string
  store: Pick<Store, 'stay'>
}

/** Takes one event; resolves when the bot is done with it. Rejects never: the bot's verbs don't throw, the rest is logged by code. */
export function createIntake(intake: Intake): (event: GatewayDispatchPayload) => Promise<unknown> | undefined {
  const { bot, places, readsAll, now, self, store } = intake
  /** Servers of this session: one that comes later has added the bot, perhaps again. */
  const known = new Set<string>()
  const lanes = new Map<string, Promise<void>>()
  /** An edit or deletion must not overtake the message it is about. */
  const hear = (message: Message): Promise<void> | undefined => {
    const { id } = message.ref
    const before = lanes.get(id)
    const turn = before ? before.then(() => bot.hear(message)) : bot.hear(message)
    if (!turn) return undefined
    lanes.set(id, turn)
    return turn.finally(() => lanes.get(id) === turn && lanes.delete(id))
  }
  const heard = (message: Message | undefined) => (message && (readsAll || message.isAddressed) ? hear(message) : undefined)
  const erased = (guild: string | undefined, channel: string, ids: readonly string[]) => {
    const place = places.placeOf(guild, channel)
    return Promise.all(ids.map((id) => hear(deletionOf(place, id, now()))))
  }
  const joined = (server: string) => {
    known.add(server)
    return store.stay({ platform: 'discord', server })
  }
  return (event) => {
    switch (event.t) {
      case GatewayDispatchEvents.MessageCreate:
        return event.d.author.id === self() ? undefined : heard(messageFrom(event.d, 'posted', places, self()))
      case GatewayDispatchEvents.MessageUpdate:
        return event.d.author?.id === self() ? undefined : heard(messageFrom(event.d, 'edited', places, self()))
      case GatewayDispatchEvents.MessageDelete:
        return erased(event.d.guild_id, event.d.channel_id, [event.d.id])
      case GatewayDispatchEvents.MessageDeleteBulk:
        return erased(event.d.guild_id, event.d.channel_id, event.d.ids)
      case GatewayDispatchEvents.MessageReactionAdd:
        return event.d.emoji.name !== bookmark || event.d.user_id === self() ? undefined : hear(markFrom(event.d, places, now()))
      case GatewayDispatchEvents.InteractionCreate:
        return answer(intake, event.d)
      case GatewayDispatchEvents.Ready:
        for (const { id } of event.d.guilds) known.add(id)
        return undefined
      case GatewayDispatchEvents.GuildCreate:
        return known.has(event.d.id) ? undefined : joined(event.d.id)
      case GatewayDispatchEvents.GuildDelete:
        if (event.d.unavailable) return undefined
        known.delete(event.d.id)
        return bot.left({ platform: 'discord', server: event.d.id })
      default:
        return undefined
    }
  }
}
