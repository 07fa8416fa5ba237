/**
 * The contract's harness for the local adapter: the real one, between two streams. In: nothing. Out: Harness, and what stands on the screen.
 * Eyes read the printed frames: what a person at the terminal sees is what is judged.
 */
import { PassThrough } from 'node:stream'
import { createAdapter } from '../../src/adapters/local/index.ts'
import { complete } from '../../src/adapters/local/terminal.ts'
import { localPlace } from '../../src/adapters/local/translate.ts'
import type { Adapter, BotPort } from '../../src/bot/adapter.ts'
import type { Command } from '../../src/bot/command.ts'
import { commandsFolder } from '../../src/main.ts'
import { loadCommands } from '../../src/registry.ts'
import { quietLog } from '../support/world.ts'
import { smallStore } from './discord-harness.ts'
import { type Harness, keepingBot, type Nature, until, type Visible } from './harness.ts'

/** People type there, and nobody else: no other bots, no direct messages, nobody who could refuse a line that is printed. */
export const nature: Nature = { speakers: [], directMessages: false, failures: [] }

export type Screen = {
  adapter: Adapter
  commands: readonly Command[]
  type(line: string): void
  end(): void
  text(): string
  downs: string[]
}

export async function startLocal(bot: BotPort, now: () => number = Date.now): Promise<Screen> {
  const input = new PassThrough()
  const output = new PassThrough()
  let text = ''
  output.on('data', (chunk: Buffer) => (text += chunk))
  const downs: string[] = []
  const commands = await loadCommands(commandsFolder)
  const down = (reason: string) => void downs.push(reason)
  const adapter = createAdapter({ env: { NO_COLOR: '1' }, log: quietLog, store: smallStore(), commands, now, down }, { input, output })
  await adapter.start(bot)
  return { adapter, commands, type: (line) => void input.write(`${line}\n`), end: () => void input.end(), text: () => text, downs }
}

type Frame = { head: string; body: string }

const framesIn = (text: string): Frame[] =>
  [...text.matchAll(/^┌ ?(.*)\n((?:│.*\n)*)└$/gm)].map(([, head = '', body = '']) => ({ head, body: body.replace(/^│ ?/gm, '') }))

/** Obeyed by terminals: a bell is the ping of a screen, an escape moves its cursor. */
const obeyed = (text: string): number => [...text.matchAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu)].filter(([character]) => character !== '\n').length

const seen = ({ body }: Frame) => ({
  text: body,
  buttons: [...body.replaceAll('\n', ' ').matchAll(/\[#\d+ ([^\]]*)\]/g)].map(([, label = '']) => label),
  pings: obeyed(body),
})

/** The bot's messages that stand on the screen, oldest first. */
function shownIn(text: string): Visible[] {
  const gone = new Set([...text.matchAll(/^\(the bot took its message (\w+) back\)$/gm)].map(([, id]) => id))
  return framesIn(text).flatMap((frame) => {
    const [, id = '', how = ''] = /^For the Record · (\w+) · (.*)$/.exec(frame.head) ?? []
    if (!id || gone.has(id)) return []
    const as = how.startsWith('replies') ? 'reply' : how.startsWith('in a thread') ? 'thread' : 'channel'
    return [{ id, ...seen(frame), isPrivate: false, as }]
  })
}

export async function localHarness(): Promise<Harness> {
  const bot = keepingBot()
  const { adapter, commands, type, end, text } = await startLocal(bot)
  const said = async (line: string): Promise<string> => {
    const before = bot.heard.length
    type(line)
    return (await until('hearing', () => bot.heard.length > before && bot.heard.at(-1))).ref.id
  }
  /** Types a line that the bot answers; resolves with the answer's frame, and when the first sign of it came. */
  const asked = async (line: string) => {
    const from = text().length
    const began = performance.now()
    let acknowledgedAfter = Number.POSITIVE_INFINITY
    type(line)
    const answers = await until(
      'the answer',
      () => {
        const printed = text().slice(from)
        if (printed) acknowledgedAfter = Math.min(acknowledgedAfter, performance.now() - began)
        const found = framesIn(printed).filter(({ head }) => /sees? this$/.test(head))
        return found.length > 0 && found
      },
      8000,
    )
    return {
      acknowledgedAfter,
      answers: answers.map((frame): Visible => ({ id: '', ...seen(frame), isPrivate: frame.head === 'only you see this', as: 'answer' })),
    }
  }
  return {
    adapter,
    bot,
    place: localPlace,
    say: async (words, { to } = {}) => said(to === 'mention' ? `@bot ${words}` : words),
    edit: async (_, words) => void (await said(`/edit ${words}`)),
    erase: async () => void (await said('/delete')),
    command: (name, args) =>
      asked([`/${name}`, ...Object.entries(args).map(([key, value]) => (key === 'query' ? value : `${key}:${value}`))].join(' ')),
    press: (on, label) => {
      const frame = framesIn(text()).find(({ head }) => head.includes(` ${on.id} `))
      const number = [...(frame?.body ?? '').matchAll(/\[#(\d+) ([^\]]*)\]/g)].find(([, , name]) => name === label)?.[1]
      if (!number) throw new Error(`there is no button "${label}"`)
      return asked(`#${number}`)
    },
    suggest: async (command, argument, words) => {
      const lines = await complete(bot, commands, `/${command} ${words}`, 'you')
      if (bot.typed.at(-1)?.argument !== argument) throw new Error(`offers are for ${bot.typed.at(-1)?.argument}`)
      return lines.map((line) => ({ label: line, value: line.slice(`/${command} `.length) }))
    },
    shown: () => shownIn(text()),
    reactionsOn: (id) => {
      const own = [...text().matchAll(/^\(the bot reacted to (\w+) with a bookmark \((\w+)\)/gm)].filter(([, on]) => on === id)
      return own.filter(([, , reaction]) => !text().includes(`(the bot took its message ${reaction} back)`)).length
    },
    fail: (how) => {
      throw new Error(`a terminal can't fail as ${how}`)
    },
    violations: () => (obeyed(text()) ? ['the terminal was sent something that it obeys'] : []),
    close: async () => {
      await adapter.stop()
      end()
    },
  }
}
