/** Socket Mode's connection: a hundred ends of it at a steady rate of events, outages, a Slack that says nothing. Real Bolt on the fake Slack. */
import { afterEach, describe, expect, test } from 'vitest'
import { patience, waitFor } from '../../src/adapters/slack/connection.ts'
import { PostError } from '../../src/bot/errors.ts'
import { channels } from '../support/fake-slack/world.ts'
import { keepingBot, pause, until } from './harness.ts'
import { type Making, startSlack } from './slack-harness.ts'

let close = async () => {}
afterEach(async () => {
  await close()
  close = async () => {}
})
const start = async (more: Making = {}) => {
  const bot = keepingBot()
  const slack = await startSlack(bot, more)
  close = slack.close
  return { ...slack, bot, isConnected: () => slack.adapter.parts[1]?.isReady === true }
}

describe('the socket', () => {
  test('recycled or cut a hundred times at a steady rate of events: none lost, none twice', async () => {
    const slack = await start({ patience: { first: 1, longest: 10 } })
    const { fake, bot } = slack
    let isOver = false
    const said: Promise<unknown>[] = []
    const speaking = (async () => {
      for (let index = 0; !isOver; index += 1) {
        said.push(fake.say(channels.general, `word ${index}`))
        await pause(20)
      }
    })()
    for (let turn = 0; turn < 100; turn += 1) {
      const { made } = fake.sockets
      if (turn % 5) fake.sockets.recycle(20)
      else fake.sockets.cut()
      await until(`connection ${turn}`, () => fake.sockets.made > made && fake.sockets.open() > 0)
      await pause(10)
    }
    isOver = true
    await speaking
    await Promise.all(said)
    await until('the last word', () => bot.heard.length >= said.length)
    const heard = bot.heard.map(({ text }) => text)
    expect(new Set(heard).size).toBe(said.length)
    expect(heard).toHaveLength(said.length)
    console.log(`slack: ${said.length} events over 100 ends of the socket: ${heard.length} heard, each once`)
    await until('the socket', () => slack.isConnected())
    await until('no connection too many', () => fake.sockets.open() === 1)
  })

  test('after an outage it is back within half a minute of Slack, and asks a refusing Slack ever less', () => {
    const away = new PostError('unknown', 'x')
    const waits = Array.from({ length: 40 }, (_, row) => waitFor(away, row, patience))
    expect(Math.max(...waits)).toBe(30_000)
    expect(waits.slice(0, 3)).toEqual([1000, 2000, 4000])
    expect(waitFor(new PostError('dead-credential', 'x'), 9, patience)).toBe(300_000)
  })

  test('a Slack that takes connections and says nothing: red, and back when it speaks', async () => {
    const slack = await start()
    slack.fake.sockets.mute = true
    slack.fake.sockets.cut()
    await until('red', () => !slack.isConnected())
    await until('a try', () => slack.fake.sockets.made > 1)
    slack.fake.sockets.mute = false
    slack.fake.sockets.cut()
    await until('green', () => slack.isConnected())
  })
})
