/** Makes data/<pack>/source-runs.json from a text that is not shipped. In: the pack's folder, the text's file. Out: the hashes of its runs of eight words. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runsOf } from '../knowledge/shingles.ts'

const [folder, file] = process.argv.slice(2)
if (!folder || !file) {
  console.error('Usage: node src/tools/shingles.ts data/PACK TEXTFILE')
  process.exitCode = 1
} else {
  const text = (await readFile(file, 'utf8')).replace(/\n(?!\n)/g, ' ')
  const hashes = [...new Set(runsOf(text).map(({ hash }) => hash))].sort((a, b) => a - b)
  await writeFile(join(folder, 'source-runs.json'), `[${hashes.join(',')}]\n`)
  console.log(`${hashes.length} runs`)
}
