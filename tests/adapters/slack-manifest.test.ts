/** The app manifest: what Slack's own schema allows, no scope more than is used, and every event with the scope it needs. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { isAllowedName, slackManifest } from '../../src/adapters/slack/register.ts'
import { loadCommands } from '../../src/registry.ts'

const root = join(import.meta.dirname, '..', '..')
const commands = await loadCommands(join(root, 'commands'))
const url = 'https://bot.example.org/slack/events'

const text = (most: number, least = 1) => z.string().min(least).max(most)
const address = (most: number) => text(most).regex(/^https?:\/\//)
const names = z.array(text(50)).max(255)

/** The parts of the schema that slackapi/manifest-schema has for version 1; a field that is not in it is refused. */
const Manifest = z.strictObject({
  display_information: z.strictObject({
    name: text(35),
    description: text(140),
    background_color: z.string().regex(/^#([0-9a-f]{3}){1,2}$/i),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.boolean(),
      messages_tab_enabled: z.boolean(),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    bot_user: z.strictObject({ display_name: text(80).regex(/^[a-z0-9._-]+$/), always_online: z.boolean() }),
    slash_commands: z
      .array(
        z.strictObject({
          command: text(32, 2).regex(/^\/[a-z0-9_-]+$/),
          description: text(2000),
          usage_hint: text(1000).optional(),
          should_escape: z.literal(true),
          url: address(3000).optional(),
        }),
      )
      .min(1)
      .max(50),
    shortcuts: z
      .array(z.strictObject({ type: z.literal('message'), name: text(24), callback_id: text(255), description: text(150) }))
      .min(1)
      .max(10),
  }),
  oauth_config: z.strictObject({
    redirect_urls: z.array(text(2500)).max(1000).optional(),
    scopes: z.strictObject({ bot: names, bot_optional: names }),
  }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ request_url: address(3500).optional(), bot_events: z.array(text(50)).max(100) }),
    interactivity: z.strictObject({ is_enabled: z.literal(true), request_url: address(3500).optional() }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
})

const read = (at?: string, isInstalled?: boolean) => Manifest.parse(slackManifest(commands, at, isInstalled))
const once = (list: readonly string[]) => expect(new Set(list).size).toBe(list.length)

test.each([undefined, url])('within the limits of Slack’s schema, nothing named twice (%s)', (at) => {
  const { features, oauth_config, settings } = read(at)
  once(features.slash_commands.map(({ command }) => command))
  once(features.shortcuts.map(({ callback_id }) => callback_id))
  once([...oauth_config.scopes.bot, ...oauth_config.scopes.bot_optional])
  once(settings.event_subscriptions.bot_events)
})

test('the scopes: what works without asking for more, and what a workspace may refuse', () => {
  const { bot, bot_optional } = read().oauth_config.scopes
  expect(bot).toEqual(['app_mentions:read', 'chat:write', 'commands', 'im:history', 'users:read'])
  expect(bot_optional).toEqual(['channels:history', 'groups:history', 'reactions:read', 'reactions:write'])
})

/** docs.slack.dev, "required scopes" of each event. */
const scopeOf: Record<string, string | undefined> = {
  app_home_opened: undefined,
  app_mention: 'app_mentions:read',
  app_uninstalled: undefined,
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  reaction_added: 'reactions:read',
  tokens_revoked: undefined,
}

test('every event is known, has its scope, and no scope for reading is there without its event', () => {
  const { oauth_config, settings } = read()
  const { bot_events } = settings.event_subscriptions
  expect([...bot_events].sort()).toEqual(Object.keys(scopeOf).sort())
  const needed = bot_events.flatMap((event) => scopeOf[event] ?? [])
  const granted = [...oauth_config.scopes.bot, ...oauth_config.scopes.bot_optional]
  expect(granted).toEqual(expect.arrayContaining(needed))
  const reading = granted.filter((scope) => /:(read|history)$/.test(scope) && scope !== 'users:read')
  expect(reading.sort()).toEqual(needed.sort())
})

test('HTTP mode names one address everywhere, Socket Mode none', () => {
  const [http, socket] = [read(url), read()]
  expect(socket.settings.socket_mode_enabled).toBe(true)
  expect(JSON.stringify(socket)).not.toContain('http')
  expect(http.settings.socket_mode_enabled).toBe(false)
  const { event_subscriptions, interactivity } = http.settings
  const addresses = [event_subscriptions.request_url, interactivity.request_url, ...http.features.slash_commands.map((one) => one.url)]
  expect(new Set(addresses)).toEqual(new Set([url]))
})

test('for several workspaces it says where browsers are sent back to, and is the same otherwise', () => {
  const { oauth_config, ...rest } = read(url, true)
  const { oauth_config: without, ...usual } = read(url)
  expect(oauth_config).toEqual({ ...without, redirect_urls: ['https://bot.example.org/slack/oauth_redirect'] })
  expect(rest).toEqual(usual)
  expect(without.redirect_urls).toBeUndefined()
})

test('every command can be reached: by its own name where Slack allows it, and behind /myth', () => {
  const { slash_commands, shortcuts } = read().features
  const typed = commands.filter(({ via }) => via.includes('slash')).map(({ name }) => name)
  expect(slash_commands.map(({ command }) => command.slice(1)).sort()).toEqual(typed.filter(isAllowedName).sort())
  const carrier = slash_commands.find(({ command }) => command === '/myth')
  for (const name of typed.filter((one) => one !== 'myth')) expect(carrier?.usage_hint).toContain(name)
  expect(typed.filter((name) => !isAllowedName(name)).sort()).toEqual(['help', 'me'])
  expect(shortcuts.map(({ name }) => name)).toEqual(['Check this message'])
})

test('the command line prints it, and refuses an address that leads elsewhere', () => {
  let env: NodeJS.ProcessEnv = { PATH: process.env.PATH }
  const cli = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'bin', 'for-the-record.mjs'), 'manifest', 'slack', ...args], { encoding: 'utf8', env })
  expect(JSON.parse(cli().stdout)).toEqual(slackManifest(commands))
  expect(JSON.parse(cli('--url', url).stdout)).toEqual(slackManifest(commands, url))
  const wrong = cli('--url', 'https://bot.example.org/')
  expect(wrong.status).not.toBe(0)
  expect(wrong.stderr).toContain('/slack/events')
  env = { ...env, SLACK_CLIENT_ID: '1.2' }
  expect(JSON.parse(cli('--url', url).stdout)).toEqual(slackManifest(commands, url, true))
  const withoutAddress = cli()
  expect([withoutAddress.status, withoutAddress.stdout]).toEqual([1, ''])
  expect(withoutAddress.stderr).toContain('give --url')
})
