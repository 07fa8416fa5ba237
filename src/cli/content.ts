/** The verbs fact, packs and lint. In: options. Out: text or JSON on standard output. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { cardToText } from '../bot/card.ts'
import { factCard } from '../bot/compose.ts'
import { factOfTheDay } from '../bot/daily.ts'
import { UserError } from '../bot/errors.ts'
import { words } from '../bot/words.ts'
import { CoreEnv, readEnv } from '../env.ts'
import { claimReview } from '../knowledge/claim-review.ts'
import { createLibrary } from '../knowledge/library.ts'
import { comparePacks, faultLine, findCopies } from '../knowledge/lint.ts'
import { loadPacks, readPacks } from '../registry.ts'

type Options = { json?: true }

const print = (value: unknown) => process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}\n`)

export async function fact({ date, json }: Options & { date?: string }, env: NodeJS.ProcessEnv): Promise<number> {
  const library = createLibrary(await loadPacks(readEnv(CoreEnv, env).PACKS_DIR))
  const day = date ?? new Date().toISOString().slice(0, 10)
  if (!isDate(day)) throw new UserError(`--date: ${words.badDate}`)
  const found = factOfTheDay(library, day)
  if (!found) throw new UserError(words.noFacts)
  print(json ? { id: found.id, text: found.text, date: found.date ?? null, sources: found.sources } : cardToText(factCard(found, library)))
  return 0
}

const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text

export async function packs({ json }: Options, env: NodeJS.ProcessEnv): Promise<number> {
  const loaded = await loadPacks(readEnv(CoreEnv, env).PACKS_DIR)
  if (json) print(loaded)
  else {
    for (const pack of loaded) {
      print(
        `${pack.name} (${pack.id}): ${pack.rebuttals.length} rebuttals, ${pack.facts.length} facts, ${pack.sources.length} sources. ${pack.licence}`,
      )
      for (const section of pack.sections) {
        print(`\n${section.title}`)
        for (const rebuttal of pack.rebuttals.filter((one) => one.section === section.id))
          print(`  ${rebuttal.id.padEnd(28)} ${rebuttal.verdict.padEnd(11)} ${rebuttal.claim}`)
      }
    }
  }
  return 0
}

export async function lint(dir: string | undefined, { json }: Options, env: NodeJS.ProcessEnv): Promise<number> {
  const folder = dir ?? readEnv(CoreEnv, env).PACKS_DIR
  const { packs: read, faults: found } = await readPacks(folder)
  const copies = await Promise.all(read.map(async (pack) => findCopies(pack, await readRuns(folder, pack.id))))
  const faults = [...found, ...comparePacks(read), ...copies.flat()]
  if (json) print({ packs: read.map((pack) => pack.id), faults })
  else if (faults.length) print(faults.map(faultLine).join('\n'))
  else
    print(
      `${folder}: clean. ${read.map((pack) => `${pack.id}: ${pack.rebuttals.length} rebuttals, ${pack.facts.length} facts`).join('; ')}`,
    )
  return faults.length ? 1 : 0
}

/** Hashed runs of the text a pack answers, if the pack brings them (made by src/tools/shingles.ts). */
async function readRuns(folder: string, pack: string): Promise<Set<number>> {
  const text = await readFile(join(folder, pack, 'source-runs.json'), 'utf8').catch(() => '[]')
  try {
    return new Set(z.array(z.number()).parse(JSON.parse(text)))
  } catch {
    throw new UserError(`${pack}/source-runs.json is not a list of numbers. Make it anew with src/tools/shingles.ts.`)
  }
}

/** Every rebuttal as schema.org ClaimReview, one JSON-LD list. */
export async function claimReviews(env: NodeJS.ProcessEnv): Promise<number> {
  const loaded = await loadPacks(readEnv(CoreEnv, env).PACKS_DIR)
  print(loaded.flatMap((pack) => pack.rebuttals.map((rebuttal) => claimReview(rebuttal, pack))))
  return 0
}
