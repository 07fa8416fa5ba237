/**
 * Commands as Discord wants them declared, all of it derived from the one declaration. In: Command[]. Out: the JSON of
 * PUT /applications/{id}/commands, its sending only when something changed, the invite address.
 */
import { REST } from '@discordjs/rest'
import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandType,
  PermissionFlagsBits as Bits,
  ChannelType,
  InteractionContextType as Context,
  ApplicationIntegrationType as Install,
  type RESTPutAPIApplicationCommandsJSONBody,
  Routes,
  ApplicationCommandOptionType as Type,
} from 'discord-api-types/v10'
import * as z from 'zod'
import type { ArgumentMeta, Arguments, Command, Localised } from '../../bot/command.ts'
import { UserError } from '../../bot/errors.ts'
import { shortKey } from '../../bot/key.ts'

type DiscordCommand = RESTPutAPIApplicationCommandsJSONBody[number]

/** Whom Discord offers it to by default; a server may change that, so bot.ts checks again. */
const permissions: Record<Command['access'], string | undefined> = {
  everyone: undefined,
  moderator: String(Bits.ManageMessages),
  admin: String(Bits.ManageGuild),
}
const everywhere = [Context.Guild, Context.BotDM, Context.PrivateChannel]
/** Where the bot can write, or open posts. */
const channelTypes = [
  ChannelType.GuildText,
  ChannelType.GuildVoice,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
] as const

export function commandsForDiscord(commands: readonly Command[]): DiscordCommand[] {
  return commands.flatMap((command) => {
    const isForAll = command.access === 'everyone'
    const permission = permissions[command.access]
    const head = {
      ...(permission && { default_member_permissions: permission }),
      contexts: isForAll ? everywhere : [Context.Guild],
      integration_types: isForAll ? [Install.GuildInstall, Install.UserInstall] : [Install.GuildInstall],
    }
    const { name, description } = command
    const options = optionsOf(command)
    const local = localisations(command.localised)
    const slash = {
      ...head,
      type: ApplicationCommandType.ChatInput as const,
      name,
      description,
      ...local,
      ...(options.length && { options }),
    }
    const menu = { ...head, type: ApplicationCommandType.Message as const, name: command.menuLabel ?? name }
    return [...(command.via.includes('slash') ? [slash] : []), ...(command.via.includes('menu') ? [menu] : [])]
  })
}

function optionsOf(command: Command): APIApplicationCommandOption[] {
  if (!('subcommands' in command)) return argumentOptions(command.args)
  return Object.entries(command.subcommands).map(([name, { description, localised, args }]) => {
    const options = argumentOptions(args)
    return { type: Type.Subcommand, name, description, ...localisations(localised), ...(options.length && { options }) }
  })
}

/** Discord's two fields for other languages; absent where a command brings none. */
function localisations(
  localised: Localised = {},
): Pick<APIApplicationCommandSubcommandOption, 'name_localizations' | 'description_localizations'> {
  const entries = Object.entries(localised)
  const field = (key: 'name' | 'description') =>
    Object.fromEntries(entries.flatMap(([locale, one]) => (one[key] ? [[locale, one[key]]] : [])))
  const [names, descriptions] = [field('name'), field('description')]
  return {
    ...(Object.keys(names).length && { name_localizations: names }),
    ...(Object.keys(descriptions).length && { description_localizations: descriptions }),
  }
}

