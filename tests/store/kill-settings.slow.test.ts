/** Real processes killed by SIGKILL while they change settings: what was acknowledged is there. More of them: npm run sim. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { killSettings } from '../../src/tools/kill-settings.ts'
import { createDatabase } from '../support/postgres.ts'

const kills = 8

test.concurrent.for(['SQLite', 'PostgreSQL'])(
  '%s: 8 kills lose no acknowledged setting',
  { timeout: 120_000 },
  async (engine, { expect }) => {
    const folder = await mkdtemp(join(tmpdir(), 'for-the-record-kill-'))
    try {
      const config = { STATE_DIR: folder, ...(engine === 'PostgreSQL' && { DATABASE_URL: await createDatabase('current') }) }
      const figures = await killSettings(config, kills, 7)
      expect(figures).toMatchObject({ kills, lost: 0 })
      expect(figures.acknowledged).toBeGreaterThan(kills)
      // At most one per life was saved and not said: the change under way.
      expect(figures.unsaid).toBeLessThanOrEqual(kills)
    } finally {
      await rm(folder, { recursive: true })
    }
  },
)
