/**
 * The verb doctor: what is configured, what is missing or wrong, how to mend it. In: the environment. Out: one line per finding;
 * exit 1 when something must be mended. It changes nothing; a platform is asked only whether it takes its token, where it tells without a
 * connection.
 */
import type { AdapterFront } from '../bot/adapter.ts'
import { UserError } from '../bot/errors.ts'
import { CoreEnv, readEnv, refuseUnknown } from '../env.ts'
import { createLog } from '../log.ts'
import { adaptersFolder, commandsFolder } from '../main.ts'
import { loadCommands, loadFronts, readPacks } from '../registry.ts'
import { inspectStore, readCredentials } from '../store/open.ts'

type Finding = { part: string; state: 'ok' | 'off' | 'wrong'; detail: string; remedy?: string }

/** A check that turns its error into a finding. */
async function finding(part: string, remedy: string, look: () => Promise<string> | string): Promise<Finding> {
  try {
    return { part, state: 'ok', detail: await look() }
  } catch (error) {
    return {
      part,
      state: 'wrong',
      detail: error instanceof UserError ? error.message : error instanceof Error ? error.name : 'failed',
      remedy,
    }
  }
}

export async function doctor({ json }: { json?: true }, env: NodeJS.ProcessEnv): Promise<number> {
  const fronts = await loadFronts(adaptersFolder)
  const findings: Finding[] = [
    { part: 'runtime', state: 'ok', detail: `Node ${process.versions.node}` },
    await finding('environment', 'Correct it; .env.example lists every name', () => {
      refuseUnknown(env, [...Object.keys(CoreEnv.shape), ...fronts.flatMap((front) => Object.keys(front.env.shape))])
      readEnv(CoreEnv, env)
      return 'every name is known and well formed'
    }),
    await finding('commands', 'Report this', async () => `${(await loadCommands(commandsFolder)).length} loaded`),
    await finding('packs', 'Run the verb lint for every fault', () => packsLine(env)),
    await finding('store', 'See the message; STATE_DIR must be writable, DATABASE_URL reachable', () => storeLine(env)),
    ...(await Promise.all(fronts.filter((front) => !front.isFallback).map((front) => platformFinding(front, env)))),
  ]
  const isWell = findings.every(({ state }) => state !== 'wrong')
  if (json) process.stdout.write(`${JSON.stringify({ well: isWell, findings }, null, 2)}\n`)
  else {
    for (const { part, state, detail, remedy } of findings)
      process.stdout.write(`${state.padEnd(5)} ${part}: ${detail}${remedy ? `\n      → ${remedy}` : ''}\n`)
    process.stdout.write(isWell ? 'Nothing needs mending.\n' : 'Something needs mending, see above.\n')
  }
  return isWell ? 0 : 1
}

async function packsLine(env: NodeJS.ProcessEnv): Promise<string> {
  const folder = readEnv(CoreEnv, env).PACKS_DIR
  const { packs, faults } = await readPacks(folder)
  if (faults.length) throw new UserError(`${faults.length} fault${faults.length > 1 ? 's' : ''} in ${folder}`)
  return packs.map((pack) => `${pack.id} (${pack.rebuttals.length} rebuttals, ${pack.facts.length} facts)`).join(', ')
}

async function storeLine(env: NodeJS.ProcessEnv): Promise<string> {
  const { where, schema } = await inspectStore(readEnv(CoreEnv, env), createLog('silent'))
  return schema === 'none yet' ? `${where}: nothing there yet, the first start makes it` : `${where}: whole, schema ${schema}`
}

/** Whether a platform would start, in which way, and what it tells of its token. */
async function platformFinding(front: AdapterFront, env: NodeJS.ProcessEnv): Promise<Finding> {
  const isTouched = Object.keys(front.env.shape).some((name) => env[name])
  try {
    const read = readEnv(front.env, env)
    const missing = front.missing(read)
    if (missing)
      return {
        part: front.platform,
        state: isTouched ? 'wrong' : 'off',
        detail: missing,
        ...(isTouched && { remedy: 'Set what is missing, or unset the rest' }),
      }
    const lines = [
      ...(front.hints?.(read) ?? []),
      ...((await front.probe?.(read, () => readCredentials(readEnv(CoreEnv, env), front.platform, createLog('silent')))) ?? []),
    ]
    return { part: front.platform, state: 'ok', detail: lines.join(' ') || 'configured' }
  } catch (error) {
    return {
      part: front.platform,
      state: 'wrong',
      detail: error instanceof UserError ? error.message : 'not readable',
      remedy: '.env.example shows the form of each value',
    }
  }
}
