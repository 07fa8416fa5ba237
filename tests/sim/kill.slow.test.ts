/** Real processes killed by SIGKILL in the middle of a post, on both engines: at most one message is seen. Every step: npm run sim. */
import { expect, test } from 'vitest'
import { killEverywhere } from '../../src/tools/sim/kill.ts'
import { createDatabase } from '../support/postgres.ts'

const postgres = async () => ({ url: await createDatabase('current'), drop: async () => {} })

test.each([
  ['SQLite', {}],
  ['PostgreSQL', { makeDatabase: postgres }],
])(
  '%s: processes killed at some steps show at most one post, and lose none that can be searched for',
  { timeout: 180_000 },
  async (_, where) => {
    const report = await killEverywhere({ rounds: 1, stride: 25, ...where })
    expect(report).toMatchObject({ doubled: 0, lost: 0 })
    // Some died before their post was seen and some after: both halves of the protocol were hit.
    expect(report.kills).toBeGreaterThan(5)
    expect(report.visible[1]).toBeGreaterThan(5)
  },
)
