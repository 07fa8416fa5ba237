/**
 * The simulator. In: nothing; or --seed N to replay one run of chaos, --long for more of everything. Out: figures, one block each;
 * exit 1 when an invariant broke. Needs the development dependencies (it starts a PostgreSQL of its own).
 */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killSettings } from '../kill-settings.ts'
import { startPostgres } from '../postgres-server.ts'
import { chaos } from './chaos.ts'
import { killEverywhere } from './kill.ts'
import { chaosParts } from './parts.ts'
import { race } from './race.ts'
import { simulateZones } from './zones.ts'

const isLong = process.argv.includes('--long')
const seedAt = process.argv.indexOf('--seed')
const parts = await chaosParts()
let isBroken = false
const tell = (title: string, figures: object, isRight: boolean) => {
  if (!isRight) isBroken = true
  console.log(`${isRight ? 'ok    ' : 'BROKEN'} ${title}: ${JSON.stringify(figures)}`)
}

if (seedAt > 0) {
  const report = await chaos(Number(process.argv[seedAt + 1]), 5, parts)
  tell('chaos', report, !report.broken.length)
} else {
  const zones = simulateZones(
    2027,
    isLong ? ['00:00', '00:30', '02:00', '02:30', '03:00', '09:00', '12:00', '23:30', '23:59'] : ['00:30', '02:30', '09:00', '23:30'],
    60,
  )
  tell('a year in every zone with rules of its own', zones, !zones.lost && !zones.doubled)

  const total = { seeds: isLong ? 1000 : 40, days: 0, messages: 0, deaths: 0, posts: 0, broken: [] as string[] }
  for (let seed = 1; seed <= total.seeds; seed += 1) {
    const report = await chaos(seed, 3, parts)
    total.days += 3
    total.messages += report.messages
    total.deaths += report.deaths
    total.posts += report.posts
    for (const sentence of report.broken) total.broken.push(`seed ${seed}: ${sentence}`)
  }
  tell('chaos', total, !total.broken.length)

  const sqlite = await killEverywhere({}, isLong ? 4 : 1)
  tell('SIGKILL at each step, SQLite', sqlite, !sqlite.doubled && !sqlite.searchableLost)
  const acknowledged = await killSettings({ STATE_DIR: await mkdtemp(join(tmpdir(), 'for-the-record-sim-')) }, isLong ? 400 : 60, 1)
  tell('acknowledged settings after SIGKILL, SQLite', acknowledged, !acknowledged.lost)
  const postgres = await startPostgres()
  const database = async (name: string) => {
    await postgres.createDatabase(name)
    return postgres.url(name)
  }
  try {
    const killed = await killEverywhere({ DATABASE_URL: await database('kills') }, isLong ? 4 : 1)
    tell('SIGKILL at each step, PostgreSQL', killed, !killed.doubled && !killed.searchableLost)
    const kept = await killSettings({ STATE_DIR: '', DATABASE_URL: await database('settings') }, isLong ? 400 : 60, 1)
    tell('acknowledged settings after SIGKILL, PostgreSQL', kept, !kept.lost)
    const raced = await race(await database('race'), 1000, parts)
    tell('five instances, 1,000 slots, clocks ±90 s, PostgreSQL', raced, !raced.doubled && !raced.lost)
  } finally {
    await postgres.stop()
  }
}
process.exitCode = isBroken ? 1 : 0
