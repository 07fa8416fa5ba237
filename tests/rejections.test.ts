/** Errors that nobody caught: whose they are, and what becomes of it. */
import { describe, expect, test } from 'vitest'
import { front as discord } from '../src/adapters/discord/env.ts'
import { front as slack } from '../src/adapters/slack/env.ts'
import type { Bot } from '../src/bot/bot.ts'
import { createRejectionHandler, platformOf } from '../src/rejections.ts'
import { until } from './adapters/harness.ts'
import { keptLog } from './support/kept-log.ts'
import { fakePlatform } from './support/world.ts'

const errorFrom = (...files: string[]): Error =>
  Object.assign(new Error('canary'), { stack: `Error: canary\n${files.map((file) => `    at x (${file}:1:1)`).join('\n')}` })
const make = () => {
  const log = keptLog()
  const codes: number[] = []
  const calls: string[] = []
  const platforms = [discord, slack].map((front) => {
    const adapter = fakePlatform(front.platform)
    adapter.stop = async () => void calls.push(`stop ${front.platform}`)
    adapter.start = async () => void calls.push(`start ${front.platform}`)
    return { front, adapter }
  })
  const handle = createRejectionHandler({ platforms, bot: {} as Bot, log, finish: (code) => codes.push(code), firstWait: 5 })
  return { handle, log, codes, calls, platforms }
}

describe('unhandled rejections', () => {
  test.each([
    ['file:///app/node_modules/@discordjs/ws/dist/index.js', 'discord'],
    ['/app/node_modules/ws/lib/websocket.js', 'discord'],
    ['C:\\app\\src\\adapters\\slack\\index.ts', 'slack'],
    ['/app/src/adapters/discord/gateway.ts', 'discord'],
    ['/app/src/bot/hear.ts', undefined],
    ['/app/node_modules/pg/lib/client.js', undefined],
  ])('%s belongs to %s', (file, platform) => {
    expect(platformOf(errorFrom('node:internal/x', file), make().platforms)?.front.platform).toBe(platform)
  })

  test('a platform’s own is begun anew, once at a time; the other is left alone', async () => {
    const { handle, log, codes, calls } = make()
    handle(errorFrom('/app/node_modules/@discordjs/ws/dist/index.js'))
    handle(errorFrom('/app/node_modules/@discordjs/ws/dist/index.js'))
    await until('the restart', () => calls.length === 2)
    await until('the log', () => log.lines.some(({ code }) => code === 'platform-restarted'))
    expect(calls).toEqual(['stop discord', 'start discord'])
    expect(codes).toEqual([])
    expect(JSON.stringify(log.lines)).not.toContain('canary')
  })

  test.each([[errorFrom('/app/src/bot/hear.ts')], ['a text'], [undefined]])('an unknown one ends the process in order', (error) => {
    const { handle, codes, calls } = make()
    handle(error)
    expect(codes).toEqual([1])
    expect(calls).toEqual([])
  })
})
