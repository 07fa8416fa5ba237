/**
 * The process that is killed. In: its plan by environment, the step at which it dies. Out: what kill-life.ts leaves on the wall;
 * ends by SIGKILL at that step, or by itself with code 0 when its life has fewer steps.
 */
import { flushCompileCache } from 'node:module'
import { live, type Plan } from './kill-life.ts'

// Who is killed leaves nothing for the next one otherwise: the cache is written at a normal end.
flushCompileCache()
const { KILL_KIND, KILL_WALL_IS, KILL_WALL = '', KILL_PACKS = '', KILL_STEP, KILL_MINUTE, STATE_DIR = '', DATABASE_URL } = process.env
let steps = 0
await live({
  kind: KILL_KIND as Plan['kind'],
  wallIs: KILL_WALL_IS as Plan['wallIs'],
  memory: { STATE_DIR, DATABASE_URL: DATABASE_URL || undefined },
  wall: KILL_WALL,
  packs: KILL_PACKS,
  minute: Number(KILL_MINUTE),
  instance: `life-${process.pid}`,
  step: () => {
    steps += 1
    if (steps === Number(KILL_STEP)) process.kill(process.pid, 'SIGKILL')
  },
})
