/** /settings daily: on, off, preview, skip, post now. In: what an admin typed. Out: what holds now, with the next post shown. */
import type { Reply } from './card.ts'
import { changeSettings } from './change.ts'
import type { CommandContext } from './command.ts'
import { factCard, plainCard } from './compose.ts'
import { nextFact, nextSlot } from './daily.ts'
import { UserError } from './errors.ts'
import { channelKey, type Place } from './message.ts'
import { ChannelSettings, type Daily, type Settings, Weekday } from './settings.ts'
import { serve } from './tick.ts'
import { momentIn } from './time.ts'
import { words } from './words.ts'

export type DailyRequest = {
  do: 'set' | 'off' | 'preview' | 'skip' | 'now'
  channel?: string | undefined
  time?: string | undefined
  zone?: string | undefined
  days?: Weekday[] | undefined
  catchup?: number | undefined
}

/** "mon-fri", "sat,sun", "daily" → weekdays in order. Throws UserError for anything else. */
export function daysOf(text: string): Weekday[] {
  const all = Weekday.options
  const days = new Set<Weekday>()
  for (const part of text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)) {
    if (part === 'all' || part === 'daily') {
      for (const day of all) days.add(day)
      continue
    }
    const [from = '', to = from] = part.split(/[-–]/)
    const first = all.findIndex((day) => from.startsWith(day))
    const last = all.findIndex((day) => to.startsWith(day))
    if (first < 0 || last < 0) throw new UserError(words.settings.badDays(text.slice(0, 40)))
    for (let index = first; ; index = (index + 1) % 7) {
      days.add(all[index] as Weekday)
      if (index === last) break
    }
  }
  return all.filter((day) => days.has(day))
}

export async function setDaily(context: CommandContext, request: DailyRequest): Promise<Reply> {
  const id = request.channel ?? context.place.channel
  const place: Place = { platform: context.place.platform, server: context.place.server, channel: id }
  if (request.do === 'set') return switchOn(context, place, request)
  const settings = await context.store.settings(context.place)
  const daily = settings.channels[id]?.daily
  if (!daily) throw new UserError(words.settings.noDaily(id))
  if (request.do === 'preview') return preview(context, place, settings, daily)
  if (request.do === 'now') return postNow(context, place, settings, daily)
  if (request.do === 'skip') {
    const next = nextSlot(daily, context.now)
    if (!next) throw new UserError(words.settings.nothingPlanned)
    await changeSettings(context, (draft) => {
      const current = draft.channels[id]?.daily
      if (current) current.skip = [...current.skip.slice(-30), next.date]
    })
    return { card: plainCard(words.settings.dailyTitle, words.settings.skipped(next.date)), to: 'asker' }
  }
  await changeSettings(context, (draft) => {
    const current = draft.channels[id]
    if (current) delete current.daily
  })
  return { card: plainCard(words.settings.dailyTitle, words.settings.dailyOff(id)), to: 'asker' }
}

async function switchOn(context: CommandContext, place: Place, { time, zone, days, catchup }: DailyRequest): Promise<Reply> {
  const { now, asker } = context
  const moment = new Date(now).toISOString()
  const settings = await changeSettings(context, (draft) => {
    const current = draft.channels[place.channel] ?? ChannelSettings.parse({})
    const old = current.daily
    const newTime = time ?? old?.time
    const newZone = zone ?? old?.zone
    if (!newTime || !newZone) throw new UserError(words.settings.dailyNeeds)
    const daily: Daily = {
      time: newTime,
      zone: newZone,
      days: days ?? old?.days ?? [...Weekday.options],
      catchUp: catchup ?? old?.catchUp ?? 120,
      skip: old?.skip ?? [],
      by: asker.id,
      at: moment,
      since: old?.since ?? moment,
    }
    draft.channels[place.channel] = { ...current, daily }
  })
  const daily = settings.channels[place.channel]?.daily
  const next = daily && nextSlot(daily, now)
  const lead = daily && next ? words.settings.dailyOn(place.channel, momentIn(next.at, daily.zone)) : words.settings.nothingPlanned
  return { card: plainCard(words.settings.dailyTitle, lead), to: 'asker' }
}

const factsIn = ({ library }: CommandContext, settings: Settings) =>
  library.packs.filter((pack) => !settings.packs || settings.packs.includes(pack.id)).flatMap((pack) => pack.facts)

async function preview(context: CommandContext, place: Place, settings: Settings, daily: Daily): Promise<Reply> {
  const next = nextSlot(daily, context.now)
  const shown = await context.store.factsShown(place)
  const chosen = next && nextFact(factsIn(context, settings), next.date, channelKey(place), shown)
  if (!next || !chosen) throw new UserError(words.settings.nothingPlanned)
  return { card: { ...factCard(chosen.fact, context.library), note: words.settings.preview(momentIn(next.at, daily.zone)) }, to: 'asker' }
}

/** An extra post with a key of its own: pressing twice within the same minute is one post. */
async function postNow(context: CommandContext, place: Place, settings: Settings, daily: Daily): Promise<Reply> {
  const { parts, now } = context
  const date = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(daily.zone).toPlainDate().toString()
  const slot = `now-${Math.floor(now / 60_000).toString(36)}`
  const state = await serve(parts, { place, settings, daily, date, slot, at: now }, parts.instance)
  return { card: plainCard(words.settings.dailyTitle, words.settings.postedNow(state ?? 'claimed')), to: 'asker' }
}
