/**
 * The connection, one manager of @discordjs/ws per shard, so that one that hangs is begun anew alone. In: token, intents, shards.
 * Out: events, and a Part per shard that is kept current.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { REST } from '@discordjs/rest'
import { type SessionInfo, WebSocketManager, WebSocketShardEvents } from '@discordjs/ws'
import type { APIGatewayBotInfo, GatewayDispatchPayload } from 'discord-api-types/v10'
import type { Part } from '../../bot/adapter.ts'
import type { Log } from '../../bot/log.ts'
import { fatalClose } from './errors.ts'

/** Milliseconds; the tests shorten them. */
export type Timing = {
  /** Discord takes one IDENTIFY in this time per bucket of shards. */
  identifyEvery: number
  /** The longest wait between two tries of a shard that can't stay up. */
  longestWait: number
  /** A shard that is not ready for so long is begun anew, whatever its socket says. */
  hangsAfter: number
}
export const gatewayTiming: Timing = { identifyEvery: 5000, longestWait: 300_000, hangsAfter: 90_000 }

type Options = {
  rest: REST
  token: string
  intents: number
  shards: readonly number[]
  info: APIGatewayBotInfo
  count: number
  log: Log
  now(): number
  timing: Timing
  onEvent(event: GatewayDispatchPayload, shard: number): void
  onFatal(reason: string): void
}
export type Gateway = { parts: Part[]; ready: Promise<unknown>; stop(): Promise<void> }

/** Opens all shards; `ready` resolves when each was ready once, or will never be. */
export function openGateway(options: Options): Gateway {
  const throttle = createThrottle(options.info.session_start_limit.max_concurrency, options.timing)
  const shards = options.shards.map((id) => openShard(id, options, throttle))
  return {
    parts: shards.map((shard) => shard.part),
    ready: Promise.all(shards.map((shard) => shard.ready)),
    stop: async () => void (await Promise.all(shards.map((shard) => shard.stop()))),
  }
}

type Throttle = { waitForIdentify(shard: number, signal: AbortSignal): Promise<void> }

/**
 * One IDENTIFY per bucket and five seconds, and ever longer waits for a shard that can't stay up: after 1,000 in a day Discord
 * resets the token. Doubling up to five minutes gives at most 19 in the first hour.
 */
export function createThrottle(concurrency: number, { identifyEvery, longestWait }: Timing): Throttle {
  const bucketFree = new Map<number, number>()
  const shards = new Map<number, { last: number; row: number }>()
  return {
    async waitForIdentify(shard, signal) {
      const bucket = shard % Math.max(1, concurrency)
      const { last, row } = shards.get(shard) ?? { last: Number.NEGATIVE_INFINITY, row: 0 }
      const own = last + Math.min(longestWait, identifyEvery * 2 ** (row - 1))
      for (;;) {
        const wait = Math.max(own, bucketFree.get(bucket) ?? 0) - performance.now()
        if (!(wait > 0)) break
        await sleep(wait, undefined, { signal })
      }
      const now = performance.now()
      bucketFree.set(bucket, now + identifyEvery)
      // Two long waits without a new try: it stayed up, the row is over.
      shards.set(shard, { last: now, row: now - last > 2 * longestWait ? 1 : row + 1 })
    },
  }
}

type Shard = { part: Part; ready: Promise<void>; stop(): Promise<void> }

function openShard(id: number, options: Options, throttle: Throttle): Shard {
  const { log, timing, now } = options
  const part: Part = { name: `shard ${id}`, isReady: false, detail: 'connecting' }
  let session: SessionInfo | null = null
  let current: WebSocketManager | undefined
  let downSince = performance.now()
  let isOver = false
  let isReady = () => {}
  const ready = new Promise<void>((resolve) => {
    isReady = resolve
  })
  const set = (state: boolean, detail: string) => {
    if (part.isReady && !state) downSince = performance.now()
    part.isReady = state
    part.detail = detail
    if (state) isReady()
  }
  const begin = () => {
    const manager: WebSocketManager = new WebSocketManager({
      token: options.token,
      intents: options.intents,
      rest: options.rest,
      shardCount: options.count,
      shardIds: [id],
      buildIdentifyThrottler: () => throttle,
      // Destroyed while it waits for an answer, the library's shard connects again by itself. A manager that was given up
      // never gets an answer here, and so never opens another socket nor hands another event on.
      retrieveSessionInfo: () => (manager === current ? session : new Promise<never>(() => {})),
      updateSessionInfo: (_, fresh) => {
        if (manager === current) session = fresh
      },
    })
    current = manager
    downSince = performance.now()
    manager.fetchGatewayInformation = async () => options.info
    manager.on(WebSocketShardEvents.Dispatch, ({ data }) => {
      part.lastEventAt = now()
      options.onEvent(data, id)
    })
    manager.on(WebSocketShardEvents.Ready, () => manager === current && set(true, 'connected'))
    manager.on(WebSocketShardEvents.Resumed, () => manager === current && set(true, 'connected, session resumed'))
    manager.on(WebSocketShardEvents.Closed, ({ code }) => {
      if (manager !== current || isOver) return
      const reason = fatalClose(code)
      set(false, reason ?? `reconnecting after close ${code}`)
      log.warn('discord-closed', { shard: id, close: code })
      if (!reason) return
      isOver = true
      isReady()
      options.onFatal(reason)
    })
    manager.on(WebSocketShardEvents.Error, ({ error }) => log.warn('discord-socket-error', { shard: id, error: error.name }))
    // Fails when the first try fails; the shard goes on trying by itself, and the watch below begins it anew if that gets nowhere.
    manager.connect().catch(() => log.warn('discord-connect-failed', { shard: id }))
  }
  const giveUp = async () => {
    const manager = current
    current = undefined
    session = null
    // A half-open socket never says that it closed.
    await Promise.race([Promise.resolve(manager?.destroy()).catch(() => {}), sleep(1000, undefined, { ref: false })])
  }
  const watch = setInterval(() => {
    if (isOver || part.isReady || performance.now() - downSince < timing.hangsAfter) return
    log.warn('discord-shard-hangs', { shard: id })
    downSince = performance.now()
    giveUp().then(
      () => isOver || begin(),
      () => {},
    )
  }, timing.hangsAfter / 6)
  begin()
  const stop = async () => {
    isOver = true
    clearInterval(watch)
    await giveUp()
  }
  return { part, ready, stop }
}
