/**
 * The simulator. In: nothing; --long for more of everything; --seed N to replay one run of chaos (--days D for another length).
 * Out: figures, one line a block, each with its time; progress on standard error; exit 1 when an invariant broke, 2 for a wrong option.
 * Needs the development dependencies (it starts a PostgreSQL of its own).
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../store/open.ts'
import { killSettings } from '../kill-settings.ts'
import { numberOption, readOptions } from '../options.ts'
import { type PostgresServer, startPostgres } from '../postgres-server.ts'
import { chaos } from './chaos.ts'
import { killEverywhere, type MakeDatabase } from './kill.ts'
import { chaosParts } from './parts.ts'
import { seeded } from './platform.ts'
import { race } from './race.ts'
import { simulateZones } from './zones.ts'

const { values } = readOptions(
  { options: { long: { type: 'boolean' }, seed: { type: 'string' }, days: { type: 'string', default: '3' } } },
  'There are --long, --seed N and --days D.',
)
const isLong = values.long === true
const days = numberOption('days', values.days, { least: 1 })
const replayed = values.seed === undefined ? undefined : numberOption('seed', values.seed, { least: 0 })
/** Kills of processes that change settings, per engine; rounds of kills at every step; seeds of chaos. */
const { settingsKills, rounds, seeds } = isLong
  ? { settingsKills: 1000, rounds: 4, seeds: 1000 }
  : { settingsKills: 60, rounds: 1, seeds: 24 }
const times = isLong
  ? ['00:00', '00:30', '02:00', '02:30', '03:00', '09:00', '12:00', '23:30', '23:59']
  : ['00:30', '02:30', '09:00', '23:30']
const folder = await mkdtemp(join(tmpdir(), 'for-the-record-sim-'))
let isBroken = false

/** One block: its figures when it is done, and every few seconds how far it is. */
async function block<T extends object>(
  title: string,
  work: (say: (state: string) => void) => Promise<T>,
  isRight: (figures: T) => boolean,
) {
  const began = performance.now()
  let said = began
  const figures = await work((state) => {
    if (performance.now() - said < 5000) return
    said = performance.now()
    console.error(`       ${title}: ${state}`)
  })
  if (!isRight(figures)) isBroken = true
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`${isRight(figures) ? 'ok    ' : 'BROKEN'} ${title} (${seconds} s): ${JSON.stringify(figures)}`)
}

const playZones = () =>
  block(
    'a year in every zone with rules of its own',
    async (say) => simulateZones(2027, times, 60, undefined, (done) => say(`zone ${done}`)),
    ({ lost, doubled, dates }) => dates > 0 && !lost && !doubled,
  )

const playChaos = () =>
  block(
    'chaos',
    async (say) => {
      const parts = await chaosParts()
      const total = { seeds, days: seeds * days, messages: 0, deaths: 0, posts: 0, broken: [] as string[] }
      for (let seed = 1; seed <= seeds; seed += 1) {
        const report = await chaos(seed, days, parts)
        total.messages += report.messages
        total.deaths += report.deaths
        total.posts += report.posts
        for (const sentence of report.broken) total.broken.push(`seed ${seed}: ${sentence}`)
        say(`seed ${seed} of ${seeds}`)
      }
      return total
    },
    ({ broken }) => !broken.length,
  )

const killAtEachStep = (engine: string, makeDatabase?: MakeDatabase) =>
  block(
    `SIGKILL at each step of a post, ${engine}`,
    (say) =>
      killEverywhere({
        rounds,
        random: seeded(1),
        tell: ({ kills, doubled }) => say(`${kills} kills, ${doubled} doubled`),
        ...(makeDatabase && { makeDatabase }),
      }),
    ({ kills, doubled, lost }) => kills >= 200 && !doubled && !lost,
  )

const killWhileSetting = (engine: string, DATABASE_URL?: string) =>
  block(
    `acknowledged settings after SIGKILL, ${engine}`,
    (say) =>
      killSettings({ STATE_DIR: join(folder, 'settings'), DATABASE_URL }, settingsKills, 1, ({ kills, lost }) =>
        say(`${kills} kills, ${lost} lost`),
      ),
    ({ lost, kills }) => kills === settingsKills && !lost,
  )

/** Databases of one run each, copies of one whose schema is there. */
async function databasesOn(server: PostgresServer): Promise<MakeDatabase> {
  await server.createDatabase('blank')
  await (await openStore({ STATE_DIR: folder, DATABASE_URL: server.url('blank') }, (await chaosParts()).log)).close()
  let number = 0
  return async () => {
    number += 1
    const name = `kill_${number}`
    await server.createDatabase(name, 'blank')
    return { url: server.url(name), drop: () => server.dropDatabase(name) }
  }
}

async function playOnPostgres(): Promise<void> {
  const server = await startPostgres()
  try {
    await killAtEachStep('PostgreSQL', await databasesOn(server))
    await server.createDatabase('settings')
    await killWhileSetting('PostgreSQL', server.url('settings'))
    await server.createDatabase('race')
    const parts = await chaosParts()
    await block(
      'five instances, 1,000 slots, clocks ±90 s, PostgreSQL',
      () => race(server.url('race'), 1000, parts),
      ({ doubled, lost }) => !doubled && !lost,
    )
  } finally {
    await server.stop()
  }
}

async function playAll(): Promise<void> {
  await playZones()
  await playChaos()
  await killAtEachStep('SQLite')
  await killWhileSetting('SQLite')
  await playOnPostgres()
}

async function replay(seed: number): Promise<void> {
  const parts = await chaosParts()
  await block(
    `chaos from seed ${seed}`,
    () => chaos(seed, days, parts),
    ({ broken }) => !broken.length,
  )
}

const began = performance.now()
try {
  await (replayed === undefined ? playAll() : replay(replayed))
  console.log(`${isBroken ? 'BROKEN' : 'ok    '} in all ${((performance.now() - began) / 1000).toFixed(0)} s`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
process.exitCode = isBroken ? 1 : 0
