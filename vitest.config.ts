import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Rooms whose tests start processes and servers, or change what a whole process has: a worker of its own for each file. */
const isolated = [
  'e2e',
  'integration',
  'practice',
  'fuzz',
  'bench',
  'src/adapters',
  'src/cli',
  'src/server',
  'src/incidents',
].map((room) => `test/${room}/**/*.test.ts`)

export default defineConfig({
  test: {
    // Limits for a machine under heavy load; on a quiet one no test comes near them.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // One more than there are processors: the tests with processes of their own wait most of the time.
    maxWorkers: availableParallelism() + 1,
    // Services and practice clusters that tests start are the same code each time.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/tests') },
    expect: { poll: { timeout: 60_000, interval: 20 } },
    projects: [
      { extends: true, test: { name: 'isolated', include: isolated } },
      // Pure rooms share their modules within a worker: most of their time would go into reading the same files again.
      { extends: true, test: { name: 'pure', include: ['test/**/*.test.ts'], exclude: isolated, isolate: false } },
    ],
    coverage: { include: ['src/**', 'agents/**', 'teams/**', 'tools/**', 'practice/server/**'] },
  },
})
