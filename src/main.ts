/**
 * The composition root. In: the environment. Out: a running bot: env → packs → store → bot → adapters → minute tick → orderly stop.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Adapter, AdapterContext, AdapterFront } from './bot/adapter.ts'
import { type Bot, createBot } from './bot/bot.ts'
import { UserError } from './bot/errors.ts'
import type { Log } from './bot/log.ts'
import { openPacks } from './detection/open.ts'
import { CoreEnv, readEnv, refuseUnknown } from './env.ts'
import { startHealth } from './health.ts'
import { createLog } from './log.ts'
import { loadCommands, loadFronts, loadPacks } from './registry.ts'
import { createRejectionHandler } from './rejections.ts'
import { openStore } from './store/open.ts'

const root = join(import.meta.dirname, '..')
export const commandsFolder = join(root, 'commands')
export const adaptersFolder = join(root, 'src', 'adapters')

/** How long an orderly stop may take before the process ends anyway, in milliseconds. */
const stopWithin = 10_000
const tickEvery = 60_000

type Ready = { front: AdapterFront; env: Record<string, unknown> }

/** Which platforms start with this environment, and why the others do not. With none, the one that needs no token. */
export function chooseFronts(
  fronts: readonly AdapterFront[],
  env: NodeJS.ProcessEnv,
): { ready: Ready[]; off: { platform: string; why: string }[] } {
  refuseUnknown(env, [...Object.keys(CoreEnv.shape), ...fronts.flatMap((front) => Object.keys(front.env.shape))])
  const ready: Ready[] = []
  const off: { platform: string; why: string }[] = []
  for (const front of fronts.filter((one) => !one.isFallback)) {
    const read = readEnv(front.env, env)
    const why = front.missing(read)
    if (why) off.push({ platform: front.platform, why })
    else ready.push({ front, env: read })
  }
  const fallback = fronts.find((front) => front.isFallback)
  if (!ready.length && fallback) ready.push({ front: fallback, env: readEnv(fallback.env, env) })
  return { ready, off }
}

/** Starts everything and resolves with the exit code when it has stopped. Throws UserError for what an operator can mend. */
export async function start(env: NodeJS.ProcessEnv): Promise<number> {
  const core = readEnv(CoreEnv, env)
  const fronts = await loadFronts(adaptersFolder)
  const { ready, off } = chooseFronts(fronts, env)
  const isFallback = ready.every(({ front }) => front.isFallback)
  const log = createLog(isFallback && !env.LOG_LEVEL ? 'error' : core.LOG_LEVEL)
  for (const { platform, why } of off) log.info('platform-off', { platform, why })
  // The packs as loaded have no name here: this function waits as long as the bot runs, and would keep what openPacks is done with.
  const [{ library, detector }, commands] = await Promise.all([loadPacks(core.PACKS_DIR).then(openPacks), loadCommands(commandsFolder)])
  const store = await openStore(core, log)

  let finish: (code: number) => void = () => {}
  const ended = new Promise<number>((resolve) => {
    finish = resolve
  })
  const now = () => Date.now()
  const adapters: Adapter[] = []
  const givenUp = new Set<string>()
  for (const { front, env: own } of ready) {
    const context: AdapterContext = {
      env: own,
      log,
      store,
      commands,
      now,
      down: (reason, exitCode) => {
        // An orderly end (the terminal was left) is no error.
        const tell = exitCode === 0 ? log.info : log.error
        tell('platform-down', { platform: front.platform, reason, ...(exitCode !== undefined && { exitCode }) })
        // One platform that needs a person leaves the other running; the last one ends the process.
        if (exitCode !== undefined && givenUp.add(front.platform).size === ready.length) finish(exitCode)
      },
    }
    const module = await front.load()
    adapters.push(module.createAdapter(context))
  }
  const bot = createBot({ library, detector, store, adapters, commands, log, now, instance: randomUUID() })
  const health = isFallback ? undefined : await startHealth({ host: core.HOST, port: core.PORT, adapters, store, log })
  const timer = startTick(bot, log)
  const offSignals = onSignals(finish)
  const platforms = ready.flatMap(({ front }, index) => (adapters[index] ? [{ front, adapter: adapters[index] }] : []))
  const onRejection = createRejectionHandler({ platforms, bot, log, finish })
  // Node would print an exception that nobody caught with its message, which may hold what somebody wrote.
  process.on('unhandledRejection', onRejection).on('uncaughtException', onRejection)
  // A signal or a refusal must not wait for a platform that is slow to come up.
  const started = await Promise.race([startAdapters(adapters, bot, log), ended.then(() => true)])
  const code = started ? await ended : 1
  clearInterval(timer)
  await stopAll(adapters, log)
  await health?.stop()
  await store.close()
  process.off('unhandledRejection', onRejection).off('uncaughtException', onRejection)
  offSignals()
  return code
}

/** Starts each on its own: one that fails leaves the others running. False when none runs. */
async function startAdapters(adapters: readonly Adapter[], bot: Bot, log: Log): Promise<boolean> {
  const outcomes = await Promise.allSettled(adapters.map((adapter) => adapter.start(bot)))
  outcomes.forEach((outcome, index) => {
    if (outcome.status === 'rejected') {
      const error = outcome.reason as unknown
      log.error('platform-start-failed', {
        platform: adapters[index]?.platform ?? '',
        reason: error instanceof UserError ? error.message : error instanceof Error ? error.name : typeof error,
      })
    } else log.info('platform-started', { platform: adapters[index]?.platform ?? '' })
  })
  return outcomes.some((outcome) => outcome.status === 'fulfilled')
}

function startTick(bot: Bot, log: Log): NodeJS.Timeout {
  let isRunning = false
  return setInterval(() => {
    if (isRunning) return
    isRunning = true
    bot
      .tick()
      .catch((error: unknown) => log.error('tick-failed', { error: error instanceof Error ? error.name : typeof error }))
      .finally(() => {
        isRunning = false
      })
  }, tickEvery)
}

/** First signal: stop in order. Second: at once. */
function onSignals(finish: (code: number) => void): () => void {
  let count = 0
  const handle = () => {
    count += 1
    if (count > 1) process.exit(1)
    setTimeout(() => process.exit(1), stopWithin + 2000).unref()
    finish(0)
  }
  process.on('SIGINT', handle).on('SIGTERM', handle)
  return () => process.off('SIGINT', handle).off('SIGTERM', handle)
}

async function stopAll(adapters: readonly Adapter[], log: Log): Promise<void> {
  const all = Promise.allSettled(adapters.map((adapter) => adapter.stop()))
  const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), stopWithin).unref())
  if ((await Promise.race([all, late])) === 'late') log.warn('stop-late')
}
