/**
 * Settings of one server, with defaults. In: unknown JSON from the store or an import. Out: zod Settings.
 * Nothing is on by default: a new server posts nothing unasked until an admin enables a channel.
 */
import * as z from 'zod'

export const ReplyMode = z.enum(['off', 'suggest', 'react', 'thread', 'reply'])
export type ReplyMode = z.infer<typeof ReplyMode>
export const Level = z.enum(['careful', 'standard', 'eager'])
export type Level = z.infer<typeof Level>
export const Weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
export type Weekday = z.infer<typeof Weekday>

/** IANA names only: an offset or "EST" does not know when its clocks change. */
export const Zone = z.string().refine(isZone, 'must be an IANA time zone such as Europe/Berlin')

export const LocalTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:00')

export const Replies = z.strictObject({
  mode: ReplyMode.default('off'),
  level: Level.default('standard'),
  /** Who switched it on, and when (ISO): shown by "why". */
  by: z.string().optional(),
  at: z.iso.datetime().optional(),
})

export const Daily = z.strictObject({
  time: LocalTime,
  zone: Zone,
  days: z
    .array(Weekday)
    .min(1)
    .default(() => [...Weekday.options]),
  /** Minutes after the planned time in which a missed post is still made up; 0: never. */
  catchUp: z.int().min(0).max(1439).default(120),
  /** Scheduled local dates (ISO) that an admin skipped. */
  skip: z.array(z.iso.date()).default(() => []),
  /** Who changed it last, and when (ISO). */
  by: z.string().optional(),
  at: z.iso.datetime().optional(),
  /** When it was switched on (ISO): nothing planned before that is ever made up. */
  since: z.iso.datetime().optional(),
})
export type Daily = z.infer<typeof Daily>

export const Quiet = z.strictObject({ from: LocalTime, to: LocalTime, zone: Zone })

export const ChannelSettings = z.strictObject({
  replies: Replies.prefault({}),
  daily: Daily.optional(),
  quiet: Quiet.optional(),
  /** Hours in which the same claim is not answered twice in this channel. */
  cooldownHours: z.number().min(0).max(720).default(24),
  /** Unasked replies per channel and day (UTC). */
  budget: z.int().min(0).max(100).default(3),
})
export type ChannelSettings = z.infer<typeof ChannelSettings>

/** An id of any platform, but no name that JavaScript objects have by nature ("constructor", "__proto__"). */
export const ChannelId = z
  .string()
  .max(60)
  .refine((id) => !(id in Object.prototype), 'must be a channel')

export const Settings = z.strictObject({
  version: z.literal(1).default(1),
  /** Pack ids in use; none named: all that are installed. */
  packs: z.array(z.string()).optional(),
  /** The channel where moderators see suggestions and notices. */
  moderators: z.string().optional(),
  /** Unasked posts are stopped until then (ISO; "9999-…": until resumed). */
  paused: z.strictObject({ until: z.iso.datetime(), by: z.string() }).optional(),
  channels: z.record(ChannelId, ChannelSettings).default(() => ({})),
})
export type Settings = z.infer<typeof Settings>

export const defaultSettings = (): Settings => Settings.parse({})
export const channelSettings = (settings: Settings, channel: string): ChannelSettings =>
  (Object.hasOwn(settings.channels, channel) ? settings.channels[channel] : undefined) ?? ChannelSettings.parse({})

/** Names that Intl knew: making its format costs more than all else in reading settings, which happens for every message and minute. */
const knownZones = new Set<string>()
/** There are some 600; case may vary, so that somebody could write many more. */
const mostZones = 2000

/** Is this a zone name that knows its own rules? Abbreviations and offsets are refused. */
export function isZone(name: string): boolean {
  if (knownZones.has(name)) return true
  if (name !== 'UTC' && !/^[A-Z][A-Za-z_]+\/[A-Za-z0-9_+\-/]+$/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    if (name.startsWith('Etc/GMT')) return false
  } catch {
    return false
  }
  if (knownZones.size >= mostZones) knownZones.clear()
  knownZones.add(name)
  return true
}
