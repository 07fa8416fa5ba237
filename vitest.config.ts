import { defineConfig } from 'vitest/config'

// Long-running suites (real processes, a real PostgreSQL) need more than the default five seconds on a busy machine.
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
