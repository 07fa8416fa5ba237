/** The command line as a process: answers, JSON lines in order, and one clear line for every mistake. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

type Run = { code: number | null; out: string; err: string }
function run(args: string[], options: { input?: string; env?: Record<string, string> } = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bin/for-the-record.mjs', ...args], { cwd: root, env: { ...process.env, ...options.env } })
    const result: Run = { code: null, out: '', err: '' }
    child.stdout.on('data', (chunk: Buffer) => (result.out += chunk))
    child.stderr.on('data', (chunk: Buffer) => (result.err += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ ...result, code }))
    child.stdin.end(options.input ?? '')
  })
}

describe('answers', () => {
  test('ask --jsonl keeps order, finds the misspelt, abstains', async () => {
    const input = [
      '{"id":1,"query":"germn plott"}',
      '{"id":"two","query":"moon landing"}',
      'no json',
      '{"id":4,"query":""}',
      '{"id":5,"query":"sealed train"}',
    ].join('\n')
    const { out, code } = await run(['ask', '--jsonl'], { input })
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map((line) => line.id)).toEqual([1, 'two', null, 4, 5])
    expect(lines[0].results[0]).toMatchObject({
      rebuttal: 'german-plot',
      title: expect.any(String),
      claim: expect.any(String),
      answer: expect.any(String),
      details: expect.any(String),
      score: expect.any(Number),
    })
    expect(lines[1].results).toEqual([])
    expect(lines[3].error).toContain('empty')
    expect(code).toBe(1)
  })

  test('check, suggest, fact, packs, claim-review in JSON', async () => {
    const check = JSON.parse((await run(['check', 'Lenin was paid by the Kaiser', '--json'])).out)
    expect(check).toMatchObject({ action: 'reply', rebuttal: 'german-gold', stance: 'support' })
    expect(check.reasons.length).toBeGreaterThan(2)
    expect(JSON.parse((await run(['suggest', 'ger', '--json'])).out).suggestions[0]).toMatchObject({
      rebuttal: expect.any(String),
      label: expect.any(String),
    })
    expect(JSON.parse((await run(['fact', '--date', '2026-11-07', '--json'])).out)).toMatchObject({
      id: expect.any(String),
      text: expect.any(String),
      date: expect.stringMatching(/-11-07$/),
      sources: expect.any(Array),
    })
    expect(JSON.parse((await run(['packs', '--json'])).out)[0].rebuttals.length).toBeGreaterThan(31)
    expect(JSON.parse((await run(['claim-review'])).out)[0]['@type']).toBe('ClaimReview')
  })

  test('a thousand lines a second at least', async () => {
    const lines = Array.from({ length: 5000 }, (_, id) =>
      JSON.stringify({ id, text: id % 2 ? 'nice weather today' : 'Lenin was paid by the Kaiser' }),
    )
    const began = performance.now()
    const { out } = await run(['check', '--jsonl'], { input: lines.join('\n') })
    expect(out.trim().split('\n')).toHaveLength(5000)
    // The promise is five seconds; start-up and a busy machine are given as much again.
    expect(performance.now() - began).toBeLessThan(10_000)
  })

  test('doctor tells what is there', async () => {
    const { out } = await run(['doctor', '--json'], { env: { STATE_DIR: join(root, 'state-that-is-not-there') } })
    expect(JSON.parse(out).findings.map((finding: { part: string }) => finding.part)).toContain('packs')
  })
})

describe('mistakes get one line, exit code 1, no stack trace', () => {
  test.each<[string, string[], Record<string, string>?]>([
    ['an unknown verb', ['dance']],
    ['an unknown option', ['ask', '--loud', 'x']],
    ['an empty query', ['ask', '']],
    ['a query of 100,000 characters', ['ask', 'x'.repeat(100_000)]],
    ['a query with control characters', ['ask', 'german\u0007 plot']],
    ['an empty message', ['check', '  ']],
    ['a day that does not exist', ['fact', '--date', '2026-02-30']],
    ['packs that are not there', ['ask', 'x'], { PACKS_DIR: '/nowhere-at-all' }],
    ['a malformed environment', ['start'], { DATABASE_URL: 'mysql://x' }],
    ['an unknown name of ours', ['start'], { DISCORD_TOKN: 'x' }],
    ['half of a platform', ['invite', 'matrix']],
  ])('%s', async (_, args, env) => {
    const { code, out, err } = await run(args, { env: env ?? {} })
    expect(code).toBe(1)
    expect(`${out}${err}`).not.toMatch(/\n\s+at /)
    expect(err.trim().split('\n').length).toBeLessThanOrEqual(4)
    expect(err.trim()).not.toBe('')
  })
})
