/**
 * What the trainers of a pack's weights share. In: options, golden lines, a text of weights. Out: the pack to learn for, lines that fit it, the
 * file; or the process ends with code 2 and a sentence that says what is wrong, and nothing is written.
 */
import { writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { UserError } from '../bot/errors.ts'
import { type Pack, withoutMarks } from '../knowledge/schema.ts'
import { WeightsFault } from '../knowledge/sections.ts'
import { largestWeights, loadPacks } from '../registry.ts'
import { refuse } from './options.ts'

/** What it waits for, or the end of the process where the input is wrong. */
export async function orRefuse<T>(input: Promise<T>): Promise<T> {
  try {
    return await input
  } catch (error) {
    if (error instanceof UserError) return refuse(error.message)
    throw error
  }
}

/** The pack of that id in `folder`, or the first one. `without`: files that are made anew, and need not be readable. */
export async function packToTrain(folder: string, id: string | undefined, without: Parameters<typeof loadPacks>[1]): Promise<Pack> {
  const packs = await orRefuse(loadPacks(folder, without))
  const ids = packs.map((pack) => pack.id)
  const pack = id === undefined ? packs[0] : packs.find((one) => one.id === id)
  return pack ?? refuse(`There is no pack "${id}" in ${folder}: --pack names one of ${ids.join(', ')}.`)
}

type Line = { id: string; rebuttal: string | null; also: readonly string[] }

/** The lines of a golden file, each about rebuttals that the pack has: one about another would teach that none of them is right. */
export async function linesFor<T extends Line>({ id, rebuttals }: Pack, file: string, lines: Promise<readonly T[]>): Promise<readonly T[]> {
  const known = new Set(rebuttals.map((rebuttal) => rebuttal.id))
  const read = await orRefuse(lines)
  for (const line of read) {
    const strange = [line.rebuttal, ...line.also].find((one) => one !== null && !known.has(one))
    if (strange) refuse(`${id}/golden/${file}: ${line.id}: there is no rebuttal "${strange}". Correct the id, or take the line out.`)
  }
  return read
}

/** Writes what `read` can read and a bot will load. Returns the file's name, for people. */
export async function writeWeights(
  folder: string,
  { id }: Pack,
  name: string,
  text: string,
  read: (file: Uint8Array) => unknown,
): Promise<string> {
  const file = relative(process.cwd(), join(folder, id, name))
  const bytes = new TextEncoder().encode(text)
  try {
    read(bytes)
  } catch (error) {
    if (!(error instanceof WeightsFault)) throw error
    refuse(`${file} is left as it was, for nobody could read the new one: ${error.where} ${error.message}. Report it with the pack.`)
  }
  if (bytes.length > largestWeights)
    refuse(
      `${file} is left as it was, for the new one has ${bytes.length} bytes, and no bot loads more than ${largestWeights}. Split the pack.`,
    )
  await writeFile(file, bytes)
  return file
}

/** A card's text as single sentences, without its marks of sources. */
export const sentencesOf = (text: string): string[] => withoutMarks(text).split(/(?<=[.!?]) /)
