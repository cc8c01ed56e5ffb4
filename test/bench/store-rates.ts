import { performance } from 'node:perf_hooks'
import { answerFor } from '#test/helpers/answer-for.ts'
import { buildCandidate } from '#test/helpers/build-candidate.ts'
import { plainJudge } from '#test/helpers/plain-judge.ts'
import { startPostgres } from '#test/helpers/postgres-server.ts'
import { createPostgresDatabase, createSqliteDatabase, type DatabaseUnderTest } from '#test/helpers/store-engines.ts'
import type { Store } from '#src/adapters/sql/store.ts'
import { percentile } from './percentile.ts'

/*
 * Rates of a store by itself, without HTTP: `node test/bench/store-rates.ts [sqlite|postgres] [QUEUED]`. One line of JSON.
 * Batches of 512 signals about 20 problems and about 512; batches of one; claim and finish with QUEUED incidents waiting.
 */

const [engine = 'sqlite', queued = '100000'] = process.argv.slice(2)

async function main(): Promise<void> {
  const server = engine === 'postgres' ? await startPostgres() : undefined
  const database = await (server ? createPostgresDatabase(() => server)() : createSqliteDatabase())
  try {
    const figures = await measure(database, Number(queued))
    console.log(JSON.stringify({ engine, ...figures }))
  } finally {
    await database.close()
    await server?.close()
  }
}

async function measure(database: DatabaseUnderTest, waiting: number): Promise<object> {
  const store = await database.open()
  const storm = await admit(store, { batches: 40, size: 512, problem: (index) => `storm-${index % 20}` })
  const single = await admit(store, { batches: 400, size: 1, problem: (index) => `single-${index % 20}` })
  const fresh = await admit(store, {
    batches: Math.ceil(waiting / 512),
    size: 512,
    problem: (index) => `fresh-${index}`,
  })
  const deep = await admit(store, { batches: 100, size: 1, problem: (index) => `storm-${index % 20}` })
  const claims = await claimAndFinish(store, 300)
  const blocked = await claimBehindOneService(store, waiting)
  return { storm, single, fresh, single_behind_deep_queue: deep, claims, blocked }
}

interface Load {
  batches: number
  size: number
  problem: (index: number) => string
}

async function admit(store: Store, { batches, size, problem }: Load): Promise<object> {
  const times: number[] = []
  const used = process.cpuUsage()
  const started = performance.now()
  for (let batch = 0; batch < batches; batch += 1) {
    const received_at = new Date().toISOString()
    const candidates = Array.from({ length: size }, (_, index) => {
      const fingerprint = problem(batch * size + index)
      return buildCandidate({ fingerprint, service: fingerprint, received_at })
    })
    const before = performance.now()
    await store.admission.admit(candidates, plainJudge)
    times.push(performance.now() - before)
  }
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(used)
  const cpu_us_each = Math.round((user + system) / (batches * size))
  return { per_second: Math.round((batches * size) / seconds), cpu_us_each, ...spread(times) }
}

async function claimAndFinish(store: Store, count: number): Promise<object> {
  const claiming: number[] = []
  const finishing: number[] = []
  const started = performance.now()
  for (let index = 0; index < count; index += 1) {
    const before = performance.now()
    const claim = await store.queue.claim(request(`run_${index}`))
    claiming.push(performance.now() - before)
    if (!claim) throw new Error('nothing to claim')
    const claimed = performance.now()
    const decision = answerFor(claim)
    await store.queue.finish(claim, { kind: 'decided', decision, scope: [], close: 'healthy' }, Date.now())
    finishing.push(performance.now() - claimed)
  }
  const seconds = (performance.now() - started) / 1000
  return { per_second: Math.round(count / seconds), claim: spread(claiming), finish: spread(finishing) }
}

/** The worst for a claim: all that waits is of a service that has a run under way. */
async function claimBehindOneService(store: Store, waiting: number): Promise<object> {
  for (let done = 0; done < waiting; done += 512)
    await store.admission.admit(
      Array.from({ length: 512 }, (_, index) =>
        buildCandidate({
          fingerprint: `busy-${done + index}`,
          service: 'busy',
          priority: 'P1',
          received_at: '2020-01-01T00:00:00.000Z',
        }),
      ),
      plainJudge,
    )
  await store.queue.claim(request('run_busy'))
  const times: number[] = []
  for (let index = 0; index < 20; index += 1) {
    const before = performance.now()
    const claim = await store.queue.claim(request(`run_b${index}`))
    times.push(performance.now() - before)
    if (claim) await store.queue.finish(claim, { kind: 'released' }, Date.now())
  }
  return spread(times)
}

function request(new_run_id: string) {
  return { owner: 'bench', now: Date.now(), lease_ms: 30_000, limit: 3, new_run_id, alone: true }
}

function spread(times: readonly number[]): { p50_ms: number; p99_ms: number } {
  return { p50_ms: percentile(times, 50), p99_ms: percentile(times, 99) }
}

await main()
