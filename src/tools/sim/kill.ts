/**
 * Real processes, killed with SIGKILL at each step of a post. In: an engine, the steps. Out: how many messages were visible at the end.
 * The platform is a file that the child appends to before it answers: what stands there has been seen by everybody.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type KillReport = { kills: number; runs: number; visible: number[]; doubled: number; searchableLost: number }

type Plan = { kind: 'daily' | 'reply'; platform: 'searchable' | 'blind'; step: number }

const child = join(import.meta.dirname, 'kill-child.ts')

/** One life: runs the child until it ends or kills itself at a step. True when it was killed. */
function live(env: Record<string, string>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const life = spawn(process.execPath, [child], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
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

/** Kills a process at one step, starts another, and counts what can be seen. */
async function killOnce(
  { kind, platform, step }: Plan,
  database: Record<string, string>,
): Promise<{ wasKilled: boolean; visible: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'for-the-record-kill-'))
  const wall = join(folder, 'wall.jsonl')
  const server = `s${process.pid}-${Math.random().toString(36).slice(2)}`
  const env = { STATE_DIR: folder, ...database, KILL_KIND: kind, KILL_PLATFORM: platform, KILL_WALL: wall, KILL_SERVER: server }
  const wasKilled = await live({ ...env, KILL_STEP: String(step), KILL_MINUTE: '0' })
  // The next life comes a few minutes later, when the lease is over, and lives on for a while.
  await live({ ...env, KILL_STEP: '0', KILL_MINUTE: '3' })
  const lines = (await readFile(wall, 'utf8').catch(() => '')).split('\n').filter(Boolean)
  await rm(folder, { recursive: true, force: true })
  return { wasKilled, visible: lines.length }
}

/** Every step until the child lives through; `rounds` times over, `abreast` at a time. */
export async function killEverywhere(database: Record<string, string>, rounds: number, abreast = 2): Promise<KillReport> {
  const report: KillReport = { kills: 0, runs: 0, visible: [], doubled: 0, searchableLost: 0 }
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of ['daily', 'reply'] as const) {
      for (const platform of ['searchable', 'blind'] as const) {
        for (let step = 1, isOver = false; !isOver; step += abreast) {
          const plans = Array.from({ length: abreast }, (_, offset): Plan => ({ kind, platform, step: step + offset }))
          for (const { wasKilled, visible } of await Promise.all(plans.map((plan) => killOnce(plan, database)))) {
            report.runs += 1
            if (!wasKilled) isOver = true
            else report.kills += 1
            report.visible[visible] = (report.visible[visible] ?? 0) + 1
            if (visible > 1) report.doubled += 1
            if (visible === 0 && kind === 'daily' && platform === 'searchable') report.searchableLost += 1
          }
        }
      }
    }
  }
  return report
}
