/**
 * What Slack must be told once: the app manifest, all of it derived from the command declarations. In: Command[], and an address for HTTP
 * mode. Out: the manifest an operator pastes at api.slack.com/apps. Limits as in slackapi/manifest-schema.
 */
import type { Command } from '../../bot/command.ts'
import { words } from '../../bot/words.ts'
import { eventsPath, redirectPath } from './paths.ts'

/** Slash commands that Slack keeps for itself (its help page "Use built-in slash commands", and older names that still answer). */
const reserved = new Set(
  (
    'active apps archive away call canvas clip collapse dm dnd expand feed feedback groupdm help huddle invite invite_people join keys kick ' +
    'leave list me msg mute open part people prefs pro remind remove rename search shortcuts shrug star starred status todo topic who whois'
  ).split(' '),
)

/** The command that carries all others: `/myth settings show`. */
export const carrier = 'myth'

/** May an app have a slash command of this name? The others are reached as `/myth NAME`. */
export const isAllowedName = (name: string): boolean => !reserved.has(name) && /^[a-z0-9_-]{1,31}$/.test(name)

/** What the bot can't do without, and what only unasked replies need: those a workspace may refuse. */
export const scopes = {
  base: ['app_mentions:read', 'chat:write', 'commands', 'im:history', 'users:read'],
  optional: ['channels:history', 'groups:history', 'reactions:read', 'reactions:write'],
} as const

const events = ['app_home_opened', 'app_mention', 'app_uninstalled', 'message.im', 'tokens_revoked']
const optionalEvents = ['message.channels', 'message.groups', 'reaction_added']

/**
 * `url`: where Slack reaches the bot in HTTP mode, ending in /slack/events; none: Socket Mode. `isInstalled`: in several workspaces, by OAuth:
 * Slack then sends browsers back beside it.
 */
export function slackManifest(commands: readonly Command[], url?: string, isInstalled = false): object {
  const redirects = url && isInstalled ? { redirect_urls: [url.slice(0, -eventsPath.length) + redirectPath] } : {}
  const address = url ? { url } : {}
  const requests = url ? { request_url: url } : {}
  return {
    display_information: { name: words.bot, description: words.helpLead.slice(0, 140), background_color: '#5c6670' },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'for-the-record', always_online: true },
      slash_commands: commands
        .filter(({ name, via }) => via.includes('slash') && isAllowedName(name))
        .map((command) => ({
          command: `/${command.name}`,
          description: command.description,
          ...hintOf(command, commands),
          // So that a channel named in an argument arrives as its id.
          should_escape: true,
          ...address,
        })),
      shortcuts: commands
        .filter(({ via }) => via.includes('menu'))
        .map(({ name, menuLabel = name, description }) => ({ type: 'message', name: menuLabel, callback_id: name, description })),
    },
    oauth_config: { ...redirects, scopes: { bot: scopes.base, bot_optional: scopes.optional } },
    settings: {
      event_subscriptions: { ...requests, bot_events: [...events, ...optionalEvents].sort() },
      interactivity: { is_enabled: true, ...requests },
      org_deploy_enabled: false,
      socket_mode_enabled: !url,
      token_rotation_enabled: false,
    },
  }
}

/** What stands behind the name while it is typed; nothing for a command without arguments. */
function hintOf(command: Command, commands: readonly Command[]): { usage_hint?: string } {
  if (command.name === carrier) {
    const others = commands.filter(({ name, via }) => via.includes('slash') && name !== carrier).map(({ name }) => name)
    return { usage_hint: `QUERY | ${others.join(' | ')}` }
  }
  if ('subcommands' in command) return { usage_hint: Object.keys(command.subcommands).join(' | ') }
  const [first] = Object.keys(command.args.shape)
  return first ? { usage_hint: `[${command.rest ?? first}]` } : {}
}
