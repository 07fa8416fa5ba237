/** The verbs invite, register and manifest: what an operator needs to install the bot. In: a platform's name. Out: text to paste or open. */
import { UserError } from '../bot/errors.ts'
import { readEnv } from '../env.ts'
import { commandsFolder } from '../main.ts'
import { loadCommands } from '../registry.ts'

const print = (text: string) => process.stdout.write(`${text}\n`)

const only = (verb: string, platform: string, known: string): void => {
  if (platform !== known) throw new UserError(`"${verb}" is for ${known}: ${verb} ${known}.`)
}

/** The address that adds the bot to a server, with no more permissions than it needs. */
export async function invite(platform: string, env: NodeJS.ProcessEnv): Promise<number> {
  only('invite', platform, 'discord')
  const { applicationOf, inviteUrl } = await import('../adapters/discord/register.ts')
  const { DiscordEnv } = await import('../adapters/discord/env.ts')
  const { DISCORD_TOKEN } = readEnv(DiscordEnv, env)
  if (!DISCORD_TOKEN) throw new UserError('invite discord needs DISCORD_TOKEN: the application’s id is read from it.')
  print(inviteUrl(applicationOf(DISCORD_TOKEN)))
  return 0
}

/** Declares the commands to Discord if they changed; the bot does the same at each start. */
export async function register(platform: string, env: NodeJS.ProcessEnv): Promise<number> {
  only('register', platform, 'discord')
  const { registerDiscord } = await import('../adapters/discord/register.ts')
  const { DiscordEnv } = await import('../adapters/discord/env.ts')
  const discord = readEnv(DiscordEnv, env)
  if (!discord.DISCORD_TOKEN) throw new UserError('register discord needs DISCORD_TOKEN.')
  try {
    const outcome = await registerDiscord(discord, await loadCommands(commandsFolder))
    print(outcome === 'sent' ? 'Commands registered.' : 'Discord has these commands already; nothing was sent.')
    return 0
  } catch (error) {
    const status = (error as { status?: unknown } | null)?.status
    if (status === 401)
      throw new UserError('Discord does not accept this token. Copy it anew from the developer portal (Bot, Reset Token).')
    throw new UserError(`Discord could not be reached or refused${typeof status === 'number' ? ` (HTTP ${status})` : ''}. Try again later.`)
  }
}

/** The app manifest, for Socket Mode or, with an address, for HTTP mode; with SLACK_CLIENT_ID for several workspaces. */
export async function manifest(platform: string, url: string | undefined, env: NodeJS.ProcessEnv): Promise<number> {
  only('manifest', platform, 'slack')
  if (url !== undefined && !/^https?:\/\/[^\s]+\/slack\/events$/.test(url))
    throw new UserError('--url must be an address that ends in /slack/events, such as https://bot.example.org/slack/events.')
  const { severalNames } = await import('../adapters/slack/env.ts')
  // Before the app exists there is no Client ID; any of these names says what it is for.
  const isInstalled = severalNames.some((name) => env[name])
  if (isInstalled && url === undefined)
    throw new UserError(`Several workspaces (${severalNames.filter((name) => env[name]).join(', ')}) are reached by HTTP: give --url.`)
  const { slackManifest } = await import('../adapters/slack/register.ts')
  print(JSON.stringify(slackManifest(await loadCommands(commandsFolder), url, isInstalled), null, 2))
  return 0
}
