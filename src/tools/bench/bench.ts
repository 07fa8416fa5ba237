/**
 * The benchmarks: each prints its figure and the peer's side by side. In: names of parts (none: all that need no data), --data DIR,
 * --chatter FILE. Out: lines; a figure is worth something only beside its peer from the same run.
 */
import { benchChatter, benchDetection } from './detection.ts'
import { benchRetrieval } from './retrieval.ts'
import { benchSearch } from './search.ts'

const args = process.argv.slice(2)
const option = (name: string): string | undefined => (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : undefined)
const named = args.filter((arg, place) => !arg.startsWith('--') && !args[place - 1]?.startsWith('--'))

const parts: Record<string, () => Promise<unknown>> = {
  search: benchSearch,
  detection: benchDetection,
  chatter: async () => {
    const file = option('chatter')
    if (file) await benchChatter(file)
    else console.log('chatter                            needs --chatter FILE: real chat, a line each')
  },
  retrieval: async () => {
    const folder = option('data')
    if (folder) await benchRetrieval(folder)
    else console.log('retrieval                          needs --data DIR: a set in the format of CheckThat! 2020, Task 2')
  },
  store: async () => (await import('./store.ts')).benchStore(),
  discord: async () => (await import('./discord.ts')).benchDiscord(),
  slack: async () => (await import('./slack.ts')).benchSlack(),
}

for (const name of named.length ? named : Object.keys(parts)) {
  const part = parts[name]
  if (!part) {
    console.error(`There is no benchmark "${name}". There are: ${Object.keys(parts).join(', ')}.`)
    process.exitCode = 1
  } else await part()
}
