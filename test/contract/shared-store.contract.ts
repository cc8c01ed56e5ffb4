import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CreateDatabase, DatabaseUnderTest } from '#test/helpers/store-engines.ts'

const run = promisify(execFile)
const script = join(import.meta.dirname, '../helpers/store-process.ts')
const [problems, services, limit] = [20, 5, 3]

interface Seen {
  spans: { service: string; from: number; to: number }[]
  finished: number
}

/** What holds when several processes share a database, all admitting and claiming at once. */
export function sharedStoreContract(name: string, create: CreateDatabase): void {
  describe(`shared store: ${name}`, () => {
    let database: DatabaseUnderTest
    beforeEach(async () => {
      database = await create()
    })
    afterEach(() => database.close())

    it('has one open incident per problem, one run per service, and never more runs than the limit', async () => {
      const words = [problems, services, limit].map(String)
      const owners = ['a', 'b', 'c']
      const ended = await Promise.all(
        owners.map((owner) => run(process.execPath, [script, database.url, owner, ...words], { timeout: 170_000 })),
      )
      const seen = ended.map(({ stdout }) => JSON.parse(stdout) as Seen)
      const spans = seen.flatMap((each) => each.spans)
      expect(overlaps(spans)).toEqual([])
      expect(mostAtOnce(spans)).toBeLessThanOrEqual(limit)
      expect(seen.reduce((sum, each) => sum + each.finished, 0)).toBe(problems)

      const store = await database.open()
      const { items } = await store.archive.list({ limit: 100 })
      expect(items).toHaveLength(problems)
      expect(new Set(items.map((item) => item.status))).toEqual(new Set(['done']))
      expect(items.map((item) => item.incident.signal_count)).toEqual(Array.from({ length: problems }, () => 9))
      for (const { incident } of items) {
        const seqs = (await store.archive.timeline(incident.id, 0, 100)).map((entry) => entry.seq)
        expect(seqs.length).toBeGreaterThan(0)
        expect(seqs).toEqual(seqs.map((_, index) => index + 1))
      }
    })
  })
}

/** Pairs of runs of one service that ran at the same time; all processes read the same steady clock. */
function overlaps(spans: Seen['spans']): string[] {
  return [...Map.groupBy(spans, (span) => span.service)].flatMap(([service, runs]) => {
    const sorted = runs.toSorted((left, right) => left.from - right.from)
    return sorted.flatMap((each, index) => (each.from < (sorted[index - 1]?.to ?? 0) ? [service] : []))
  })
}

function mostAtOnce(spans: Seen['spans']): number {
  const changes = spans.flatMap(({ from, to }) => [
    { at: from, by: 1 },
    { at: to, by: -1 },
  ])
  let running = 0
  return changes
    .toSorted((left, right) => left.at - right.at || left.by - right.by)
    .reduce((most, change) => Math.max(most, (running += change.by)), 0)
}
