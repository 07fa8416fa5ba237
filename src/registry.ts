/**
 * The folders that are registries: commands/, data/, src/adapters/. In: a folder. Out: validated modules or records.
 * Fails at start and names file and field: a typo is never skipped silently.
 */
import { isUtf8 } from 'node:buffer'
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'
import type { AdapterFront } from './bot/adapter.ts'
import type { Command } from './bot/command.ts'
import { UserError } from './bot/errors.ts'
import { readLearned } from './knowledge/learned.ts'
import { checkPacks, type Fault, faultLine } from './knowledge/lint.ts'
import { readLookUps } from './knowledge/look-ups.ts'
import { Concepts, Fact, type Pack, PackHead, Rebuttal, Source } from './knowledge/schema.ts'
import { WeightsFault } from './knowledge/sections.ts'

/** Caps on what a pack may bring: a hostile or broken folder must not fill the memory. */
const largestFile = 4 * 2 ** 20
/** Weights take some 60 KiB for each claim; they are kept as they are, and a bot can spare as much. */
export const largestWeights = 16 * 2 ** 20
const mostRebuttals = 20_000

export type LoadedPacks = { packs: Pack[]; faults: Fault[] }

/** Files that a trainer makes anew, and so must not need: they may be of another version. */
type Without = readonly ('learned' | 'look-ups')[]

/** Reads every pack below `folder` and checks it; faults are collected, not thrown. Throws UserError when the folder itself can't be read. */
export async function readPacks(folder: string, without: Without = []): Promise<LoadedPacks> {
  const root = await realpath(folder).catch(() => {
    throw new UserError(`There is no packs folder at ${folder}. Set PACKS_DIR to the folder that holds the packs.`)
  })
  const entries = await readdir(root, { withFileTypes: true }).catch(() => {
    throw new UserError(`${folder} is no folder that can be read. Set PACKS_DIR to the folder that holds the packs.`)
  })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const faults: Fault[] = []
  const packs: Pack[] = []
  for (const name of names.sort()) {
    const pack = await readPack(root, name, faults, without)
    if (pack) packs.push(pack)
  }
  if (!packs.length && !faults.length)
    throw new UserError(
      `The folder ${folder} holds no pack: each is a folder with a pack.json. Set PACKS_DIR to the folder that holds them.`,
    )
  return { packs, faults: [...faults, ...checkPacks(packs)] }
}

/** The packs, or one UserError that lists every fault. */
export async function loadPacks(folder: string, without: Without = []): Promise<Pack[]> {
  const { packs, faults } = await readPacks(folder, without)
  if (faults.length)
    throw new UserError(
      `The packs in ${folder} have ${faults.length} fault${faults.length > 1 ? 's' : ''}:\n${faults.slice(0, 20).map(faultLine).join('\n')}`,
    )
  return packs
}

async function readPack(root: string, name: string, faults: Fault[], without: Without): Promise<Pack | undefined> {
  const before = faults.length
  const read = async <T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> => {
    const file = `${name}/${path}`
    const json = await readJson(root, join(root, name, path), file, faults)
    if (json === undefined) return undefined
    return checked(schema, json, file, faults)
  }
  const head = await read('pack.json', PackHead)
  const sources = await read('sources.json', z.array(Source))
  const facts = await read('facts.json', z.array(Fact))
  const concepts = await read('concepts.json', Concepts)
  const weights = async <T>(kind: Without[number], trainer: string, reader: (file: Uint8Array) => T) =>
    without.includes(kind) ? undefined : readWeights(root, `${name}/${kind}`, trainer, reader, faults)
  const learned = await weights('learned', 'src/tools/train-pack.ts', readLearned)
  const lookUps = await weights('look-ups', 'src/tools/train-look-ups.ts', readLookUps)
  const folder = join(root, name, 'rebuttals')
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.json')).sort()
  if (!files.length)
    faults.push({ file: `${name}/rebuttals`, record: '', field: '', problem: 'holds no rebuttal', remedy: 'Add at least one <id>.json' })
  if (files.length > mostRebuttals)
    faults.push({
      file: `${name}/rebuttals`,
      record: '',
      field: '',
      problem: `holds more than ${mostRebuttals} files`,
      remedy: 'Split the pack',
    })
  const rebuttals: Rebuttal[] = []
  for (const file of files.slice(0, mostRebuttals)) {
    const rebuttal = await read(`rebuttals/${file}`, Rebuttal)
    if (!rebuttal) continue
    rebuttals.push(rebuttal)
    if (`${rebuttal.id}.json` !== file)
      faults.push({
        file: `${name}/rebuttals/${file}`,
        record: rebuttal.id,
        field: 'id',
        problem: 'differs from the file name',
        remedy: `Rename the file to ${rebuttal.id}.json or correct the id`,
      })
  }
  if (head && head.id !== name)
    faults.push({
      file: `${name}/pack.json`,
      record: head.id,
      field: 'id',
      problem: 'differs from the folder name',
      remedy: 'Make them equal',
    })
  if (!head || !sources || !facts || !concepts || faults.length > before) return undefined
  return { ...head, sources, facts, concepts, rebuttals, ...(learned && { learned }), ...(lookUps && { lookUps }) }
}

