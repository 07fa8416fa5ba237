/** What the bot is put together from: knowledge, ports and a clock. In: nothing. Out: the type BotParts, filled in by main, demo and tests. */
import type { Detector } from '../detection/detector.ts'
import type { Library } from '../knowledge/library.ts'
import type { Adapter } from './adapter.ts'
import type { Command } from './command.ts'
import type { Log } from './log.ts'
import type { Store } from './store.ts'

export type BotParts = {
  library: Library
  detector: Detector
  store: Store
  adapters: readonly Adapter[]
  commands: readonly Command[]
  log: Log
  /** Milliseconds since 1970: the core has no clock of its own. */
  now(): number
  /** Names this instance among several on one database. */
  instance: string
}
