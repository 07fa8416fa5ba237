/**
 * Real processes, killed with SIGKILL at each step of a post. In: where memory is, how many rounds. Out: how many messages were visible
 * at the end. Each kill has a memory of its own, so that the number of steps is that of one post and the runs can't help each other.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadPacks } from '../../registry.ts'
import { compileCache } from '../compile-cache.ts'
import { lifeMinutes, linesOf, live, type Plan } from './kill-life.ts'
import { type Source, seeded } from './platform.ts'

/** `visible[n]`: how many runs ended with n messages that people saw. `lost`: daily posts that a platform one can search does not show. */
export type KillReport = { kills: number; runs: number; visible: number[]; doubled: number; lost: number }
/** A database for one run, and its end; none: SQLite in the run's folder. */
export type MakeDatabase = () => Promise<{ url: string; drop(): Promise<void> }>
type Deaths = Plan & { steps: number[] }
type Outcome = { kills: number; visible: number; isPastTheEnd: boolean }

const child = join(import.meta.dirname, 'kill-child.ts')
/** A life has some 60 steps; a number behind its end is a life that ends by itself. */
const someStep = (random: Source): number => 1 + Math.floor(random() * 60)

/** One life in a process of its own. True when it was killed. */
function spawnLife(env: Record<string, string>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const life = spawn(process.execPath, [child], {
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let errors = ''
    life.stderr.on('data', (chunk: Buffer) => (errors += chunk))
    life.on('error', reject)
    life.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(true)
      else if (code === 0) resolve(false)
      else reject(new Error(`the child ended with ${code}: ${errors.slice(0, 2000)}`))
    })
  })
}

/** Kills one life after the other at the given steps, lets a last one live, and counts what can be seen. */
async function dieAndRecover({ kind, wallIs, steps }: Deaths, packs: string, makeDatabase?: MakeDatabase): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'for-the-record-kill-'))
  const database = await makeDatabase?.()
  const wall = join(folder, 'wall')
  const memory = { STATE_DIR: folder, DATABASE_URL: database?.url }
  let kills = 0
  let minute = 0
  let isPastTheEnd = false
  try {
    for (const [index, step] of steps.entries()) {
      const plan = { KILL_KIND: kind, KILL_WALL_IS: wallIs, KILL_STEP: String(step), KILL_MINUTE: String(minute) }
      const where = { KILL_WALL: wall, KILL_PACKS: packs, STATE_DIR: folder, DATABASE_URL: database?.url ?? '' }
      if (await spawnLife({ ...plan, ...where })) kills += 1
      else if (index === 0) isPastTheEnd = true
      // The next life comes when the lease is over.
      minute += lifeMinutes - 1
    }
    // Who comes after shares nothing with the dead but memory and wall: a new connection, a new bot, a new name.
    await live({ kind, wallIs, memory, wall, packs, minute, instance: 'heir' })
    return { kills, visible: linesOf(wall).length, isPastTheEnd }
  } finally {
    await database?.drop()
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * The real packs, read and checked once; each life is handed the few rebuttals that one post needs, without the weights learned about
 * all of them: reading everything anew would be most of a life.
 */
async function writeFewPacks(file: string): Promise<void> {
  const packs = await loadPacks(join(import.meta.dirname, '..', '..', '..', 'data'))
  await writeFile(
    file,
    JSON.stringify(packs.map(({ learned: _, lookUps: _asked, ...pack }) => ({ ...pack, rebuttals: pack.rebuttals.slice(0, 3) }))),
  )
}

/**
 * Every step until the child lives through, `abreast` at a time. In rounds after the first the life after the kill is killed as well,
 * at a step drawn from `random`, before another one may recover.
 */
export async function killEverywhere(options: {
  rounds: number
  makeDatabase?: MakeDatabase
  abreast?: number
  /** Of so many steps only one, for a short look. */
  stride?: number
  random?: Source
  tell?(report: KillReport): void
}): Promise<KillReport> {
  const { rounds, makeDatabase, abreast = 2, stride = 1, random = seeded(1), tell } = options
  const report: KillReport = { kills: 0, runs: 0, visible: [], doubled: 0, lost: 0 }
  const folder = await mkdtemp(join(tmpdir(), 'for-the-record-kill-packs-'))
  const packs = join(folder, 'packs.json')
  try {
    await writeFewPacks(packs)
    for (let round = 0; round < rounds; round += 1)
      for (const kind of ['daily', 'reply'] as const)
        for (const wallIs of ['searchable', 'blind'] as const)
          for (let step = 1, isOver = false; !isOver; step += abreast * stride) {
            const all = Array.from({ length: abreast }, (_, offset): Deaths => {
              const steps = [step + offset * stride, ...(round > 0 ? [someStep(random)] : [])]
              return { kind, wallIs, steps }
            })
            for (const { kills, visible, isPastTheEnd } of await Promise.all(
              all.map((deaths) => dieAndRecover(deaths, packs, makeDatabase)),
            )) {
              report.runs += 1
              report.kills += kills
              isOver ||= isPastTheEnd
              report.visible[visible] = (report.visible[visible] ?? 0) + 1
              if (visible > 1) report.doubled += 1
              if (visible === 0 && kind === 'daily' && wallIs === 'searchable') report.lost += 1
            }
            tell?.(report)
          }
    return report
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
