/**
 * A small world for tests of the core: the real packs, the real engine, a real SQLite file, a clock that is set by hand, and a platform
 * that shows what was posted. In: nothing. Out: a World; close it after the test.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Abilities, Adapter, Post } from '../../src/bot/adapter.ts'
import { type Bot, createBot } from '../../src/bot/bot.ts'
import type { Reply } from '../../src/bot/card.ts'
import type { Command, Invocation } from '../../src/bot/command.ts'
import type { Log } from '../../src/bot/log.ts'
import type { Message, MessageRef, Person, Place } from '../../src/bot/message.ts'
import { ChannelSettings, type Settings } from '../../src/bot/settings.ts'
import type { Store } from '../../src/bot/store.ts'
import type { Detector } from '../../src/detection/detector.ts'
import { openPacks } from '../../src/detection/open.ts'
import type { Library } from '../../src/knowledge/library.ts'
import { loadCommands, loadPacks } from '../../src/registry.ts'
import { openStore } from '../../src/store/open.ts'

const root = join(import.meta.dirname, '..', '..')

export const quietLog: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} }
export const place: Place = { platform: 'test', server: 's1', channel: 'c1' }
export const admin: Person = { id: 'admin-1', isBot: false, isAdmin: true, isModerator: true }
export const member = (id = 'member-1'): Person => ({ id, isBot: false, isAdmin: false, isModerator: false })

/** A message that repeats the German gold claim as plainly as it can be said. */
export const myth = 'Lenin and the Bolsheviks were paid by the Kaiser, it was all German gold'
/** A second claim, so that two can be told apart. */
export const otherMyth = 'Trotsky met Sigmund Freud in Vienna and they talked about sex and revolution'

export const allAbilities: Abilities = {
  privateReplies: true,
  buttons: true,
  threads: true,
  reactions: true,
  suggestions: true,
  dropsDoublesFor: 0,
  findsOwnPosts: false,
}

export type FakePlatform = Adapter & {
  posts: Post[]
  removed: MessageRef[]
  /** Called before each post; throw from it to let the platform fail. */
  before?: (post: Post) => void | Promise<void>
}

export function fakePlatform(platform = 'test', abilities: Partial<Abilities> = {}): FakePlatform {
  const fake: FakePlatform = {
    platform,
    abilities: { ...allAbilities, ...abilities },
    parts: [{ name: 'fake', isReady: true, detail: 'ready' }],
    posts: [],
    removed: [],
    start: async () => {},
    stop: async () => {},
    async post(post) {
      await fake.before?.(post)
      fake.posts.push(post)
      return { place: post.place, id: `b${fake.posts.length}` }
    },
    async remove(ref) {
      fake.removed.push(ref)
    },
  }
  return fake
}

export type World = {
  library: Library
  detector: Detector
  store: Store
  platform: FakePlatform
  bot: Bot
  log: Log
  folder: string
  commands: readonly Command[]
  now(): number
  setClock(at: number | string): void
  /** Adds milliseconds. */
  pass(ms: number): void
  message(text: string, more?: Partial<Message>): Message
  hear(text: string, more?: Partial<Message>): Promise<void>
  run(line: string, more?: Partial<Invocation>): Promise<Reply>
  press(command: string, args: Record<string, string>, more?: Partial<Invocation>): Promise<Reply>
  /** Switches replies on in a channel. */
  enable(mode?: string, more?: Partial<ChannelSettings>): Promise<void>
  close(): Promise<void>
}

let known: { library: Library; detector: Detector; commands: readonly Command[] } | undefined

/** Packs and commands are read once per file: they do not change. */
async function knowledge() {
  if (!known) {
    known = { ...openPacks(await loadPacks(join(root, 'data'))), commands: await loadCommands(join(root, 'commands')) }
  }
  return known
}

/** `store`: memory of the test's own, such as one on PostgreSQL; none: a SQLite file. It is closed with the world. */
export async function makeWorld(options: { at?: string; platform?: FakePlatform; log?: Log; store?: Store } = {}): Promise<World> {
  const { library, detector, commands } = await knowledge()
  const folder = await mkdtemp(join(tmpdir(), 'for-the-record-test-'))
  const log = options.log ?? quietLog
  const store = options.store ?? (await openStore({ STATE_DIR: folder }, log))
  const platform = options.platform ?? fakePlatform()
  let clock = Date.parse(options.at ?? '2026-03-10T12:00:00Z')
  let count = 0
  const now = () => clock
  const bot = createBot({ library, detector, store, adapters: [platform], commands, log, now, instance: 'one' })
  const message = (text: string, more: Partial<Message> = {}): Message => ({
    ref: { place, id: `m${++count}` },
    event: 'posted',
    author: member(),
    text,
    isAddressed: false,
    at: clock,
    ...more,
  })
  return {
    library,
    detector,
    store,
    platform,
    bot,
    log,
    folder,
    commands,
    now,
    setClock: (at) => {
      clock = typeof at === 'number' ? at : Date.parse(at)
    },
    pass: (ms) => {
      clock += ms
    },
    message,
    hear: async (text, more) => void (await bot.hear(message(text, more))),
    run: (line, more = {}) => {
      const [command = '', ...rest] = line.split(' ')
      return bot.run({ command, args: rest.join(' '), via: 'slash', asker: member(), place, ...more })
    },
    press: (command, args, more = {}) => bot.run({ command, args, via: 'button', asker: member(), place, ...more }),
    enable: async (mode = 'reply', more = {}) => {
      const settings: Settings = await store.settings(place)
      const channel = ChannelSettings.parse({ ...more, replies: { mode, by: admin.id, at: new Date(clock).toISOString() } })
      await store.saveSettings(place, { ...settings, channels: { ...settings.channels, [place.channel]: channel } }, [])
    },
    close: async () => {
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
