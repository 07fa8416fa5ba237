/**
 * The benchmarks: each prints its figure and the peer's side by side. In: names of parts (none: all that need no data), after "discord" or
 * "slack" also parts of it alone (`discord cpu`, of that one row: `discord cpu on`; `slack socket cpu`), --data DIR, --chatter FILE. Out: lines,
 * exit code 2 for a wrong name; a figure is worth something only
 * beside its peer from the same run.
 */
import { readOptions, refuse } from '../options.ts'
import { benchChatter, benchDetection } from './detection.ts'
import { cpuRows, discordParts } from './discord-parts.ts'
import { benchRetrieval } from './retrieval.ts'
import { benchSearch } from './search.ts'
import { slackParts } from './slack-parts.ts'

const { values, positionals } = readOptions(
  { options: { data: { type: 'string' }, chatter: { type: 'string' } }, allowPositionals: true },
  'There are --data DIR and --chatter FILE.',
)

const within = { discord: [...discordParts, ...cpuRows], slack: slackParts }
const isPartOf = (whole: keyof typeof within, name: string): boolean =>
  positionals.includes(whole) && within[whole].some((one) => one === name)
const partsOf = (whole: keyof typeof within): string[] => positionals.filter((name) => isPartOf(whole, name))

const parts: Record<string, () => Promise<unknown>> = {
  search: benchSearch,
  detection: benchDetection,
  chatter: async () => {
    if (values.chatter) await benchChatter(values.chatter)
    else console.log('chatter                            needs --chatter FILE: real chat, a line each')
  },
  retrieval: async () => {
    if (values.data) await benchRetrieval(values.data)
    else console.log('retrieval                          needs --data DIR: a set in the format of CheckThat! 2020, Task 2')
  },
  store: async () => (await import('./store.ts')).benchStore(),
  discord: async () => (await import('./discord.ts')).benchDiscord(partsOf('discord')),
  slack: async () => (await import('./slack.ts')).benchSlack(partsOf('slack')),
}

const named = positionals.filter((name) => !isPartOf('discord', name) && !isPartOf('slack', name))
const unknown = named.find((name) => !(name in parts))
if (unknown)
  refuse(
    `There is no benchmark "${unknown}". There are: ${Object.keys(parts).join(', ')}; of discord: ${discordParts.join(', ')}; of its cpu: ${cpuRows.join(', ')}; of slack: ${slackParts.join(', ')}.`,
  )
for (const name of named.length ? named : Object.keys(parts)) await parts[name]?.()
