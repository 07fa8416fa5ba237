/**
 * A public retrieval set in the format of CheckThat! 2020, Task 2. In: its folder. Out: the claims as bare rebuttals, and for each split
 * (every folder below with both files) the posts with the claims each repeats.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Rebuttal } from '../../knowledge/schema.ts'

export type Asked = { text: string; right: Set<string> }
export type Split = { name: string; asked: Asked[] }

const claimsFile = 'verified_claims.docs.tsv'
const postsFile = 'tweets.queries.tsv'
const pairsFile = 'tweet-vclaim-pairs.qrels'

export async function readRetrievalSet(folder: string): Promise<{ rebuttals: Rebuttal[]; splits: Split[] }> {
  const rows = await readTable(join(folder, claimsFile))
  const splits: Split[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name !== pairsFile) continue
    const asked = await readSplit(entry.parentPath)
    if (asked.length)
      splits.push({ name: entry.parentPath === folder ? 'here' : entry.parentPath.slice(folder.length).replace(/^\//, ''), asked })
  }
  if (!splits.length) throw new Error(`${folder} has no folder with ${postsFile} and ${pairsFile}: give the folder of the set.`)
  return {
    rebuttals: rows.map(([id = '', claim = '', title = '']) => bareRebuttal(id, claim, title)),
    splits: splits.sort((a, b) => a.name.localeCompare(b.name)),
  }
}

async function readSplit(folder: string): Promise<Asked[]> {
  const posts = await readTable(join(folder, postsFile))
  const right = new Map<string, Set<string>>()
  for (const row of await readTable(join(folder, pairsFile), false)) {
    const [post = '', , claim = '', grade = '1'] = row.length > 1 ? row : (row[0] ?? '').trim().split(/ +/)
    if (grade.trim() !== '0') right.set(post, (right.get(post) ?? new Set()).add(claim))
  }
  return posts.flatMap(([id = '', text = '']) => {
    const claims = right.get(id)
    return claims ? [{ text, right: claims }] : []
  })
}

/** A post with quotes in it stands in quotes, its own doubled. */
const unquoted = (cell: string): string =>
  cell.length > 1 && cell.startsWith('"') && cell.endsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell

const readTable = async (file: string, hasHead = true): Promise<string[][]> =>
  (await readFile(file, 'utf8'))
    .split(/\r?\n/)
    .filter(Boolean)
    .slice(hasHead ? 1 : 0)
    .map((row) => row.split('\t').map(unquoted))

const bareRebuttal = (id: string, claim: string, title: string): Rebuttal => ({
  id,
  title,
  claim,
  verdict: 'false',
  answer: '',
  details: [],
  technique: { name: 'fabrication', where: '' },
  phrasings: [],
  patterns: [],
  section: 's',
  tags: [],
  sources: [],
  related: [],
})
