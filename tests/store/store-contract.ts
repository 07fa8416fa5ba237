/**
 * What every engine must do: the suite that each database passes. In: a way to open two stores on one empty database. Out: tests.
 * On PostgreSQL the two are two pools, as two instances of the bot have; on SQLite, which takes one process, they are the same.
 */
import { afterEach, beforeEach, describe } from 'vitest'
import type { Store } from '../../src/bot/store.ts'
import type { Engine } from '../../src/store/engine.ts'
import { credentialsContract } from './contract/credentials.ts'
import { dailyContract } from './contract/daily.ts'
import { membersContract } from './contract/members.ts'
import { repliesContract } from './contract/replies.ts'
import { reservationsContract } from './contract/reservations.ts'
import { settingsContract } from './contract/settings.ts'
import { sweepContract } from './contract/sweep.ts'

export type Opened = { a: Store; b: Store; engine: Engine; close(): Promise<void> }
/** Filled before each test. */
export type Given = { opened: () => Opened }

export function storeContract(name: string, open: () => Promise<Opened>): void {
  describe(name, () => {
    let current: Opened | undefined
    beforeEach(async () => {
      current = await open()
    })
    afterEach(async () => {
      await current?.close()
      current = undefined
    })
    const given: Given = {
      opened: () => {
        if (!current) throw new Error('no store is open')
        return current
      },
    }
    settingsContract(given)
    reservationsContract(given)
    repliesContract(given)
    credentialsContract(given)
    dailyContract(given)
    membersContract(given)
    sweepContract(given)
  })
}
