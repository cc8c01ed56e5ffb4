import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

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

const isSlow = ({ moduleId }: TestSpecification): boolean =>
  /[\\/]test[\\/](?:e2e|fuzz|integration)[\\/]/.test(moduleId)

/** Files that start processes wait the longest: they begin first, so that none of them runs alone at the end. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own method, not that of a list
    const sorted = await super.sort(files)
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))]
  }
}

export default defineConfig({
  test: {
    // Limits for a machine under heavy load; on a quiet one no test comes near them.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // One more than there are processors: the tests with processes of their own wait most of the time.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: SlowFirst },
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
