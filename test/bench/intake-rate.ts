import { Kysely, PostgresDialect, sql } from 'kysely'
import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Pool } from 'pg'
import { startPostgres } from '#test/helpers/postgres-server.ts'
import { percentile } from './percentile.ts'
import { sendSignals } from './send-signals.ts'
import { startPracticeProcess, startServiceProcess } from './service-process.ts'

/*
 * How many signals a second are on disk before they are answered: one a request, service, client and database on the same machine.
 * `--storm` sends many events about few problems, with a worker inside, and watches memory.
 */

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'sqlite' },
    signals: { type: 'string', default: '20000' },
    problems: { type: 'string', default: '1000' },
    connections: { type: 'string', default: '48' },
    storm: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(
    'npm run bench:intake -- [--store sqlite|postgres] [--signals N] [--problems N] [--connections N] [--storm]\n',
  )
  process.exit(0)
}
if (values.store !== 'sqlite' && values.store !== 'postgres') throw new Error('--store must be sqlite or postgres')
const [signals, problems, connections] = [values.signals, values.problems, values.connections].map(Number) as [
  number,
  number,
  number,
]

await using cleanup = new AsyncDisposableStack()
const folder = mkdtempSync(join(tmpdir(), 'sre-intake-'))
cleanup.defer(() => rmSync(folder, { recursive: true, force: true }))
const server = values.store === 'postgres' ? await startPostgres() : undefined
cleanup.defer(() => server?.close())
const database = server ? await server.createDatabase() : `sqlite:${join(folder, 'store.db')}`
const practice = await startPracticeProcess(['--incidents', 'practice/incidents'])
cleanup.defer(async () => void (await practice.stop()))
const service = await startServiceProcess(practice.kubeconfig, {
  DATABASE_URL: database,
  SRE_AGENT_WORKER: values.storm ? 'inside' : 'none',
  ALERT_QUEUE_LIMIT: '100000',
  ALERT_QUEUE_TTL_SECONDS: '604800',
})
cleanup.defer(async () => void (await service.stop()))

const namespaces = practice.namespaces
const event = (index: number) => {
  const problem = index % problems
  const namespace = namespaces[problem % namespaces.length] ?? 'default'
  return {
    alert: 'PodCrashLooping',
    severity: 'warning',
    namespace,
    resource_kind: 'Deployment',
    resource_name: `service-${problem}`,
    reason: 'BackOff',
    message: `Back-off restarting failed container, ${index} times`,
  }
}
const path = '/webhook/generic'

await sendSignals(service.url, path, { count: 2000, connections, body: (index) => event(index + signals) })
await service.resetBlocks()
const heapBefore = await service.liveHeap()
const burst = await sendSignals(service.url, path, { count: signals, connections, body: event })
const heapAfter = await service.liveHeap()
const stored = await countRows()
process.stdout.write(
  `${JSON.stringify({
    store: values.store,
    storm: values.storm,
    connections,
    problems,
    acknowledged: burst.acknowledged,
    refused: burst.refused,
    signals_in_store: stored.signals,
    incidents_in_store: stored.incidents,
    signals_per_second: Math.round(burst.acknowledged / burst.seconds),
    p50_ms: percentile(burst.latencies, 50),
    p99_ms: percentile(burst.latencies, 99),
    heap_before_mib: Math.round(heapBefore),
    heap_after_mib: Math.round(heapAfter),
    resident_peak_mib: Math.round(service.memory().peak),
  })}\n`,
)
if (stored.signals < burst.acknowledged) process.exitCode = 1

async function countRows(): Promise<{ signals: number; incidents: number }> {
  if (!server) {
    const file = new Database(database.slice('sqlite:'.length), { readonly: true })
    const count = (table: string) =>
      (file.prepare(`select count(*) as count from ${table}`).get() as { count: number }).count
    const counts = { signals: count('signals'), incidents: count('incidents') }
    file.close()
    return counts
  }
  const kysely = new Kysely<Record<string, never>>({
    dialect: new PostgresDialect({ pool: new Pool({ connectionString: database }) }),
  })
  const count = async (table: string) => {
    const { rows } = await sql<{ count: string }>`select count(*) as count from ${sql.raw(table)}`.execute(kysely)
    return Number(rows[0]?.count)
  }
  const counts = { signals: await count('signals'), incidents: await count('incidents') }
  await kysely.destroy()
  return counts
}
