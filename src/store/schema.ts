/**
 * The data map: what each table and column holds, on whom, and for how long. In: nothing. Out: `tables`, the order of a copy,
 * docs/data.md (npm run generate) and a test that fails when a column is not described here.
 */

const hour = 3_600_000
const day = 24 * hour

/** How long rows stay, in milliseconds; sweep() holds to it. Platforms ask for 30 days or less on what is tied to messages. */
export const keep = {
  /** Replies, their votes, suggestions. */
  replies: 30 * day,
  /** Slack repeats a delivery for up to a day. */
  events: 2 * day,
  /** Runs of the daily fact; longer only for the running round, which must not repeat itself. */
  daily: 40 * day,
  counts: 60 * day,
  audit: 400 * day,
  /** Changes of one server's settings kept at most, whatever their age. */
  auditRevisions: 200,
} as const

export type TableMap = { holds: string; kept: string; columns: Record<string, string> }

const platform = 'platform, such as discord'
const server = 'id of the guild or workspace; "dm" for direct messages, "dm/" and the workspace where there are several'
const channel = 'id of the channel'
const thread = 'id of the thread, if any'
const trigger = "id of the member's message; not its text"
const at = 'when, in milliseconds since 1970'
const score = 'score of the match, a decimal number as text'

export const tables: Record<string, TableMap> = {
  schema_version: {
    holds: 'Which migrations have run',
    kept: 'for ever',
    columns: { version: 'number of the migration', at_ms: at },
  },
  installation: {
    holds: 'Small facts about the installation itself',
    kept: 'until replaced',
    columns: {
      name: 'what it is; "store/pseudonym-key" is the secret behind all pseudonyms',
      value: 'its value',
    },
  },
  settings: {
    holds: 'What admins decided for a server',
    kept: '30 days after the bot left the server',
    columns: {
      platform,
      server,
      body: 'the settings as JSON; `by` is the id of the admin who switched something on, until that admin asks to be forgotten',
      revision: 'number of the change, grows by one',
    },
  },
  settings_audit: {
    holds: 'Who changed which setting',
    kept: '400 days, at most 200 changes per server; 30 days after the bot left',
    columns: {
      platform,
      server,
      revision: 'number of the change',
      line: 'line within the change',
      at_ms: at,
      actor: 'id of the admin; a meaningless name once that admin asked to be forgotten',
      path: 'which setting, such as channels.C1.replies.mode',
      old_value: 'its value before',
      new_value: 'its value after',
    },
  },
  reservations: {
    holds: 'What must not happen twice: deliveries, cooldowns, budgets, notices',
    kept: 'until it ends, at most 30 days',
    columns: {
      slot: 'kind and place with ids of channel, message and rebuttal, or the id of a request or of an installation that was begun; of who asked the bot by name, a pseudonym, for ten minutes',
      until_ms: 'when it ends, in milliseconds since 1970',
    },
  },
  replies: {
    holds: 'Public replies, for "Why?", "Not this" and taking them back; and what would be on record if a moderator posted a suggestion',
    kept: '30 days',
    columns: {
      id: 'short key of the reply',
      platform,
      server,
      channel,
      thread,
      trigger_id: trigger,
      message: "id of the bot's message",
      mode: 'how it was posted',
      rebuttal: 'which rebuttal',
      author: "pseudonym of the message's author; empty once forgotten",
      stance: 'how the message stood to the claim',
      score,
      bar: 'the bar it had to pass, a decimal number as text',
      evidence: "JSON: kinds of evidence with the pack's own wording, scores and offsets",
      level: 'level of the channel at that time',
      enabled_by: 'id of the admin who had switched replies on',
      at_ms: at,
      removed_ms: 'when it was taken back',
    },
  },
  votes: {
    holds: 'One vote of a member about a reply',
    kept: 'as long as the reply',
    columns: { reply: 'key of the reply', person: 'pseudonym of the member', vote: 'wrong or helpful', at_ms: at },
  },
  opt_outs: {
    holds: 'Members whose messages are never answered unasked',
    kept: 'until the member opts in again, also after "forget me"',
    columns: { person: 'pseudonym of the member', at_ms: at },
  },
  daily_runs: {
    holds: 'Scheduled posts of the daily fact',
    kept: '40 days; the running round of a channel until it is over',
    columns: {
      platform,
      server,
      channel,
      slot: '"daily", or the key of an extra post',
      local_date: 'the scheduled local date',
      state: 'claimed, sending, posted, missed, skipped, unknown or failed',
      fact: 'which fact',
      round: 'round of the pool',
      owner: 'which instance of the bot holds it',
      lease_ms: 'until when, in milliseconds since 1970',
      tries: 'how often sending was begun',
      message: "id of the bot's message",
      at_ms: at,
    },
  },
  suggestions: {
    holds: 'Matches that wait for a moderator',
    kept: '30 days',
    columns: {
      id: 'short key',
      platform,
      server,
      channel,
      thread,
      trigger_id: trigger,
      author: "pseudonym of the message's author",
      rebuttal: 'which rebuttal',
      stance: 'how the message stood to the claim',
      score,
      reason: "why it was only suggested, in the bot's words",
      at_ms: at,
      resolved_by: 'pseudonym of the moderator who acted',
      resolved_action: 'what was done',
      resolved_ms: 'when it was done',
    },
  },
  counts: {
    holds: 'Counts for statistics; on nobody',
    kept: '60 days',
    columns: { platform, server, day: 'date (UTC)', name: 'what was counted', total: 'how often' },
  },
  events: {
    holds: 'Deliveries accepted for later work, so that none is lost or done twice',
    kept: '2 days',
    columns: {
      id: "the platform's id of the delivery",
      platform,
      kind: 'kind of event',
      server,
      channel,
      thread,
      message: trigger,
      author: "pseudonym of the message's author",
      at_ms: at,
      done_ms: '1 when the work is done',
    },
  },
  credentials: {
    holds: 'What a platform gave the bot for one server (Slack, several workspaces): tokens, ids of the bot, scopes',
    kept: 'until the app is uninstalled there; 30 days after the bot left',
    columns: {
      platform,
      server,
      sealed: 'encrypted by its adapter (AES-256-GCM) under a key that is not in the database; the first characters tell which key',
      at_ms: at,
    },
  },
  departures: {
    holds: 'Servers that removed the bot',
    kept: 'until their rows are erased',
    columns: { platform, server, due_ms: 'when their rows go, in milliseconds since 1970' },
  },
}

/** docs/data.md, generated. */
export function dataPage(): string {
  const lines = [
    '# What is kept',
    '',
    'Generated from src/store/schema.ts (npm run generate); a test fails when a column of the database is missing here.',
    '',
    'No message text is stored, logged or counted. A pseudonym is a keyed one-way hash of platform and member id (HMAC-SHA-256): the same member gives the same value in this installation. The key lies in the database: who holds the whole database can test whether a known id occurs in it, nobody can list the members.',
  ]
  for (const [name, { holds, kept, columns }] of Object.entries(tables)) {
    lines.push('', `## ${name}`, '', `${holds}. Kept ${kept}.`, '', '| column | holds |', '|---|---|')
    for (const [column, text] of Object.entries(columns)) lines.push(`| \`${column}\` | ${text} |`)
  }
  return `${lines.join('\n')}\n`
}
