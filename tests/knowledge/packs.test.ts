/** Packs: the shipped one is clean and complete; broken ones are refused with file, record, field and remedy. */
import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { claimReview } from '../../src/knowledge/claim-review.ts'
import { comparePacks, faultLine, findCopies } from '../../src/knowledge/lint.ts'
import { runsOf } from '../../src/knowledge/shingles.ts'
import { loadPacks, readPacks } from '../../src/registry.ts'

const shipped = join(import.meta.dirname, '..', '..', 'data')

describe('the shipped pack', async () => {
  const [pack] = await loadPacks(shipped)

  test('holds what it promises', () => {
    expect(pack?.rebuttals.length).toBeGreaterThanOrEqual(32)
    expect(pack?.facts.length).toBeGreaterThanOrEqual(150)
    const dated = pack?.facts.filter((fact) => fact.date) ?? []
    expect(dated.length).toBeGreaterThanOrEqual(90)
    for (let month = 1; month <= 12; month += 1) {
      const name = String(month).padStart(2, '0')
      expect(dated.filter((fact) => fact.date?.slice(5, 7) === name).length, `month ${name}`).toBeGreaterThanOrEqual(5)
    }
  })

  test('has no near-duplicate, no hub, no copied run, no second person', () => {
    expect(comparePacks(pack ? [pack] : []).map(faultLine)).toEqual([])
  })

  test('Git keeps the line breaks of its weights, and lays no two of them together', async () => {
    const weights = (await readdir(join(shipped, pack?.id ?? ''))).filter((name) => name.endsWith('.tsv'))
    const rules = await readFile(join(shipped, '..', '.gitattributes'), 'utf8')
    expect(weights).toEqual(['learned.tsv', 'look-ups.tsv'])
    for (const name of weights) expect(rules).toContain(`\n${name} text eol=lf -merge\n`)
  })

  test('every pattern compiles and every rebuttal exports as ClaimReview', () => {
    for (const rebuttal of pack?.rebuttals ?? []) {
      const review = pack && claimReview(rebuttal, pack)
      expect(review).toMatchObject({
        '@type': 'ClaimReview',
        claimReviewed: rebuttal.claim,
        reviewRating: { '@type': 'Rating', alternateName: rebuttal.verdict },
      })
      expect(JSON.stringify(review)).not.toMatch(/\[[a-z0-9-]+\]"/)
    }
  })

  test('a sentence that repeats a source is found, a quotation of it is not', () => {
    const source = 'the quick brown fox jumps over the lazy dog near the old mill'
    const runs = new Set(runsOf(source).map(({ hash }) => hash))
    const first = pack?.rebuttals[0]
    if (!pack || !first) throw new Error('no pack')
    const copy = { ...pack, facts: [], rebuttals: [{ ...first, answer: `It is known that ${source}.` }] }
    expect(findCopies(copy, runs)).toHaveLength(1)
    expect(findCopies({ ...copy, rebuttals: [{ ...first, answer: `He wrote: "${source}".` }] }, runs)).toEqual([])
  })
})

describe('broken packs', () => {
  let folder: string
  const file = (path: string) => join(folder, 'trotsky-series', path)
  const edit = async (path: string, change: (json: Record<string, unknown>) => unknown) => {
    const json = JSON.parse(await readFile(file(path), 'utf8'))
    await writeFile(file(path), JSON.stringify(change(json) ?? json))
  }
  const lines = async () => (await readPacks(folder)).faults.map(faultLine)
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'for-the-record-packs-'))
    await cp(join(shipped, 'trotsky-series'), join(folder, 'trotsky-series'), { recursive: true })
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  test('weights that are not as the trainer writes them are named by section and line; those of an older form are not passed over', async () => {
    const weights = await readFile(file('learned.tsv'), 'utf8')
    await writeFile(file('learned.tsv'), weights.replace(/(\[stems\]\n[^\t]+\t)/, '$1much '))
    await writeFile(file('learned.json'), '{}')
    expect(await lines()).toEqual([
      expect.stringMatching(/learned\.json.*older form.*train-pack/),
      expect.stringMatching(/learned\.tsv.*\[stems\] \S+.*train-pack/),
    ])
  })

  test('a missing field is named', async () => {
    await edit('rebuttals/german-gold.json', (json) => {
      delete json.claim
    })
    const [line] = await lines()
    expect(line).toContain('rebuttals/german-gold.json')
    expect(line).toContain('german-gold')
    expect(line).toContain('claim')
  })

  test('broken JSON, unknown source, wrong id, unknown field, too long an answer', async () => {
    await writeFile(file('rebuttals/german-plot.json'), '{ "id": ')
    await edit('rebuttals/german-gold.json', (json) => {
      json.sources = ['no-such-work']
    })
    await edit('rebuttals/sealed-train.json', (json) => {
      json.id = 'another'
    })
    await edit('rebuttals/october-coup.json', (json) => {
      json.colour = 'red'
    })
    await edit('rebuttals/mirror-image.json', (json) => {
      json.answer = 'x'.repeat(281)
    })
    const text = (await lines()).join('\n')
    for (const part of ['german-plot.json: is not valid JSON', 'differs from the file name', 'colour', 'answer', 'mirror-image'])
      expect(text).toContain(part)
    await expect(loadPacks(folder)).rejects.toThrow(/faults/)
  })

  test('an unknown source and a duplicate id are found once the records are readable', async () => {
    await edit('rebuttals/german-gold.json', (json) => {
      json.sources = [...(json.sources as string[]), 'no-such-work']
    })
    expect((await lines()).join('\n')).toContain('unknown source "no-such-work"')
    await cp(join(shipped, 'trotsky-series'), join(folder, 'second'), { recursive: true })
    await writeFile(
      join(folder, 'second', 'pack.json'),
      JSON.stringify({ ...JSON.parse(await readFile(file('pack.json'), 'utf8')), id: 'second' }),
    )
    expect((await lines()).join('\n')).toContain('stands twice')
  })

  test('a concept that does not exist is a fault wherever it is spoken of', async () => {
    await edit('rebuttals/german-gold.json', (json) => {
      json.patterns = ['~lenin|not:paidd + germany - reparation']
    })
    await edit('pack.json', (json) => {
      json.topics = [...(json.topics as string[]), 'lenni']
    })
    await edit('concepts.json', (json) => {
      json.lenin = [...(json.lenin as string[]), '@constructor']
    })
    const text = (await lines()).join('\n')
    for (const part of ['german-gold: patterns[0]: there is no concept "paidd"', 'topics: there is no concept "lenni"', '"constructor"'])
      expect(text).toContain(part)
    expect(text).not.toMatch(/"(?:lenin|germany)"/)
  })

  test('a link that leads out is not followed, prototype keys are only unknown fields', async () => {
    await writeFile(join(folder, 'secret.json'), '{}')
    await rm(file('rebuttals/german-gold.json'))
    await symlink('/etc/hostname', file('rebuttals/german-gold.json'))
    await edit('rebuttals/german-plot.json', (json) => JSON.parse(`${JSON.stringify(json).slice(0, -1)},"__proto__":{"polluted":true}}`))
    const text = (await lines()).join('\n')
    expect(text).toContain('leads out of the packs folder')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test.each(['learned.tsv', 'look-ups.tsv'])('%s in disorder is named, with a remedy', async (name) => {
    const right = await readFile(file(name))
    const place = `trotsky-series/${name}: `
    const wrong = async (bytes: Buffer | string) => {
      await writeFile(file(name), bytes)
      return lines()
    }
    expect(await lines()).toEqual([])
    expect(await wrong(Buffer.from(right.toString().replace('\nbloodthirsty', '\nna\u00efve\t1\nbloodthirsty'), 'latin1'))).toEqual([
      `${place}is not written in UTF-8. Save it again in this encoding`,
    ])
    expect(await wrong(right.toString().replaceAll('\n', '\r\n'))).toEqual([
      expect.stringMatching(/line breaks of Windows .*\. Fetch it again/),
    ])
    expect(await wrong(Buffer.concat([right, Buffer.alloc(16 * 2 ** 20, 'x')]))).toEqual([
      `${place}is larger than 16 MiB. Split the pack: its weights grow with its claims and golden lines`,
    ])
    await rm(file(name))
    expect(await lines()).toEqual([])
    await symlink('nowhere', file(name))
    expect(await lines()).toEqual([`${place}is missing or not readable. Create it, or check its permissions`])
    await rm(file(name))
    await mkdir(file(name))
    expect(await lines()).toEqual([`${place}is no file. Put the file itself there`])
  })

  test.skipIf(process.platform === 'win32')('a pipe in the place of a file is not waited for', { timeout: 10_000 }, async () => {
    for (const name of ['learned.tsv', 'facts.json']) {
      await rm(file(name))
      execFileSync('sh', ['-c', 'mkfifo "$0"', file(name)])
    }
    expect(await lines()).toEqual(
      expect.arrayContaining(['facts.json', 'learned.tsv'].map((name) => expect.stringContaining(`${name}: is no file`))),
    )
  })

  test('weights that stand there twice are found by the verb lint: two files laid together', async () => {
    const twice = async (name: string, section: string) => {
      const text = await readFile(file(name), 'utf8')
      const [row = ''] = text.slice(text.indexOf(`[${section}]\n`) + section.length + 3).split('\n')
      await writeFile(file(name), text.replace(`[${section}]\n`, `[${section}]\nzzz\t${row.split('\t')[1]}\n${row}\n`))
      return `trotsky-series/${name}: [${section}] ${row.split('\t')[0]}: stands there twice. Make it anew with src/tools/train-`
    }
    const expected = [
      await twice('learned.tsv', 'stems'),
      await twice('learned.tsv', 'about german-gold'),
      await twice('look-ups.tsv', 'words'),
    ]
    const found = comparePacks(await loadPacks(folder)).map(faultLine)
    expect(found.map((line, at) => line.slice(0, expected[at]?.length))).toEqual(expected)
  })

  test('weights of a rebuttal that is gone are found by the verb lint', async () => {
    const packs = await loadPacks(folder)
    expect(comparePacks(packs)).toEqual([])
    const found = comparePacks(packs.map((pack) => ({ ...pack, rebuttals: pack.rebuttals.filter(({ id }) => id !== 'german-gold') })))
    expect(found.map(faultLine)).toEqual(
      ['learned.tsv: [claims] german-gold', 'look-ups.tsv: [cards] german-gold'].map((place) =>
        expect.stringContaining(`trotsky-series/${place}: is of a rebuttal that the pack does not have`),
      ),
    )
  })

  test('an empty folder and a missing one say what to set', async () => {
    await mkdir(join(folder, 'empty'))
    await expect(readPacks(join(folder, 'empty'))).rejects.toThrow(/PACKS_DIR/)
    await expect(readPacks(join(folder, 'nowhere'))).rejects.toThrow(/PACKS_DIR/)
  })
})
