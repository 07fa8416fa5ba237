/**
 * A process that accepts events and dies by SIGKILL the moment they are kept, before any has a row. In: the folder, how many.
 * Out: nothing, it is dead.
 */
import { openStore } from '../../../src/store/open.ts'
import { keptLog } from '../kept-log.ts'
import { anEvent } from '../records.ts'

const [folder = '', count = '0'] = process.argv.slice(2)
const store = await openStore({ STATE_DIR: folder }, keptLog())
await Promise.all(Array.from({ length: Number(count) }, (_, index) => store.acceptEvent(anEvent(store, `Ev${index}`)).kept))
process.kill(process.pid, 'SIGKILL')
