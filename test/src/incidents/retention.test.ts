import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startRetention } from '#src/incidents/retention.ts'
import { quietLogger } from '#test/helpers/quiet-logger.ts'

const day = 86_400_000

/** A store with so many batches of each to remove. */
function storeWith(batches: { threads: number[]; texts: number[] }) {
  const asked: string[] = []
  return {
    asked,
    housekeeping: {
      forgetThreads: async (limit: number) => (asked.push(`threads ${limit}`), batches.threads.shift() ?? 0),
      trim: async (before: string, limit: number) => (asked.push(`${before} ${limit}`), batches.texts.shift() ?? 0),
    },
  }
}

describe('src/incidents/retention', () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-03-31T00:00:00Z') }))
  afterEach(() => void vi.useRealTimers())

  const start = (housekeeping: Parameters<typeof startRetention>[0]['housekeeping'], logger = quietLogger()) =>
    startRetention({ housekeeping, logger, retention_ms: 30 * day, every_ms: day, now: () => Date.now() })

  it('removes batch by batch until nothing is left, and says how much', async () => {
    const { asked, housekeeping } = storeWith({ threads: [500, 20], texts: [7] })
    const logger = quietLogger()
    await using _retention = start(housekeeping, logger)
    await vi.advanceTimersByTimeAsync(5_000)
    const before = '2026-03-01T00:00:05.000Z 500'
    expect(asked).toEqual(['threads 500', 'threads 500', 'threads 500', before, before])
    expect(logger.lines).toMatchObject([{ level: 'info', fields: { threads: 520, trimmed: 7 } }])
  })

  it('does so again at each interval, and is quiet where there is nothing to do', async () => {
    const { asked, housekeeping } = storeWith({ threads: [], texts: [] })
    const logger = quietLogger()
    await using _retention = start(housekeeping, logger)
    await vi.advanceTimersByTimeAsync(5_000 + 2 * day)
    expect(asked).toHaveLength(6)
    expect(logger.lines).toEqual([])
  })

  it('tries again at the next interval where the store fails', async () => {
    const { asked, housekeeping } = storeWith({ threads: [], texts: [] })
    const logger = quietLogger()
    const forgetThreads = vi.fn(housekeeping.forgetThreads).mockRejectedValueOnce(new Error('disk full'))
    await using _retention = start({ ...housekeeping, forgetThreads }, logger)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(logger.lines).toMatchObject([{ level: 'warn' }])
    expect(asked).toEqual([])
    await vi.advanceTimersByTimeAsync(day)
    expect(asked).toHaveLength(2)
  })

  it('ends with the batch under way', async () => {
    let release = (_count: number): void => undefined
    const forgetThreads = vi.fn(() => new Promise<number>((resolve) => (release = resolve)))
    const trim = vi.fn(async () => 0)
    const retention = start({ forgetThreads, trim })
    await vi.advanceTimersByTimeAsync(5_000)
    const ended = retention[Symbol.asyncDispose]()
    release(500)
    await ended
    expect(forgetThreads).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(10 * day)
    expect(forgetThreads).toHaveBeenCalledTimes(1)
  })
})
