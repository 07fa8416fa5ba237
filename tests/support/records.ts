/** Records for the store, complete and plausible. In: what matters to a test. Out: the record. */
import type { AcceptedEvent, DailyRun, ReplyRecord, Server, Store, Suggestion } from '../../src/bot/store.ts'

export const server: Server = { platform: 'discord', server: '100' }
export const place = { ...server, channel: '200' }
/** Tue 24 November 2026, 12:00 UTC. */
export const noon = Date.UTC(2026, 10, 24, 12)
export const hour = 3_600_000
export const day = 24 * hour

export const aReply = (store: Store, given: Partial<ReplyRecord> = {}): ReplyRecord => ({
  id: 'r1',
  place,
  trigger: '300',
  mode: 'reply',
  rebuttal: 'german-gold',
  author: store.pseudonym('discord', '900'),
  stance: 'support',
  score: 0.8125,
  bar: 0.62,
  evidence: [{ kind: 'phrasing', wording: 'paid by the kaiser', score: 0.5, start: 3, end: 21 }],
  level: 'standard',
  at: noon,
  ...given,
})

export const aRun = (given: Partial<DailyRun> = {}): DailyRun => ({
  place,
  date: '2026-11-24',
  slot: 'daily',
  state: 'claimed',
  fact: 'f1',
  round: 0,
  owner: 'one',
  leaseUntil: noon + 60_000,
  tries: 0,
  at: noon,
  ...given,
})

export const aSuggestion = (store: Store, given: Partial<Suggestion> = {}): Suggestion => ({
  id: 's1',
  place,
  trigger: '300',
  author: store.pseudonym('discord', '900'),
  rebuttal: 'german-gold',
  stance: 'query',
  score: 0.5,
  reason: 'one kind of evidence',
  at: noon,
  ...given,
})

/** What breaks naive SQL, naive JSON, naive keys or one engine's text type. */
export const nastyIds = [
  "'; drop table settings; --",
  '" or 1=1 --',
  "x' union select value from installation --",
  '$1',
  '?1',
  '%',
  '_',
  '\\',
  '{"by":"1"}',
  '"by":"1"',
  '../../etc/passwd',
  'a|b/c/d',
  '__proto__',
  'constructor',
  'null',
  '',
  ' ',
  'é\u0301\u202e\u200b',
  '👩‍👩‍👧‍👦',
  'A'.repeat(5000),
]

/** A message that a platform delivered. */
export const anEvent = (store: Pick<Store, 'pseudonym'>, id: string): AcceptedEvent => ({
  id,
  platform: 'slack',
  kind: 'posted',
  ref: { place: { platform: 'slack', server: 'T1', channel: 'C1', thread: '1.1' }, id: `${id}.1` },
  author: store.pseudonym('slack', 'U1'),
  at: noon,
})
