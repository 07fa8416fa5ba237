/**
 * Script in, transcript out: each .txt here is played through the whole bot in the local adapter and must come out as it stands.
 * After a wanted change: npx vitest run tests/conversations -u, and read the difference.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandsFolder } from '../../src/main.ts'
import { loadCommands } from '../../src/registry.ts'
import { play } from '../support/transcript.ts'

const folder = import.meta.dirname
const files = (await readdir(folder)).filter((file) => file.endsWith('.txt'))

test.each(files)('%s', async (file) => {
  const path = join(folder, file)
  await expect(await play(await readFile(path, 'utf8'))).toMatchFileSnapshot(path)
})

test('every command and subcommand is typed or pressed in some conversation', async () => {
  const all = (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n')
  const pressed: Record<string, string> = { details: 'Details]', why: 'Why?]', feedback: 'Not this]' }
  for (const command of await loadCommands(commandsFolder)) {
    const names =
      'subcommands' in command ? Object.keys(command.subcommands).map((name) => `/${command.name} ${name}`) : [`/${command.name}`]
    for (const name of names) expect(all, name).toMatch(new RegExp(pressed[command.name] ? `> #\\d` : `> ${name}\\b`))
    if (pressed[command.name]) expect(all).toContain(pressed[command.name])
  }
})
