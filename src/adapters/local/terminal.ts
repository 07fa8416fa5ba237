/**
 * The terminal itself: prompt, completion, one line after the other. In: a channel and two streams. Out: a function that ends it in order.
 */
import { createInterface } from 'node:readline'
import type { BotPort } from '../../bot/adapter.ts'
import type { Command } from '../../bot/command.ts'
import type { Channel } from './channel.ts'
import { localPerson, localPlace } from './translate.ts'

/** How long the end waits for the line under way, in milliseconds. */
const stopWithin = 10_000

type Terminal = {
  channel: Channel
  bot: BotPort
  commands: readonly Command[]
  input: NodeJS.ReadableStream
  output: NodeJS.WritableStream
  onEnd(): void
}

/** Resolves the end it returns when the line under way was answered; nothing typed after that is taken in. */
export function runTerminal({ channel, bot, commands, input, output, onEnd }: Terminal): () => Promise<void> {
  const isScreen = 'isTTY' in output && Boolean(output.isTTY)
  const lines = createInterface({
    input,
    output,
    terminal: isScreen,
    completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
      complete(bot, commands, line, channel.speaker()).then(
        (found) => done(null, [found, line]),
        () => done(null, [[], line]),
      )
    },
  })
  let isOver = false
  const prompt = () => {
    lines.setPrompt(`${channel.speaker()}> `)
    if (isScreen) lines.prompt()
  }
  output.write('For the Record, local channel. Type a message, /myth german plot, or /help; Tab completes, /quit leaves.\n')
  // One line at a time, in order: a pasted conversation must read like one.
  let queue = Promise.resolve()
  lines.on('line', (line) => {
    queue = queue.then(async () => {
      if (isOver) return
      if (!(await channel.submit(line))) lines.close()
      else prompt()
    })
  })
  lines.on('close', () => {
    queue = queue.then(() => {
      if (!isOver) onEnd()
      isOver = true
    })
  })
  prompt()
  return async () => {
    isOver = true
    lines.close()
    let giveUp: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      giveUp = setTimeout(resolve, stopWithin)
    })
    await Promise.race([queue, late])
    clearTimeout(giveUp)
  }
}

/** Whole lines that the typed one could become. */
export async function complete(bot: BotPort, commands: readonly Command[], line: string, speaker: string): Promise<string[]> {
  const [first = '', ...words] = line.split(' ')
  if (!first.startsWith('/')) return []
  const name = first.slice(1)
  if (!words.length)
    return commands
      .filter((command) => command.via.includes('slash') && command.name.startsWith(name))
      .map((command) => `/${command.name} `)
  const command = commands.find((one) => one.name === name)
  if (!command) return []
  if ('subcommands' in command) {
    const typed = words[0] ?? ''
    return words.length > 1
      ? []
      : Object.keys(command.subcommands)
          .filter((sub) => sub.startsWith(typed))
          .map((sub) => `/${name} ${sub} `)
  }
  if (!command.rest) return []
  const offers = await bot.suggest({
    command: name,
    argument: command.rest,
    text: words.join(' '),
    place: localPlace,
    asker: localPerson(speaker),
  })
  return offers.map((offer) => `/${name} ${offer.value}`)
}
