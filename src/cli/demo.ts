/**
 * The demo: a short conversation in a local channel, through the real engine. In: the installed packs. Out: a transcript on the terminal,
 * exit code 0. Its clock is its own, so that the daily fact can come within seconds; its store is a temporary folder.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createChannel } from '../adapters/local/channel.ts'
import { abilities } from '../adapters/local/index.ts'
import { paint } from '../adapters/local/render.ts'
import type { Adapter } from '../bot/adapter.ts'
import { type Bot, createBot } from '../bot/bot.ts'
import { openPacks } from '../detection/open.ts'
import { CoreEnv, readEnv } from '../env.ts'
import { createLog } from '../log.ts'
import { commandsFolder } from '../main.ts'
import { loadCommands, loadPacks } from '../registry.ts'
import { openStore } from '../store/open.ts'

type Step = { say: string } | { tell: string } | { wait: number }

/** What is played: lines as people type them, and what to look at. Buttons are numbered as shown. */
const script: Step[] = [
  { tell: 'A member looks a myth up. The answer is private.' },
  { say: '/myth german plot' },
  { tell: 'By default the bot says nothing unasked. An admin allows it in this channel.' },
  { say: '/settings replies mode:reply' },
  { tell: 'Anna repeats a myth: one short answer, with its sources.' },
  { say: '/as anna' },
  { say: 'everyone knows lenin was paid by the kaiser, the whole revolution ran on german gold' },
  { tell: 'Why did it speak? Anybody may ask, and sees it alone.' },
  { say: '#why' },
  { tell: 'An admin tries a text out: every gate in order, and the decision; nothing is posted.' },
  { say: '/as you' },
  { say: '/test german money put lenin in power' },
  { tell: 'Boris already refutes a myth: silence.' },
  { say: '/as boris' },
  { say: 'no, the claim that trotsky met freud is simply made up by the series' },
  { tell: 'Clara asks: a question that names a myth is answered.' },
  { say: '/as clara' },
  { say: 'is it true that october was just a coup by a handful of bolsheviks?' },
  { tell: 'Anna says it again: silence, the same claim is answered here once a day.' },
  { say: '/as anna' },
  { say: 'still, the kaiser paid lenin, that is a fact' },
  { tell: 'Anna takes the first reply back: she wrote the message it answered.' },
  { say: '#not this' },
  { tell: 'Boris looks at what is kept on him, and opts out: from now on his messages are never answered unasked.' },
  { say: '/as boris' },
  { say: '/me optout' },
  { say: 'trotsky met sigmund freud in vienna and they talked about sex and revolution' },
  { say: '/me data' },
  { tell: 'An admin stops all unasked posts for an hour, and lets them go on again.' },
  { say: '/as you' },
  { say: '/pause 1h' },
  { say: '/pause off' },
  { tell: 'The daily fact: switched on by an admin for 09:00; the clock moves to the next morning.' },
  { say: '/settings daily time:09:00 zone:Europe/Berlin' },
  { wait: 24 },
  { tell: 'What was counted, and nothing else is kept.' },
  { say: '/stats' },
]

/** Plays the script. Resolves with the exit code. */
export async function demo(env: NodeJS.ProcessEnv): Promise<number> {
  const core = readEnv(CoreEnv, env)
  const folder = await mkdtemp(join(tmpdir(), 'for-the-record-demo-'))
  const log = createLog('error')
  const store = await openStore({ STATE_DIR: folder }, log)
  try {
    const [packs, commands] = await Promise.all([loadPacks(core.PACKS_DIR), loadCommands(commandsFolder)])
    const { library, detector } = openPacks(packs)
    let clock = Date.parse('2026-11-06T10:00:00Z')
    const now = () => clock
    const screen = { width: process.stdout.columns ?? 88, colour: Boolean(process.stdout.isTTY) && !env.NO_COLOR }
    const write = (text: string) => process.stdout.write(`${text}\n`)
    const buttons: string[] = []
    let isSilent = true
    let bot: Bot | undefined
    const channel = createChannel({
      bot: () => bot as Bot,
      screen,
      now,
      write: (text) => {
        isSilent = false
        for (const button of text.matchAll(/\[#(\d+) ([^\]]+)\]/g)) buttons[Number(button[1])] = (button[2] ?? '').toLowerCase()
        write(text)
      },
    })
    const adapter: Adapter = {
      platform: 'local',
      abilities,
      parts: [],
      start: async () => {},
      post: async (post) => channel.post(post),
      remove: async (ref) => channel.remove(ref),
      stop: async () => {},
    }
    bot = createBot({ library, detector, store, adapters: [adapter], commands, log, now, instance: 'demo' })
    for (const step of script) {
      if ('tell' in step) write(`\n${paint(screen, 'dim', `— ${step.tell}`)}`)
      else if ('wait' in step) {
        // Minute by minute, as the real clock would call it.
        for (let minute = 0; minute < step.wait * 60; minute += 10) {
          clock += 10 * 60_000
          await bot.tick()
        }
      } else await say(step.say)
    }
    async function say(line: string): Promise<void> {
      const label = line.startsWith('#') ? line.slice(1) : ''
      const number = label ? buttons.findIndex((button) => button?.startsWith(label)) : -1
      const typed = label ? `#${number}` : line
      write(`${paint(screen, 'bold', `${channel.speaker()}>`)} ${typed}`)
      clock += 20_000
      isSilent = true
      await channel.submit(typed)
      if (isSilent) write(paint(screen, 'dim', '(the bot stays silent)'))
    }
    write(
      [
        '',
        'Next: "npm start" opens this channel for typing (try /help, /topics, a myth of one’s own).',
        'With DISCORD_TOKEN or SLACK_BOT_TOKEN set, "npm start" connects there instead; README.md tells how to get them.',
      ].join('\n'),
    )
    return 0
  } finally {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
}
