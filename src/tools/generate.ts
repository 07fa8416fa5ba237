/**
 * Writes what is generated from the code: .env.example, JSON Schemas beside the data, docs/sources.md, docs/commands.md, docs/data.md.
 * In: --check compares and writes nothing. Out: files, or exit 1 naming the stale ones.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { Command } from '../bot/command.ts'
import { CoreEnv } from '../env.ts'
import { Concepts, Fact, type Pack, PackHead, Rebuttal, Source } from '../knowledge/schema.ts'
import { loadCommands, loadFronts, loadPacks } from '../registry.ts'
import { dataPage } from '../store/schema.ts'

const root = join(import.meta.dirname, '..', '..')
const isCheck = process.argv.includes('--check')

function envExample(groups: { title: string; schema: z.ZodObject }[]): string {
  const lines = ['# All names the bot reads. Generated from the schemas (npm run generate); copy to .env and fill in what is needed.', '']
  for (const { title, schema } of groups) {
    lines.push(`# ${title}`)
    for (const [name, field] of Object.entries(schema.shape)) {
      const meta = metaOf(field as z.ZodType)
      lines.push(`# ${meta.description ?? ''}`.trimEnd(), `#${name}=${meta.default ?? meta.example ?? ''}`)
    }
    lines.push('')
  }
  return `${lines.join('\n').trimEnd()}\n`
}

function metaOf(field: z.ZodType): { description?: string; example?: string; default?: unknown } {
  const meta = (field.meta() ?? {}) as { description?: string; example?: string }
  const def = field.def as { innerType?: z.ZodType; defaultValue?: unknown }
  const inner = def.innerType ? metaOf(def.innerType) : {}
  return { ...inner, ...meta, ...(def.defaultValue !== undefined && { default: def.defaultValue }) }
}

const schemaFile = (schema: z.ZodType, title: string) =>
  `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`

function sourcesPage(packs: readonly Pack[]): string {
  const lines = [
    '# Sources',
    '',
    'Generated from the packs (npm run generate). Each work is cited by the rebuttals and facts named behind it.',
  ]
  for (const pack of packs) {
    lines.push('', `## ${pack.name}`)
    for (const kind of ['article', 'primary', 'scholarship', 'reference'] as const) {
      const works = pack.sources
        .filter((source) => source.kind === kind)
        .sort((a, b) => a.author.localeCompare(b.author, 'en') || a.year - b.year)
      if (works.length) lines.push('', `### ${kind[0]?.toUpperCase()}${kind.slice(1)}`, '')
      for (const source of works) {
        const cards = pack.rebuttals.filter((rebuttal) => rebuttal.sources.includes(source.id)).map((rebuttal) => rebuttal.id)
        const facts = pack.facts.filter((fact) => fact.sources.includes(source.id)).length
        const use = [cards.join(', '), facts ? `${facts} fact${facts > 1 ? 's' : ''}` : ''].filter(Boolean).join('; ')
        lines.push(`- \`${source.id}\` ${source.author}, *${source.title}* (${source.year}). ${source.supports}${use ? ` — ${use}` : ''}`)
      }
    }
  }
  return `${lines.join('\n')}\n`
}

function commandsPage(commands: readonly Command[]): string {
  const lines = [
    '# Commands',
    '',
    'Generated from commands/ (npm run generate). The same on every platform; on Slack each also works as `/myth COMMAND …`.',
    '',
  ]
  for (const command of commands) {
    const ways = command.via
      .map((via) => (via === 'slash' ? `\`/${command.name}\`` : via === 'menu' ? `message menu "${command.menuLabel}"` : 'button'))
      .join(', ')
    lines.push(
      `## ${command.name}`,
      '',
      `${command.description}. For ${command.access === 'everyone' ? 'everyone' : `${command.access}s`}; by ${ways}.`,
      '',
    )
    if ('subcommands' in command) {
      for (const [name, sub] of Object.entries(command.subcommands))
        lines.push(`- \`/${command.name} ${name}${argumentText(sub.args)}\` — ${sub.description}`)
    } else if (Object.keys(command.args.shape).length) lines.push(`- \`${argumentText(command.args).trim()}\``)
    lines.push('')
  }
  return `${lines.join('\n').trimEnd()}\n`
}

const argumentText = (args: z.ZodObject): string =>
  Object.entries(args.shape)
    .map(([name, field]) => ` ${(field as z.ZodType).safeParse(undefined).success ? `[${name}]` : name}`)
    .join('')

const [packs, commands, fronts] = await Promise.all([
  loadPacks(join(root, 'data')),
  loadCommands(join(root, 'commands')),
  loadFronts(join(root, 'src', 'adapters')),
])
const files: Record<string, string> = {
  '.env.example': envExample([
    { title: 'Core', schema: CoreEnv },
    ...fronts.map((front) => ({ title: front.platform[0]?.toUpperCase() + front.platform.slice(1), schema: front.env })),
  ]),
  'data/rebuttal.schema.json': schemaFile(Rebuttal, 'Rebuttal'),
  'data/pack.schema.json': schemaFile(PackHead, 'Pack'),
  'data/facts.schema.json': schemaFile(z.array(Fact), 'Facts'),
  'data/concepts.schema.json': schemaFile(Concepts, 'Concepts'),
  'data/sources.schema.json': schemaFile(z.array(Source), 'Sources'),
  'docs/sources.md': sourcesPage(packs),
  'docs/commands.md': commandsPage(commands),
  'docs/data.md': dataPage(),
}

const stale: string[] = []
for (const [path, text] of Object.entries(files)) {
  const current = await readFile(join(root, path), 'utf8').catch(() => '')
  if (current === text) continue
  stale.push(path)
  if (!isCheck) await writeFile(join(root, path), text)
}
if (isCheck && stale.length) {
  console.error(`Stale: ${stale.join(', ')}. Run "npm run generate" and commit the result.`)
  process.exitCode = 1
} else console.log(stale.length ? `written: ${stale.join(', ')}` : 'all generated files are up to date')
