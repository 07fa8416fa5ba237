/** What /settings show tells. In: a server's settings, its audit and notices. Out: one card. */
import type { Card, Row } from './card.ts'
import type { CommandContext } from './command.ts'
import { nextSlot } from './daily.ts'
import { forbiddenSlot } from './manners.ts'
import { type ChannelSettings, type Daily, type Settings, Weekday } from './settings.ts'
import { momentIn } from './time.ts'
import { words } from './words.ts'

const auditLines = 5

export async function showSettings({ store, place, now, library }: CommandContext): Promise<Card> {
  const settings = await store.settings(place)
  const rows: Row[] = [{ label: words.settings.packs, value: (settings.packs ?? library.packs.map((pack) => pack.id)).join(', ') }]
  if (settings.moderators) rows.push({ label: words.settings.moderators, value: settings.moderators })
  if (isPaused(settings, now))
    rows.push({ label: words.settings.paused, value: words.settings.pausedBy(settings.paused?.until ?? '', settings.paused?.by ?? '') })
  for (const [id, channel] of Object.entries(settings.channels)) {
    rows.push({ label: words.settings.channel(id), value: channelLine(channel) })
    if (channel.daily) rows.push({ label: words.settings.dailyOf(id), value: dailyLine(channel.daily, now) })
    if (await store.isReserved(forbiddenSlot({ ...place, channel: id }), now))
      rows.push({ label: words.settings.problem, value: words.notices.forbidden(id) })
  }
  for (const change of await store.settingsHistory(place, auditLines)) {
    rows.push({
      label: new Date(change.at).toISOString().slice(0, 16).replace('T', ' '),
      value: words.settings.change(change.by, change.path, change.before, change.after),
    })
  }
  return { title: words.settings.title, lead: Object.keys(settings.channels).length ? words.settings.lead : words.settings.nothingOn, rows }
}

const isPaused = (settings: Settings, now: number): boolean => Boolean(settings.paused && Date.parse(settings.paused.until) > now)

const channelLine = ({ replies, cooldownHours, budget, quiet }: ChannelSettings): string =>
  [
    words.settings.replies(replies.mode, replies.level),
    replies.mode === 'off' ? '' : words.settings.limits(cooldownHours, budget),
    quiet ? words.settings.quiet(quiet.from, quiet.to, quiet.zone) : '',
    replies.by ? words.settings.by(replies.by) : '',
  ]
    .filter(Boolean)
    .join('; ')

function dailyLine(daily: Daily, now: number): string {
  const next = nextSlot(daily, now)
  const days = daily.days.length === Weekday.options.length ? words.settings.everyDay : daily.days.join(', ')
  return `${daily.time} ${daily.zone}, ${days}; ${next ? words.settings.next(momentIn(next.at, daily.zone)) : words.settings.nothingPlanned}`
}
