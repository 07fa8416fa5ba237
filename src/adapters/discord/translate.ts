/** Everything in: Discord's events as Message or Invocation. In: payloads as the gateway sends them. Out: plain data for the core. */
import {
  type APIApplicationCommandInteraction,
  type APIApplicationCommandInteractionDataOption,
  type APIInteraction,
  type APIMessage,
  type APIMessageComponentInteraction,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  PermissionFlagsBits as Bits,
  type GatewayMessageCreateDispatchData,
  type GatewayMessageReactionAddDispatchData,
  InteractionType,
  MessageReferenceType,
  MessageType,
} from 'discord-api-types/v10'
import type { Command, Invocation } from '../../bot/command.ts'
import type { Message, Person, Place } from '../../bot/message.ts'
import type { Places } from './places.ts'

type Written = Pick<APIMessage, 'id' | 'author' | 'content' | 'timestamp' | 'edited_timestamp' | 'type' | 'webhook_id'> &
  Partial<Pick<GatewayMessageCreateDispatchData, 'guild_id' | 'member' | 'message_reference' | 'message_snapshots'>>

/** Words of a person: an ordinary message or a reply. All else (joins, boosts, forwards, webhooks, bots) is never evaluated. */
const isPersonal = (message: Written): boolean =>
  !message.author.bot &&
  !message.author.system &&
  !message.webhook_id &&
  (message.type === MessageType.Default || message.type === MessageType.Reply) &&
  !message.message_snapshots?.length &&
  message.message_reference?.type !== MessageReferenceType.Forward

/** What the author of a message may do matters to nothing that is done with it; who runs a command is askerOf. */
const nobody = (id: string, isBot = false): Person => ({ id, isBot, isAdmin: false, isModerator: false })

/** A message or its edit; nothing for what no person wrote, and for an "edit" that is only a link's preview. */
export function messageFrom(
  data: Written & { channel_id: string },
  event: 'posted' | 'edited',
  places: Places,
  self: string,
): Message | undefined {
  if (!data.author || !isPersonal(data) || (event === 'edited' && !data.edited_timestamp)) return undefined
  const content = data.content ?? ''
  const unnamed = content.includes('<@') ? content.replaceAll(`<@${self}>`, ' ').replaceAll(`<@!${self}>`, ' ') : content
  const isMentioned = unnamed !== content
  return {
    ref: { place: places.placeOf(data.guild_id, data.channel_id), id: data.id },
    event,
    author: nobody(data.author.id),
    text: isMentioned ? unnamed.replace(/ {2,}/g, ' ').trim() : content,
    isAddressed: isMentioned || !data.guild_id,
    at: Date.parse((event === 'edited' && data.edited_timestamp) || data.timestamp),
  }
}

/** All that Discord tells of a deletion is where it was. */
export const deletionOf = (place: Place, id: string, at: number): Message => ({
  ref: { place, id },
  event: 'deleted',
  author: nobody(''),
  text: '',
  isAddressed: false,
  at,
})

/** A reaction, by whom and on what. Whether the bot had put it there first the core knows. */
export function markFrom(data: GatewayMessageReactionAddDispatchData, places: Places, at: number): Message {
  const { user_id, member, guild_id, channel_id, message_id } = data
  return {
    ref: { place: places.placeOf(guild_id, channel_id), id: message_id },
    event: 'marked',
    author: nobody(user_id, Boolean(member?.user?.bot)),
    text: '',
    isAddressed: false,
    at,
  }
}

/** Who acts, with the permissions that Discord computed for this channel; in a direct message nobody runs anything. */
export function askerOf({ member, user }: APIInteraction): Person {
  if (!member) return nobody(user?.id ?? '')
  const bits = BigInt(member.permissions ?? 0)
  const isAdmin = (bits & (Bits.Administrator | Bits.ManageGuild)) !== 0n
  return { id: member.user.id, isBot: false, isAdmin, isModerator: isAdmin || (bits & Bits.ManageMessages) !== 0n }
}

export const placeOf = (interaction: APIInteraction, places: Places): Place =>
  places.placeOf(interaction.guild_id, interaction.channel?.id ?? interaction.channel_id ?? '', interaction.channel)

/** A slash command, a message menu or a button as the same Invocation; nothing for what is none of ours. */
export function invocationFrom(
  interaction: APIApplicationCommandInteraction | APIMessageComponentInteraction,
  commands: readonly Command[],
  places: Places,
): Invocation | undefined {
  const place = placeOf(interaction, places)
  const asker = askerOf(interaction)
  // A message inside an interaction lacks the server; it is the interaction's own.
  const asMessage = (message: APIMessage): Message => ({
    ref: { place, id: message.id },
    event: 'posted',
    author: nobody(message.author.id, Boolean(message.author.bot)),
    text: message.content,
    isAddressed: false,
    ...(!isPersonal(message) && { isRelayed: true }),
    at: Date.parse(message.timestamp),
  })
  if (interaction.type === InteractionType.MessageComponent) {
    const { message } = interaction
    const trigger = message.referenced_message
    const pressed = readCustomId(interaction.data.custom_id)
    return { ...pressed, via: 'button', asker, place, pressedOn: { place, id: message.id }, ...(trigger && { target: asMessage(trigger) }) }
  }
  const { data } = interaction
  if (data.type === ApplicationCommandType.ChatInput) return { ...chosen(data.name, data.options), via: 'slash', asker, place }
  const command = commands.find((one) => one.menuLabel === data.name)
  const message = data.type === ApplicationCommandType.Message && data.resolved.messages[data.target_id]
  return command && message ? { command: command.name, args: {}, via: 'menu', asker, place, target: asMessage(message) } : undefined
}

/** Typed options by name, below the subcommand if there is one; and the one that is being typed. */
export function chosen(
  command: string,
  options: readonly APIApplicationCommandInteractionDataOption<InteractionType>[] = [],
): { command: string; subcommand?: string; args: Record<string, unknown>; typing?: { argument: string; text: string } } {
  const [first] = options
  if (first?.type === ApplicationCommandOptionType.Subcommand) return { ...chosen(command, first.options), subcommand: first.name }
  const values = options.flatMap((option) => ('value' in option ? [option] : []))
  const focused = values.find((option) => 'focused' in option && option.focused)
  return {
    command,
    args: Object.fromEntries(values.map(({ name, value }) => [name, value])),
    ...(focused && { typing: { argument: focused.name, text: String(focused.value) } }),
  }
}

/** Discord's limit for custom_id. */
const longestCustomId = 100

/** A button as its custom_id, `why?reply=r1`; nothing when it does not fit. */
export function customIdOf(command: string, args: Record<string, string>): string | undefined {
  const id = `${command}?${new URLSearchParams(args)}`
  return id.length <= longestCustomId ? id : undefined
}

export function readCustomId(id: string): { command: string; args: Record<string, string> } {
  const [command = '', query = ''] = id.split('?', 2)
  return { command, args: Object.fromEntries(new URLSearchParams(query)) }
}
