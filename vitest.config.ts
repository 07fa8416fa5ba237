import { defineConfig } from 'vitest/config'

// Long-running suites (real processes, a real PostgreSQL) need more than the default five seconds on a busy machine.
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // One PostgreSQL for the run; a suite takes a database of its own with createDatabase() (tests/support/postgres.ts).
    globalSetup: ['tests/support/postgres-setup.ts'],
  },
})
