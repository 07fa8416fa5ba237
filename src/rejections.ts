/**
 * What failed and nobody caught, promises and exceptions: a library's slip must not take the other platform down. In: an error. Out: the platform it
 * comes from is begun anew, ever later; of an unknown one the process ends in order.
 */
import type { Adapter, AdapterFront } from './bot/adapter.ts'
import type { Bot } from './bot/bot.ts'
import type { Log } from './bot/log.ts'

type Platform = { adapter: Adapter; front: Pick<AdapterFront, 'platform' | 'libraries'> }
type Parts = {
  platforms: readonly Platform[]
  bot: Bot
  log: Log
  /** Ends the process in order. */
  finish(code: number): void
  /** The first wait before a platform is begun anew, in milliseconds; it doubles. */
  firstWait?: number
}

const longestWait = 300_000

/** Which platform an error comes from, by the files in its stack. */
export function platformOf<P extends Pick<Platform, 'front'>>(error: unknown, platforms: readonly P[]): P | undefined {
  const stack = error instanceof Error ? (error.stack ?? '').replaceAll('\\', '/') : ''
  return platforms.find(({ front }) =>
    [`/src/adapters/${front.platform}/`, ...(front.libraries ?? []).map((name) => `/node_modules/${name}`)].some((path) =>
      stack.includes(path),
    ),
  )
}

/** What process.on('unhandledRejection') is given. */
export function createRejectionHandler({ platforms, bot, log, finish, firstWait = 5000 }: Parts): (error: unknown) => void {
  const rows = new Map<Platform, number>()
  const restarting = new Set<Platform>()
  return (error) => {
    const platform = platformOf(error, platforms)
    const name = error instanceof Error ? error.name : typeof error
    log.error('unhandled-rejection', { error: name, platform: platform?.front.platform ?? 'unknown' })
    if (!platform) return finish(1)
    if (restarting.has(platform)) return
    restarting.add(platform)
    const row = rows.get(platform) ?? 0
    rows.set(platform, row + 1)
    const wait = Math.min(longestWait, firstWait * 2 ** row)
    setTimeout(() => {
      restart(platform.adapter, bot)
        .then(
          () => log.info('platform-restarted', { platform: platform.front.platform }),
          () => log.error('platform-restart-failed', { platform: platform.front.platform }),
        )
        .finally(() => restarting.delete(platform))
    }, wait).unref()
  }
}

async function restart(adapter: Adapter, bot: Bot): Promise<void> {
  await adapter.stop()
  await adapter.start(bot)
}
