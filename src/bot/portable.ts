/** Settings between servers and platforms. In: settings, or the text of an export. Out: one line of JSON, or changed settings. Names of people stay behind. */
import { changeSettings } from './change.ts'
import type { CommandContext } from './command.ts'
import { UserError } from './errors.ts'
import { ChannelId, ChannelSettings, Settings } from './settings.ts'
import { words } from './words.ts'

/** The settings without who and when: a member's id means nothing on another server. */
export function exportText(settings: Settings): string {
  return JSON.stringify(settings, (name, value) => (['by', 'at', 'since', 'paused'].includes(name) ? undefined : value))
}

/**
 * Takes an export over. "OLD=NEW" pairs behind the JSON rename channels; a channel named "here" is the one it is typed in.
 * Throws UserError naming the fault; nothing is changed then.
 */
export async function importSettings(context: CommandContext, text: string): Promise<void> {
  const end = text.lastIndexOf('}') + 1
  const renamed = new Map(
    text
      .slice(end)
      .trim()
      .split(/\s+/)
      .filter((pair) => pair.includes('='))
      .map((pair) => pair.split('=', 2) as [string, string]),
  )
  let json: unknown
  try {
    json = JSON.parse(text.slice(0, end))
  } catch {
    throw new UserError(words.settings.importNotJson)
  }
  // An export always says which version it is; without that a slip such as {} would wipe what holds here.
  if (!(json && typeof json === 'object' && 'version' in json)) throw new UserError(words.settings.importNotJson)
  const parsed = Settings.safeParse(json)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new UserError(words.settings.importWrong(issue?.path.join('.') ?? '', issue?.message ?? ''))
  }
  const unknown = (parsed.data.packs ?? []).filter((id) => !context.library.packs.some((pack) => pack.id === id))
  if (unknown.length)
    throw new UserError(
      words.settings.noSuchPack(
        unknown.join(', '),
        context.library.packs.map((pack) => pack.id),
      ),
    )
  const rename = (id: string) => (renamed.get(id) === 'here' ? context.place.channel : (renamed.get(id) ?? id))
  // A name that no record can hold would drop its channel without a word.
  for (const [from, to] of renamed)
    if (!ChannelId.safeParse(to).success) throw new UserError(words.settings.importWrong(from.slice(0, 60), words.settings.noChannel))
  const stamp = { by: context.asker.id, at: new Date(context.now).toISOString() }
  await changeSettings(context, (draft) => {
    draft.channels = {}
    for (const [id, channel] of Object.entries(parsed.data.channels)) {
      draft.channels[rename(id)] = ChannelSettings.parse({
        ...channel,
        replies: { ...channel.replies, ...stamp },
        ...(channel.daily && { daily: { ...channel.daily, ...stamp, since: stamp.at } }),
      })
    }
    if (parsed.data.packs) draft.packs = parsed.data.packs
    else delete draft.packs
    if (parsed.data.moderators) draft.moderators = rename(parsed.data.moderators)
    else delete draft.moderators
  })
}
