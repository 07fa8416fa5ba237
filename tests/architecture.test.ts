/** Who may import whom (docs/architecture.md): the table below forbids what is not in it. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** Folder → [our folders it may import, npm packages and node modules it may import]. */
const allowed: Record<string, [ours: string[], packages: RegExp]> = {
  'src/knowledge': [[], /^(zod|minisearch|wink-porter2-stemmer)$/],
  'src/detection': [['src/knowledge'], /^$/],
  'src/bot': [['src/knowledge', 'src/detection'], /^zod$/],
  commands: [['src/bot', 'src/knowledge'], /^zod$/],
  'src/store': [['src/bot'], /^(pg|zod|node:(sqlite|fs|fs\/promises|path|crypto|url|os))$/],
  'src/adapters/local': [['src/bot'], /^(zod|node:readline)$/],
  'src/adapters/discord': [['src/bot'], /^(zod|@discordjs\/(ws|rest)|discord-api-types\/v10|node:(module|timers\/promises))$/],
  'src/adapters/slack': [['src/bot'], /^(zod|@slack\/(bolt|oauth|socket-mode)|node:(crypto|events|http|timers\/promises))$/],
}

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name))

const importsOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from\s+|import\s*\(?\s*)'([^']+)'/g)].map((match) => match[1] ?? '')

const folderOf = (file: string): string => Object.keys(allowed).find((folder) => file.startsWith(`${folder}/`)) ?? dirname(file)

test.each(Object.entries(allowed))('%s imports only what the table allows', (folder, [ours, packages]) => {
  const wrong: string[] = []
  for (const file of filesBelow(folder)) {
    for (const name of importsOf(file)) {
      if (!name.startsWith('.')) {
        if (!packages.test(name)) wrong.push(`${file} imports ${name}`)
        continue
      }
      const target = folderOf(relative(root, resolve(root, dirname(file), name)))
      if (target !== folder && !ours.includes(target)) wrong.push(`${file} imports ${name} (${target})`)
    }
  }
  expect(wrong).toEqual([])
})

test('every folder of src is in the table or is a root that nobody imports', () => {
  const roots = ['src/cli', 'src/tools']
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'adapters')
    .map((entry) => `src/${entry.name}`)
  const adapters = readdirSync(join(root, 'src/adapters')).map((name) => `src/adapters/${name}`)
  expect([...folders, ...adapters].filter((folder) => !(folder in allowed) && !roots.includes(folder))).toEqual([])
})

test('each adapter has the same files', () => {
  for (const name of readdirSync(join(root, 'src/adapters'))) {
    expect(readdirSync(join(root, 'src/adapters', name))).toEqual(
      expect.arrayContaining(['env.ts', 'index.ts', 'translate.ts', 'render.ts']),
    )
  }
})
