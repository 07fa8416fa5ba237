/**
 * What the bot costs on Discord, beside bots on discord.js, all on the fake Discord of the tests. In: which parts, none: all; rows of cpu.
 * Out: printed lines: memory with 1,000 and 10,000 servers, processor time per message (discord-cpu.ts), time to the first answer
 * (discord-answers.ts). Everything that Discord's side costs is paid by this process; the bots are measured, each in a process of its own.
 */
import { startFakeDiscord } from '../../../tests/support/fake-discord/server.ts'
import { benchAnswers } from './discord-answers.ts'
import { type Kind, kinds, names, startBot } from './discord-bots.ts'
import { benchCpu } from './discord-cpu.ts'
import { cpuRows, type DiscordPart, discordParts } from './discord-parts.ts'

/** All of it takes some eight minutes, more on a busy machine. */
export async function benchDiscord(wanted: readonly string[]): Promise<void> {
  // The first start fills the compile cache, as the first start of an installation does.
  const fake = await startFakeDiscord()
  for (const kind of kinds) await (await startBot(kind, fake)).end()
  await fake.close()
  const rows = cpuRows.filter((name) => wanted.includes(name))
  const parts: Record<DiscordPart, () => Promise<void>> = { memory: benchMemory, cpu: () => benchCpu(rows), answers: benchAnswers }
  const isWanted = (name: DiscordPart) => !wanted.length || wanted.includes(name) || (name === 'cpu' && rows.length > 0)
  for (const name of discordParts) if (isWanted(name)) await parts[name]()
}

async function benchMemory(): Promise<void> {
  for (const guilds of [1000, 10_000]) await memory(guilds)
}

/** RSS after READY, all servers in, five seconds of rest. One shard per 2,000 servers, as Discord wants it. */
async function memory(guilds: number): Promise<void> {
  const fake = await startFakeDiscord({ guilds, shards: Math.ceil(guilds / 2000), maxConcurrency: 16 })
  const rss: Partial<Record<Kind, number>> = {}
  for (const kind of kinds) {
    const child = await startBot(kind, fake)
    await new Promise((resolve) => setTimeout(resolve, 5000))
    rss[kind] = (await child.figures()).rss / 2 ** 20
    await child.end()
  }
  await fake.close()
  console.log(`discord: RSS with ${guilds} servers: ${kinds.map((kind) => `${names[kind]} ${rss[kind]?.toFixed(0)} MiB`).join(', ')}`)
}
