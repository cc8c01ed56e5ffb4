import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Limits for a machine under heavy load; on a quiet one no test comes near them.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
    coverage: { include: ['src/**', 'agents/**', 'teams/**', 'tools/**', 'practice/server/**'] },
  },
})
