/**
 * The Slack adapter with the real bot as a process of its own, to be killed. In: a JSON argument with mode, the fake's Web API address
 * and the folder of the store. Out: the parts' details as its first line; it runs until it is killed.
 */
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { createBot } from '../../../src/bot/bot.ts'
import { openPacks } from '../../../src/detection/open.ts'
import { loadCommands, loadPacks } from '../../../src/registry.ts'
import { openStore } from '../../../src/store/open.ts'
import { makeAdapter } from '../../adapters/slack-harness.ts'
import { quietLog } from '../world.ts'

// It never ends by itself, which is when the cache is written.
flushCompileCache()
const { mode, api, folder } = JSON.parse(process.argv[2] ?? '') as { mode: 'socket' | 'http'; api: string; folder: string }
const root = join(import.meta.dirname, '..', '..', '..')
const [packs, commands] = await Promise.all([loadPacks(join(root, 'data'), ['learned', 'look-ups']), loadCommands(join(root, 'commands'))])
// What a message asks for is told elsewhere (detection, conversations); to learn all claims anew would be most of each of these lives.
const few = packs.map((pack) => ({ ...pack, rebuttals: pack.rebuttals.filter(({ id }) => id.startsWith('german-')) }))
const { library, detector } = openPacks(few)
const store = await openStore({ STATE_DIR: folder }, quietLog)
const { adapter } = await makeAdapter({ api }, store, { mode, commands, patience: { halfDone: 500 } })
const parts = { library, detector, store, adapters: [adapter], commands, log: quietLog }
await adapter.start(createBot({ ...parts, now: Date.now, instance: `${process.pid}` }))
writeSync(1, `${adapter.parts.map(({ detail }) => detail).join('; ')}\n`)
