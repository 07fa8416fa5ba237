/**
 * The health page: GET /livez (the process answers), /readyz (each part by name), /metrics (Prometheus).
 * In: adapters and store. Out: a small server on loopback unless HOST says otherwise. No ids in labels.
 */
import { createServer } from 'node:http'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Adapter } from './bot/adapter.ts'
import { UserError } from './bot/errors.ts'
import type { Log } from './bot/log.ts'
import type { Store } from './bot/store.ts'

type Parts = { host: string; port: number; adapters: readonly Adapter[]; store: Store; log: Log }
type PartState = { part: string; ready: boolean; detail: string }

/**
 * What prom-client samples by a timer, and sets when it is read. A timer is most of what a bot at rest costs, and what it measures is mostly
 * its own period (an idle loop looked at every 200 ms "lags" by 200). So its timer is set to the longest there is and its figures are left out.
 */
const sampled = ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'].map((part) => `nodejs_eventloop_lag_${part}_seconds`)
const never = 2 ** 31 - 1

/** All that costs nothing until somebody reads it: among it the event loop's lag at that moment, and how busy it was since the last time. */
function collectProcess(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: never })
  for (const name of sampled) registry.removeSingleMetric(name)
  let last = performance.eventLoopUtilization()
  new Gauge({
    name: 'nodejs_eventloop_utilization',
    help: 'Share of the time since the last reading in which the event loop was busy, 0 to 1.',
    registers: [registry],
    collect() {
      const current = performance.eventLoopUtilization()
      this.set(performance.eventLoopUtilization(current, last).utilization)
      last = current
    },
  })
}

/** Listens; resolves with the port in use and a way to stop. Throws UserError when the port is taken. */
export async function startHealth({ host, port, adapters, store, log }: Parts): Promise<{ port: number; stop(): Promise<void> }> {
  const registry = new Registry()
  collectProcess(registry)
  const ready = new Gauge({
    name: 'for_the_record_part_ready',
    help: '1 when the part is ready',
    labelNames: ['platform'],
    registers: [registry],
  })
  const server = createServer(async (request, response) => {
    const send = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    try {
      if (request.url === '/livez') return void send(200, 'text/plain', 'ok\n')
      if (request.url === '/readyz') {
        const states = await readStates(adapters, store)
        return void send(states.every((state) => state.ready) ? 200 : 503, 'application/json', `${JSON.stringify({ parts: states })}\n`)
      }
      if (request.url === '/metrics') {
        for (const adapter of adapters) ready.set({ platform: adapter.platform }, adapter.parts.every((part) => part.isReady) ? 1 : 0)
        return void send(200, registry.contentType, await registry.metrics())
      }
      send(404, 'text/plain', 'Here are /livez, /readyz and /metrics.\n')
    } catch {
      log.error('health-failed')
      if (!response.headersSent) send(500, 'text/plain', 'not ready\n')
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', () =>
      reject(new UserError(`The health page can't listen on ${host}:${port}. Choose another PORT, or end what uses it.`)),
    )
    server.listen(port, host, resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function readStates(adapters: readonly Adapter[], store: Store): Promise<PartState[]> {
  const storage = await store.check().then(
    () => ({ part: 'store', ready: true, detail: 'answers' }),
    () => ({ part: 'store', ready: false, detail: 'does not answer' }),
  )
  return [
    storage,
    ...adapters.flatMap((adapter) =>
      adapter.parts.map((part) => ({ part: `${adapter.platform} ${part.name}`, ready: part.isReady, detail: part.detail })),
    ),
  ]
}
