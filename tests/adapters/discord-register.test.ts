/** What Discord is told of the commands: other languages beside the default, and nothing where a command brings none. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandsForDiscord } from '../../src/adapters/discord/register.ts'
import { loadCommands } from '../../src/registry.ts'

const commands = await loadCommands(join(import.meta.dirname, '..', '..', 'commands'))

test('a localised description goes beside the default one, within its limit', () => {
  const declared = commandsForDiscord(commands)
  const myth = declared.find((command) => command.name === 'myth')
  expect(myth).toMatchObject({
    description: expect.stringContaining('myth'),
    description_localizations: { de: expect.stringContaining('Mythos') },
  })
  for (const command of declared) {
    const texts = Object.values(('description_localizations' in command && command.description_localizations) || {})
    for (const text of texts) expect(String(text).length).toBeLessThanOrEqual(100)
  }
  expect(declared.find((command) => command.name === 'settings')).not.toHaveProperty('description_localizations')
})

test('names of subcommands in other languages are passed on', () => {
  const [me] = commands.filter((command) => command.name === 'me')
  if (!me || !('subcommands' in me)) throw new Error('no /me')
  const [first = '', subcommand] = Object.entries(me.subcommands)[0] ?? []
  if (!subcommand) throw new Error('no subcommand')
  const localised = { ...me, subcommands: { [first]: { ...subcommand, localised: { de: { name: 'abmelden' } } } } }
  expect(JSON.stringify(commandsForDiscord([localised]))).toContain('"name_localizations":{"de":"abmelden"}')
})
