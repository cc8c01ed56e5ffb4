import type { Store } from './adapters/sql/store.ts'
import type { OpenCluster } from './cluster-choice.ts'
import type { Config } from './config/config.ts'
import type { Health } from './domain/health.ts'
import type { QueueView } from './domain/queue-view.ts'
import type { Readiness, ReadinessCheck } from './domain/readiness.ts'
import type { Worker } from './incidents/worker.ts'

/** What can be asked how it is. */
export interface StatusSources {
  config: Config
  cluster: OpenCluster
  store: Store
  /** Absent: runs are done by other processes. */
  worker: Worker | undefined
  minds: string[]
  version: string
  /** The process's steady clock. */
  now: () => number
}

const storeMs = 2_000
const silentMs = 60_000

/** How the service is, what a run needs and how full the queue is: everything is asked now, in bounded time. */
export function createStatus(sources: StatusSources): {
  health(): Promise<Health>
  readiness(): Promise<Readiness>
  queue(limit: number): Promise<QueueView>
} {
  const { config, cluster, store, minds, version, now } = sources
  let storming: string | undefined
  const queue = async (limit: number): Promise<QueueView> => {
    const { opened_last_minute, ...stored } = await store.watch.view(now(), limit)
    const limit_per_minute = config.runs.storm_per_minute
    const active = opened_last_minute >= limit_per_minute
    storming = active ? (storming ?? new Date(now()).toISOString()) : undefined
    const storm = { active, opened_last_minute, limit_per_minute, ...(storming && { since: storming }) }
    return { ...stored, limit: config.runs.concurrent, storm }
  }
  return {
    queue,
    async health() {
      const [reach, kept, view] = await Promise.all([cluster.reach(), checkStore(store), within(queue(0))])
      const status = kept.ok ? (reach.reachable ? 'ok' : 'degraded') : 'broken'
      const uptime_seconds = Math.round(process.uptime())
      const seen = { name: cluster.name, ...reach }
      return { status, version, uptime_seconds, cluster: seen, store: kept, minds, ...(view && { storm: view.storm }) }
    },
    async readiness() {
      const [reach, kept] = await Promise.all([cluster.reach(), checkStore(store)])
      const checks: ReadinessCheck[] = [
        check('cluster', reach.reachable, reach.detail),
        check('store', kept.ok, kept.detail),
        { name: 'model', status: 'not_configured', detail: 'rules reason' },
        checkWorker(sources.worker, now()),
      ]
      return { ready: checks.every(({ status }) => status !== 'missing'), checks }
    },
  }
}

function check(name: ReadinessCheck['name'], ok: boolean, detail: string | undefined): ReadinessCheck {
  return { name, status: ok ? 'ok' : 'missing', ...(detail !== undefined && { detail }) }
}

/** Silent is a worker that the store has not answered for longer than it takes to try again many times. */
function checkWorker(worker: Worker | undefined, now: number): ReadinessCheck {
  if (!worker) return { name: 'worker', status: 'not_configured', detail: 'other processes run investigations' }
  const answered = worker.lastAnswered()
  const ok = answered !== undefined && now - answered < silentMs
  return check('worker', ok, ok ? undefined : 'the store does not answer the worker')
}

async function checkStore(store: Store): Promise<{ ok: boolean; detail?: string }> {
  const answered = await within(store.check().then(() => true))
  return answered
    ? { ok: true }
    : { ok: false, detail: `the store cannot be used, or does not answer within ${storeMs / 1000} s` }
}

/** What it resolves to; undefined where it fails or takes too long. */
async function within<T>(work: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>()
  const timer = setTimeout(late.resolve, storeMs, undefined)
  return Promise.race([work.catch(() => undefined), late.promise]).finally(() => clearTimeout(timer))
}
