/** What the simulator runs on: the real packs, detection and commands, and a store of its own that goes when it is closed. In: nothing. Out: ChaosParts. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../../bot/log.ts'
import type { Store } from '../../bot/store.ts'
import { openPacks } from '../../detection/open.ts'
import { loadCommands, loadPacks } from '../../registry.ts'
import { openEngine } from '../../store/open.ts'
import { createSqlStore } from '../../store/sql-store.ts'
import type { ChaosParts } from './chaos.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const quiet: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} }

let known: ChaosParts | undefined

export async function chaosParts(): Promise<ChaosParts> {
  if (known) return known
  const { library, detector } = openPacks(await loadPacks(join(root, 'data')))
  known = {
    library,
    detector,
    commands: await loadCommands(join(root, 'commands')),
    log: quiet,
    openStore: openShortLived,
    texts: {
      myths: library.rebuttals.slice(0, 12).map((rebuttal) => rebuttal.claim),
      denials: library.rebuttals
        .slice(0, 6)
        .map((rebuttal) => `It is not true that ${rebuttal.claim.replace(/\.$/, '')}, that claim is false`),
      chatter: ['nice weather today', 'who wants to play tonight', 'my train was late', 'the soup was cold', 'what time is the meeting'],
    },
  }
  return known
}

/** Here instances die, the machine never does: nothing waits for the disk, and nothing is left on it. */
async function openShortLived(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'for-the-record-sim-'))
  const engine = await openEngine({ STATE_DIR: folder }, quiet)
  await engine.query('pragma synchronous=off')
  // `quick` would set the pragma anew, and with it the next wait for the disk.
  const store = await createSqlStore({ ...engine, quick: engine.query })
  return {
    ...store,
    async close() {
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
