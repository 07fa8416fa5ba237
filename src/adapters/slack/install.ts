/**
 * Installing the app in one more workspace: the page with the button, and Slack's way back from it, by the library's installer
 * (@slack/oauth). In: requests of browsers. Out: pages, and what Slack gave, handed on to be kept. The library's state would hold again and
 * again for ten minutes; ours is signed, ends, and is taken once, on whichever instance.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { webApi } from '@slack/bolt'
import { type CallbackOptions, ErrorCode, InstallProvider, InvalidStateError, type StateStore } from '@slack/oauth'
import type { AdapterContext } from '../../bot/adapter.ts'
import { StoreError } from '../../bot/errors.ts'
import { words } from '../../bot/words.ts'
import type { clientOptions } from './connection.ts'
import type { SlackEnv } from './env.ts'
import { postErrorFrom } from './errors.ts'
import { installPath, redirectPath } from './paths.ts'
import type { Pages } from './receiver.ts'
import { scopes } from './register.ts'
import type { Installation } from './sealed.ts'

type Context = AdapterContext<SlackEnv>
/** Keeps what a workspace gave, and when (milliseconds since 1970). */
type Installed = (team: string, installation: Installation, at: number) => Promise<void>
type Given = Parameters<NonNullable<CallbackOptions['afterInstallation']>>[0]

/** How long somebody may take between the two pages: the library's cookie lives as long. Milliseconds. */
const stateFor = 600_000
const asked = [...scopes.base, ...scopes.optional]
const usualApi = 'https://slack.com/api/'

/** Pages for the receiver. A moment is noted before the code is exchanged: a goodbye told later is then about this installation, one told earlier is not. */
export function createInstaller(context: Context, options: ReturnType<typeof clientOptions>, installed: Installed): Pages {
  const { env, log, now } = context
  const stateStore = createStates(context)
  const provider = (at: number) =>
    new InstallProvider({
      clientId: env.SLACK_CLIENT_ID ?? '',
      clientSecret: env.SLACK_CLIENT_SECRET ?? '',
      stateStore,
      stateCookieExpirationSeconds: stateFor / 1000,
      authorizationUrl: new URL('/oauth/v2/authorize', env.SLACK_API_URL ?? usualApi).href,
      installUrlOptions: { scopes: asked },
      installationStore: {
        storeInstallation: (given) => installed(given.team?.id ?? '', installationIn(given, now()), at),
        fetchInstallation: () => Promise.reject(new Error('not read here')),
      },
      renderHtmlForInstallPath: (address) =>
        page(words.install.title, [words.install.lead, words.install.optional], address, words.install.button),
      // A copy: the library adds to what it is given.
      clientOptions: { ...options },
      logger: options.logger,
    })
  const callback: CallbackOptions = {
    async afterInstallation(given, _, __, response) {
      const wrong =
        given.isEnterpriseInstall || !given.team ? words.install.organisation : given.bot ? undefined : words.install.failed('no-bot')
      if (!wrong) return true
      log.warn('slack-install-refused', { why: given.bot ? 'organisation' : 'no-bot' })
      await giveBack(given, options)
      send(response, 403, page(words.install.failedTitle, [wrong], installPath, words.install.again))
      return false
    },
    success: (given, _, __, response) => {
      const address = `https://app.slack.com/client/${encodeURIComponent(given.team?.id ?? '')}`
      send(response, 200, page(words.install.doneTitle, [words.install.done], address, words.install.open))
    },
    failure: (error, _, __, response) => {
      const { status, why, cause } = reasonOf(error)
      log.warn('slack-install-failed', { cause })
      send(response, status, page(words.install.failedTitle, [why], installPath, words.install.again))
    },
  }
  return async (request, response) => {
    const path = request.url?.split('?')[0]
    if (request.method !== 'GET' || (path !== installPath && path !== redirectPath)) return false
    for (const [name, value] of Object.entries(guards)) response.setHeader(name, value)
    if (path === installPath) await provider(now()).handleInstallPath(request, response)
    else await provider(now()).handleCallback(request, response, callback)
    return true
  }
}

/** `nonce.end.signature`: proof that it was given out here, to be shown once. */
function createStates({ env, store, now }: Pick<Context, 'env' | 'store' | 'now'>): StateStore {
  const sign = (text: string) =>
    createHmac('sha256', env.SLACK_STATE_SECRET ?? '')
      .update(`slack-install|${text}`)
      .digest()
  return {
    async generateStateParam() {
      const text = `${randomBytes(16).toString('base64url')}.${(now() + stateFor).toString(36)}`
      return `${text}.${sign(text).toString('base64url')}`
    },
    async verifyStateParam(_, state) {
      const [nonce = '', end = '', signature = ''] = state.split('.')
      const shown = Buffer.from(signature, 'base64url')
      const wanted = sign(`${nonce}.${end}`)
      if (shown.length !== wanted.length || !timingSafeEqual(shown, wanted)) throw new InvalidStateError('not ours')
      const until = Number.parseInt(end, 36)
      if (until <= now()) throw new InvalidStateError('too old')
      if (!(await store.reserve(`slack-state|${nonce}`, now(), until))) throw new InvalidStateError('used')
      return { scopes: asked }
    },
  }
}

/** Of all that Slack tells only what the bot needs. */
function installationIn({ bot }: Given, now: number): Installation {
  if (!bot) throw new Error('an installation without a bot')
  // The library tells the end by the system's clock; here one clock counts.
  const lasts = bot.expiresAt ? bot.expiresAt * 1000 - Date.now() : undefined
  const rotation = bot.refreshToken && lasts !== undefined ? { refresh: bot.refreshToken, endsAt: now + lasts } : {}
  return { token: bot.token, user: bot.userId, bot: bot.id, scopes: bot.scopes, ...rotation }
}

/** What is not kept must not lie about either: Slack takes such a token back. */
async function giveBack({ bot }: Given, options: ReturnType<typeof clientOptions>): Promise<void> {
  if (bot) await new webApi.WebClient(bot.token, { ...options }).auth.revoke().catch(() => {})
}

function reasonOf(error: Error & { code?: string }): { status: number; why: string; cause: string } {
  if (error.code === ErrorCode.AuthorizationError) return { status: 403, why: words.install.cancelled, cause: 'cancelled' }
  const isStale = [ErrorCode.MissingStateError, ErrorCode.InvalidStateError, ErrorCode.MissingCodeError].some((code) => code === error.code)
  if (isStale) return { status: 400, why: words.install.stale, cause: error.code ?? '' }
  const cause = error instanceof StoreError ? 'memory' : postErrorFrom(error).code
  return { status: 502, why: words.install.failed(cause), cause }
}

/** A page holds an address with a state: it is kept by nobody, shown in no frame, and told to no other site. */
const guards = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

const send = (response: ServerResponse, status: number, body: string): void =>
  void response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(body)

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const page = (title: string, paragraphs: readonly string[], address: string, label: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>body{font:1.1em/1.5 sans-serif;max-width:34em;margin:4em auto;padding:0 1em}a{font-weight:bold}</style></head>
<body><h1>${escaped(title)}</h1>
${paragraphs.map((text) => `<p>${escaped(text)}</p>`).join('\n')}
<p><a href="${escaped(address)}">${escaped(label)}</a></p></body></html>
`
