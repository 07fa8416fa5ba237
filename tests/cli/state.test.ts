/** The operator's verbs about memory, as processes: what they print, what they refuse, exit codes. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Settings } from '../../src/bot/settings.ts'
import { openStore } from '../../src/store/open.ts'
import { keptLog } from '../support/kept-log.ts'
import { createDatabase } from '../support/postgres.ts'
import { noon, server } from '../support/records.ts'

const launcher = join(import.meta.dirname, '../../bin/for-the-record.mjs')
let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'for-the-record-cli-'))
})
afterEach(() => rm(root, { recursive: true }))

type Outcome = { code: number; stdout: string; stderr: string }
async function cli(folder: string, ...words: string[]): Promise<Outcome> {
  const env = { ...process.env, STATE_DIR: join(root, folder), DATABASE_URL: '' }
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [launcher, ...words], { env })) }
  } catch (error) {
    const { code, stdout, stderr } = error as Outcome
    return { code, stdout, stderr }
  }
}

test('backup and export beside a running bot; import and copy-store wait until it is stopped', async () => {
  const store = await openStore({ STATE_DIR: join(root, 'a') }, keptLog())
  await store.saveSettings(server, Settings.parse({ packs: ['x'] }), [{ at: noon, by: '77', path: 'packs', before: '', after: 'x' }])
  const backup = await cli('a', 'backup', join(root, 'b.sqlite'), '--json')
  expect(JSON.parse(backup.stdout)).toEqual({ file: join(root, 'b.sqlite'), schema: 3 })
  const exported = await cli('a', 'export', '--server', 'discord/100')
  expect(JSON.parse(exported.stdout)).toMatchObject({ servers: [{ server: '100', settings: { packs: ['x'] }, history: [{ by: '77' }] }] })
  const file = join(root, 'settings.json')
  await writeFile(file, exported.stdout)
  const refused = await cli('a', 'import', file)
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toMatch(/in use by another process.*\n$/)
  expect(refused.stderr.trim().split('\n')).toHaveLength(1)
  await store.close()

  const imported = await cli('c', 'import', file, '--to', 'slack/T1')
  expect(imported).toMatchObject({ code: 0, stdout: 'slack/T1: 1 settings changed\n' })
  const url = await createDatabase()
  const copied = await cli('a', 'copy-store', url, '--json')
  expect(JSON.parse(copied.stdout)).toMatchObject({ settings: 1, settings_audit: 1 })
  const again = await cli('a', 'copy-store', url)
  expect(again.code).toBe(1)
  expect(again.stderr).toContain('is not empty')
  expect(again.stderr).not.toContain(new URL(url).password)
  expect(await readFile(file, 'utf8')).toBe(exported.stdout)
})

test.each([
  [['backup', 'x'], 'There is no'],
  [['export'], 'There is no'],
  [['export', '--server', 'nonsense'], 'There is no'],
  [['import', 'no-such-file'], "can't be read (ENOENT)"],
  [['import', 'x', '--to', 'nonsense'], 'names no server'],
  [['copy-store', 'mysql://x'], 'must begin with postgres://'],
])('%j is one sentence and exit code 1', async (words, part) => {
  const { code, stdout, stderr } = await cli('none', ...words)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(part)
  expect(stderr).not.toMatch(/\n\s+at /)
})
