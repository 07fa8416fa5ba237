/**
 * The benchmarks: each prints its figure and the peer's side by side. In: names of parts (none: all that need no data), after "discord" also
 * parts of it alone (`discord cpu`, or of that one row: `discord cpu on`), --data DIR, --chatter FILE. Out: lines, exit code 2 for a wrong name; a figure is worth something only
 * beside its peer from the same run.
 */
import { readOptions, refuse } from '../options.ts'
import { benchChatter, benchDetection } from './detection.ts'
import { cpuRows, discordParts } from './discord-parts.ts'
import { benchRetrieval } from './retrieval.ts'
import { benchSearch } from './search.ts'

const { values, positionals } = readOptions(
  { options: { data: { type: 'string' }, chatter: { type: 'string' } }, allowPositionals: true },
  'There are --data DIR and --chatter FILE.',
)

const isOfDiscord = (name: string): boolean => positionals.includes('discord') && [...discordParts, ...cpuRows].some((one) => one === name)
const ofDiscord = positionals.filter(isOfDiscord)

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
  discord: async () => (await import('./discord.ts')).benchDiscord(ofDiscord),
  slack: async () => (await import('./slack.ts')).benchSlack(),
}

const named = positionals.filter((name) => !isOfDiscord(name))
const unknown = named.find((name) => !(name in parts))
if (unknown)
  refuse(
    `There is no benchmark "${unknown}". There are: ${Object.keys(parts).join(', ')}; of discord: ${discordParts.join(', ')}; of its cpu: ${cpuRows.join(', ')}.`,
  )
for (const name of named.length ? named : Object.keys(parts)) await parts[name]?.()
