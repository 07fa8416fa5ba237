/**
 * Slack's refusals in the terms policy needs. In: what the Web API client throws. Out: PostError. Errors of the library hold request
 * bodies, headers and socket addresses: only codes leave this file.
 */
import { webApi } from '@slack/bolt'
import { PostError, type PostFailure } from '../../bot/errors.ts'

const failures: [PostFailure, string][] = [
  ['gone', 'channel_not_found message_not_found thread_not_found is_archived user_not_found channel_is_limited_access'],
  [
    'forbidden',
    'not_in_channel missing_scope access_denied no_permission ekm_access_denied team_access_not_granted posting_to_channel_denied',
  ],
  ['dead-credential', 'invalid_auth not_authed account_inactive token_revoked token_expired team_disabled org_login_required invalid_app'],
  ['too-fast', 'ratelimited rate_limited accesslimited'],
  ['unknown', 'fatal_error internal_error service_unavailable request_timeout team_added_to_org'],
]
/** docs.slack.dev, errors of chat.postMessage, chat.delete, reactions.add; what is not listed is our own mistake: rejected. */
const known = new Map(failures.flatMap(([failure, codes]) => codes.split(' ').map((code) => [code, failure] as const)))

/** Errors of a request that never left: it may be sent again. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])
/** Faults of our blocks: the same words without them may pass. */
const unrendered = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'invalid_arguments',
  'invalid_attachments',
])

/** Slack's own word for it, or nothing when Slack did not speak. */
export const slackCode = (error: unknown): string | undefined =>
  error instanceof webApi.WebAPIPlatformError
    ? String(error.data.error)
        .slice(0, 60)
        .replace(/[^\w-]/g, '-')
    : undefined

export const isUnrendered = (error: unknown): boolean => unrendered.has(slackCode(error) ?? '')

export function postErrorFrom(error: unknown): PostError {
  if (error instanceof PostError) return error
  if (error instanceof webApi.WebAPIRateLimitedError) return new PostError('too-fast', 'slack-ratelimited')
  if (error instanceof webApi.WebAPIHTTPError)
    return new PostError(error.statusCode < 500 ? 'rejected' : 'unknown', `slack-${error.statusCode}`)
  const code = slackCode(error)
  if (code) return new PostError(code.startsWith('restricted_action') ? 'blocked' : (known.get(code) ?? 'rejected'), `slack-${code}`)
  const network = networkCode(error)
  // A 429 without a readable Retry-After comes as a bare Error.
  if (error instanceof Error && error.message.startsWith('Retry header')) return new PostError('too-fast', 'slack-429')
  return new PostError(neverSent.has(network) ? 'too-fast' : 'unknown', `slack-${network || 'no-answer'}`)
}

/** The innermost code of a network error: fetch wraps it, the client wraps that. */
function networkCode(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const { code } = inner as { code?: unknown }
    if (typeof code === 'string' && /^[A-Z_]+$/.test(code)) return code
    if (inner.name === 'TimeoutError') return 'timeout'
  }
  return ''
}
