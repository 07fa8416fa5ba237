/**
 * Everything that must hold before a change lands: types, lint, dead code, generated files, packs, tests.
 * In: --quick leaves the slow suites out. Out: each step's output when it fails; last line "N passed, N failed".
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const bin = (name: string) => join(root, 'node_modules', '.bin', name)
const isQuick = process.argv.includes('--quick')

type Result = { name: string; code: number; output: string; seconds: number }

function run(name: string, command: string, args: string[], live = false): Promise<Result> {
  const began = performance.now()
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'] })
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk))
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk))
    child.on('error', (error) => resolve({ name, code: 1, output: error.message, seconds: 0 }))
    child.on('close', (code) => resolve({ name, code: code ?? 1, output, seconds: (performance.now() - began) / 1000 }))
  })
}

const folder = await mkdtemp(join(tmpdir(), 'for-the-record-check-'))
const report = join(folder, 'report.json')
let passed = 0
let failed = 0
const tell = ({ name, code, output, seconds }: Result) => {
  if (code === 0) passed += 1
  else failed += 1
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`)
  if (code !== 0 && output) console.log(output)
}

// All at once: the tests begin with the start of a PostgreSQL and often wait for sockets and processes. Only they print while they run.
const [tests, ...steps] = await Promise.all([
  run(
    'tests',
    bin('vitest'),
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...(isQuick ? ['--exclude', '**/*.slow.test.ts'] : [])],
    true,
  ),
  run('types', bin('tsc'), ['--noEmit', '-p', '.']),
  run('lint and format', bin('biome'), ['ci', '--error-on-warnings', '.']),
  run('dead code', bin('knip'), []),
  run('generated files', process.execPath, ['src/tools/generate.ts', '--check']),
  run('packs', process.execPath, ['bin/for-the-record.mjs', 'lint', 'data']),
])
for (const step of steps) tell(step)
try {
  const counts = JSON.parse(await readFile(report, 'utf8')) as {
    numPassedTests: number
    numFailedTests: number
    numFailedTestSuites: number
  }
  passed += counts.numPassedTests
  failed += counts.numFailedTests
  // A suite that could not even load counts no failed test; it must not look green.
  if (tests.code !== 0 && !counts.numFailedTests) failed += Math.max(1, counts.numFailedTestSuites)
} catch {
  tell({ ...tests, code: 1, output: 'the test runner wrote no report' })
}
await rm(folder, { recursive: true, force: true })
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
