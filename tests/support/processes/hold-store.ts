/** A second process for tests of the lock: opens the store of a folder, says so, stays until it is killed. In: the folder. */
import { writeSync } from 'node:fs'
import { openStore } from '../../../src/store/open.ts'
import { keptLog } from '../kept-log.ts'

try {
  await openStore({ STATE_DIR: process.argv[2] ?? '' }, keptLog())
  writeSync(1, 'holding\n')
  setInterval(() => {}, 1000)
} catch (error) {
  writeSync(1, `${error instanceof Error ? `${error.name}: ${error.message}` : ''}\n`)
}
