/** JSON lines against a reader that takes its time: every answer once, in order. */
import { PassThrough, Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { eachLine } from '../../src/cli/lines.ts'

test('a slow reader gets each answer once and in order', async () => {
  const input = new PassThrough()
  let written = ''
  const output = new Writable({
    highWaterMark: 64,
    write: (chunk, _encoding, done) => {
      written += String(chunk)
      setTimeout(2).then(() => done())
    },
  })
  const done = eachLine(({ id }) => ({ id, filler: 'x'.repeat(100) }), input, output)
  for (let id = 0; id < 400; id += 1) {
    input.write(`{"id":${id}}\n`)
    // In small pieces, so that lines arrive while an earlier batch is on its way.
    if (id % 5 === 0) await setTimeout(0)
  }
  input.end()
  expect(await done).toBe(0)
  const ids = written
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).id)
  expect(ids).toEqual(Array.from({ length: 400 }, (_, id) => id))
})