/** Weights that a trainer made, where the pack has any. */
async function readWeights<T>(
  root: string,
  path: string,
  trainer: string,
  reader: (file: Uint8Array) => T,
  faults: Fault[],
): Promise<T | undefined> {
  const remade = `Make it anew with ${trainer}`
  const fault = (file: string, record: string, problem: string, remedy: string) => {
    faults.push({ file, record, field: '', problem, remedy })
    return undefined
  }
  // Left out in silence, the pack would be read worse than its editors measured.
  if (await isThere(join(root, `${path}.json`))) fault(`${path}.json`, '', 'is of an older form', `${remade}, and take this one out`)
  const file = `${path}.tsv`
  if (!(await isThere(join(root, file)))) return undefined
  const bytes = await readBytes(root, join(root, file), file, faults, {
    most: largestWeights,
    remedy: 'Split the pack: its weights grow with its claims and golden lines',
  })
  try {
    return bytes && reader(bytes)
  } catch (error) {
    if (!(error instanceof WeightsFault)) throw error
    return fault(file, error.where, error.message, error.remedy ?? remade)
  }
}

/** Also a link that leads nowhere: it is a fault, not the same as nothing. */
const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

const size = { most: largestFile, remedy: 'Split it' }

async function readBytes(root: string, path: string, file: string, faults: Fault[], { most, remedy } = size): Promise<Buffer | undefined> {
  const fault = (problem: string, remedy: string) => {
    faults.push({ file, record: '', field: '', problem, remedy })
    return undefined
  }
  try {
    const real = await realpath(path)
    if (!real.startsWith(root + sep)) return fault('leads out of the packs folder', 'Replace the link by the file itself')
    const found = await stat(real)
    // A pipe would be waited for without end.
    if (!found.isFile()) return fault('is no file', 'Put the file itself there')
    if (found.size > most) return fault(`is larger than ${most / 2 ** 20} MiB`, remedy)
    const bytes = await readFile(real)
    // Read as if it were, each foreign letter would become another one in silence.
    return isUtf8(bytes) ? bytes : fault('is not written in UTF-8', 'Save it again in this encoding')
  } catch {
    return fault('is missing or not readable', 'Create it, or check its permissions')
  }
}

async function readJson(root: string, path: string, file: string, faults: Fault[]): Promise<unknown> {
  const bytes = await readBytes(root, path, file, faults)
  if (!bytes) return undefined
  try {
    return JSON.parse(bytes.toString())
  } catch (error) {
    const place = error instanceof Error ? (/\(line \d+ column \d+\)|position \d+/.exec(error.message)?.[0] ?? '') : ''
    faults.push({
      file,
      record: '',
      field: '',
      problem: `is not valid JSON${place ? ` (${place.replace(/[()]/g, '')})` : ''}`,
      remedy: 'Look for a missing comma, quotation mark or bracket there',
    })
    return undefined
  }
}

function checked<T>(schema: z.ZodType<T>, json: unknown, file: string, faults: Fault[]): T | undefined {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues.slice(0, 10)) {
    const index = issue.path.find((part) => typeof part === 'number')
    const list = Array.isArray(json) && typeof index === 'number' ? json[index] : json
    const record = String((list as { id?: unknown } | null)?.id ?? (index === undefined ? '' : `record ${index}`)).slice(0, 60)
    faults.push({ file, record, field: issue.path.join('.'), problem: issue.message.replace(/\.$/, ''), remedy: remedyFor(issue) })
  }
  return undefined
}

const remedyFor = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'unrecognized_keys') return 'Take the unknown field out or correct its name'
  if (issue.code === 'too_big') return 'Shorten it'
  if (issue.code === 'too_small') return 'Add what is missing'
  return 'Correct it; docs/editorial.md and the JSON Schema beside the data tell what belongs there'
}

/** Imports every command file; throws an Error that names the file of a faulty one. */
export async function loadCommands(folder: string): Promise<Command[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort()
  const commands = await Promise.all(
    files.map(async (file) => {
      const module = (await import(pathToFileURL(join(folder, file)).href)) as { default?: Command }
      const command = module.default
      const name = basename(file, '.ts')
      if (!command || command.name !== name) throw new Error(`commands/${file}: its default export must be a command named "${name}"`)
      if (!command.description || !command.via?.length)
        throw new Error(`commands/${file}: needs a description and at least one way in (via)`)
      if (command.via.includes('menu') && !command.menuLabel) throw new Error(`commands/${file}: via menu needs a menuLabel`)
      return command
    }),
  )
  return commands
}

/** The fronts of all adapters, by folder; no platform library is loaded. */
export async function loadFronts(folder: string): Promise<AdapterFront[]> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const { front } = (await import(pathToFileURL(join(folder, name, 'env.ts')).href)) as { front?: AdapterFront }
      if (!front || front.platform !== name) throw new Error(`src/adapters/${name}/env.ts: must export a front whose platform is "${name}"`)
      return front
    }),
  )
}
