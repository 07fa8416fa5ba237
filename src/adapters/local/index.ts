/**
 * The local adapter: the whole bot in a terminal, without tokens. Quirks: one server, one channel; "you" are its admin;
 * private answers are shown as "only you see this"; nothing outlives the process but what the store keeps, so that it can't look
 * after a restart whether something was shown before.
 */
import type { Abilities, Adapter, AdapterContext, BotPort, Part } from '../../bot/adapter.ts'
import { PostError } from '../../bot/errors.ts'
import { type Channel, createChannel } from './channel.ts'
import type { LocalEnv } from './env.ts'
import { runTerminal } from './terminal.ts'

export const abilities: Abilities = {
  privateReplies: true,
  buttons: true,
  threads: true,
  reactions: true,
  suggestions: true,
  dropsDoublesFor: 0,
  findsOwnPosts: false,
}

export function createAdapter(
  { env, commands, down, now }: AdapterContext<LocalEnv>,
  terminal: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream } = { input: process.stdin, output: process.stdout },
): Adapter {
  const { columns = 80, isTTY = false } = terminal.output as Partial<NodeJS.WriteStream>
  const screen = { width: columns, colour: isTTY && !env.NO_COLOR }
  const part: Part = { name: 'terminal', isReady: false, detail: 'not started' }
  let channel: Channel | undefined
  let stop = async () => {}
  return {
    platform: 'local',
    abilities,
    parts: [part],
    async start(bot: BotPort) {
      const write = (text: string) => terminal.output.write(`${text}\n`)
      channel = createChannel({ bot: () => bot, screen, write, now })
      stop = runTerminal({ channel, bot, commands, ...terminal, onEnd: () => down('the terminal was closed', 0) })
      part.isReady = true
      part.detail = 'reading lines'
    },
    async post(post) {
      // Certainly not shown, and worth another try when the terminal is open again.
      if (!channel || !part.isReady) throw new PostError('dead-credential', 'local-closed')
      return channel.post(post)
    },
    async remove(ref) {
      channel?.remove(ref)
    },
    async stop() {
      await stop()
      part.isReady = false
      part.detail = 'stopped'
    },
  }
}