type Property = ArgumentMeta & {
  type?: string
  enum?: string[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
}

/** Required ones first, as Discord demands. */
function argumentOptions(args: Arguments): APIApplicationCommandBasicOption[] {
  const schema = z.toJSONSchema(args, { io: 'input', unrepresentable: 'any' })
  const required = new Set(schema.required)
  const options = Object.entries(schema.properties ?? {}).map(([name, property]) =>
    optionOf(name, property as Property, required.has(name)),
  )
  return [...options.filter((option) => option.required), ...options.filter((option) => !option.required)]
}

function optionOf(name: string, property: Property, isRequired: boolean): APIApplicationCommandBasicOption {
  const base = { name, description: property.description ?? name, ...(isRequired && { required: true }) }
  if (property.names === 'channel') return { ...base, type: Type.Channel, channel_types: [...channelTypes] }
  if (property.type === 'boolean') return { ...base, type: Type.Boolean }
  const bounds = { ...given('min_value', property.minimum), ...given('max_value', property.maximum) }
  if (property.type === 'integer') return { ...base, type: Type.Integer, ...bounds }
  if (property.type === 'number') return { ...base, type: Type.Number, ...bounds }
  if (property.enum) return { ...base, type: Type.String, choices: property.enum.map((choice) => ({ name: choice, value: choice })) }
  const lengths = { ...given('min_length', property.minLength), ...given('max_length', property.maxLength) }
  return { ...base, type: Type.String, ...lengths, ...(property.complete && { autocomplete: true }) }
}

/** An integer of zod is bounded by what JavaScript can count; such a bound is none. */
const given = <N extends string>(name: N, value: number | undefined): { [K in N]?: number } =>
  value !== undefined && Number.isFinite(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER
    ? ({ [name]: value } as { [K in N]?: number })
    : {}

/** A name for these declarations: the same commands give the same one. */
export const versionOf = (commands: readonly Command[]): string => shortKey('c', fingerprint(commandsForDiscord(commands)))

/** Sends the commands unless Discord holds the same ones. Throws what the library throws. */
export async function registerCommands(rest: REST, application: string, commands: readonly Command[]): Promise<'sent' | 'unchanged'> {
  const wanted = commandsForDiscord(commands)
  const held = await rest.get(Routes.applicationCommands(application)).catch(() => undefined)
  if (Array.isArray(held) && fingerprint(held) === fingerprint(wanted)) return 'unchanged'
  await rest.put(Routes.applicationCommands(application), { body: wanted })
  return 'sent'
}

const ours = [
  'type',
  'name',
  'description',
  'options',
  'required',
  'choices',
  'value',
  'min_value',
  'max_value',
  'min_length',
  'max_length',
]
const compared = new Set([...ours, 'autocomplete', 'channel_types', 'default_member_permissions', 'contexts', 'integration_types'])

/** What we declare, without what Discord adds (ids, versions, defaults), in one order. */
function fingerprint(commands: readonly object[]): string {
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.every((one) => typeof one === 'number') ? value.toSorted() : value.map(plain)
    if (typeof value !== 'object' || value === null) return value
    const kept = Object.entries(value).filter(
      ([name, one]) => compared.has(name) && one !== null && one !== false && one !== '' && !isEmpty(one),
    )
    return Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, plain(one)]))
  }
  return commands
    .map((command) => JSON.stringify(plain(command)))
    .toSorted()
    .join('\n')
}
const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0

/** What `cli register discord` does, without a connection. Throws what the library throws. */
export const registerDiscord = (
  env: { DISCORD_TOKEN?: string | undefined; DISCORD_API_URL?: string | undefined },
  commands: readonly Command[],
) => {
  const token = env.DISCORD_TOKEN ?? ''
  const rest = new REST({ version: '10', ...(env.DISCORD_API_URL && { api: env.DISCORD_API_URL }) }).setToken(token)
  return registerCommands(rest, applicationOf(token), commands)
}

/** The application's id, which stands in the token's first part. Throws UserError when it does not. */
export function applicationOf(token: string): string {
  const id = Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()
  if (!/^\d{15,20}$/.test(id)) throw new UserError('DISCORD_TOKEN is no bot token: copy it from the developer portal, page Bot.')
  return id
}

/** All that the bot ever needs on a server. */
export const neededPermissions = [
  'ViewChannel',
  'SendMessages',
  'SendMessagesInThreads',
  'EmbedLinks',
  'ReadMessageHistory',
  'AddReactions',
  'CreatePublicThreads',
] as const

/** The address that adds the bot to a server. `application`: its id, e.g. applicationOf(token). */
export function inviteUrl(application: string): string {
  const bits = neededPermissions.reduce((sum, name) => sum | Bits[name], 0n)
  const query = new URLSearchParams({ client_id: application, scope: 'bot applications.commands', permissions: String(bits) })
  return `https://discord.com/oauth2/authorize?${query}`
}
