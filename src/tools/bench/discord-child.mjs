/**
 * Begins a measured process, or sits in one that something else began (--import). JavaScript, and with the compile cache that
 * bin/for-the-record.mjs has too, so that in none of them Node's stripper of types (some 20 MiB) is what is measured.
 * In: messages of the parent. Out: memory, processor time and statements when asked; as the entry, also the bot that its arguments name.
 */
import { enableCompileCache } from 'node:module'

enableCompileCache()
let statements = 0
if (!import.meta.main) await countStatements()
process.on('message', (ask) => {
  const { user, system } = process.cpuUsage()
  if (ask === 'figures') process.send?.({ rss: process.memoryUsage.rss(), cpu: (user + system) / 1000, statements })
  if (ask === 'end') process.exit(0)
})
// A benchmark that fails leaves no bot behind.
process.on('disconnect', () => process.exit(0))
if (import.meta.main) await import('./discord-child.ts')

/** Every statement that the bot gives to SQLite: a figure that no busy machine changes. */
async function countStatements() {
  const { StatementSync } = await import('node:sqlite')
  const { all } = StatementSync.prototype
  StatementSync.prototype.all = function (...values) {
    statements += 1
    return all.apply(this, values)
  }
}
