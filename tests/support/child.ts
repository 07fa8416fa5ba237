/** Runs a TypeScript file as a process of its own. In: file, arguments. Out: its first line, a way to kill it, how it ended. */
import { type ChildProcess, spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { compileCache } from '../../src/tools/compile-cache.ts'

export type Child = { process: ChildProcess; firstLine: Promise<string>; ended: Promise<{ code: number | null; signal: string | null }> }

export function startChild(file: string, args: readonly string[]): Child {
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache }
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  // A test that fails half-way leaves no process behind.
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let output = ''
  const firstLine = new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk
      if (output.includes('\n')) resolve(output.slice(0, output.indexOf('\n')))
    })
    child.on('close', () => resolve(output))
  })
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  return { process: child, firstLine, ended }
}
