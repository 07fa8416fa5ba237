import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** A suite of many real processes begins first: begun last, it would run on alone while every other worker is done. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (moduleId.endsWith('.slow.test.ts') ? 0 : 1)
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other))
  }
}

// Long-running suites (real processes, a real PostgreSQL) need more than the default five seconds on a busy machine.
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two more than the cores there must be: suites on sockets and processes wait more than they work.
    maxWorkers: 4,
    // Files that follow each other in a worker share its modules, so that libraries and packs are read once and not 48 times.
    // What a file changes, it therefore changes back; no file mocks a module.
    isolate: false,
    sequence: { sequencer: SlowFirst },
    // One PostgreSQL for the run; a suite takes a database of its own with createDatabase() (tests/support/postgres.ts).
    globalSetup: ['tests/support/postgres-setup.ts'],
  },
})
