import type { Store } from './adapters/sql/store.ts'
import type { Config } from './config/config.ts'
import { IncidentNotifier } from './incidents/incident-notifier.ts'
import type { Investigator } from './incidents/port.ts'
import { startRetention } from './incidents/retention.ts'
import { createSlewingClock } from './util/slewing-clock.ts'
import type { Worker } from './incidents/worker.ts'
import type { SignalIntake } from './intake/signal-intake.ts'
import { watchExpiry } from './remediation/watch-expiry.ts'
import { type HttpListener, listenHttp } from './server/http-listener.ts'
import type { StartFacts } from './server/start-lines.ts'
import type { Logger } from './telemetry/logger.ts'
import { type OpenCluster, openCluster } from './wiring/cluster-choice.ts'
import { openStore, storeTitle } from './wiring/open-store.ts'
import { createStatus } from './wiring/read-status.ts'
import { wireInvestigator } from './wiring/wire-investigator.ts'
import { wireServer } from './wiring/wire-server.ts'
import { wireWorker } from './wiring/wire-worker.ts'

/* Rooms meet only here and in the files beside it. */

/** What an app is given besides its configuration. */
export interface AppOptions {
  logger: Logger
  version: string
  /** The checkout. */
  root: string
  /** Another one in its place, for tests of everything around it. */
  investigator?: Investigator
}

/** A service that listens. */
export interface App {
  url: string
  facts: StartFacts
  /** Takes nothing more, ends or releases what runs within 30 s, then closes everything. */
  close(): Promise<void>
}

/** A worker without a server. */
export interface WorkerApp {
  facts: Omit<StartFacts, 'url' | 'example'>
  close(): Promise<void>
}

/** Together with what comes behind it, an orderly end takes less than 30 s. */
const drainMs = 22_000
const houseEveryMs = 3_600_000
const expiryEveryMs = 5_000

interface Foundation {
  cluster: OpenCluster
  store: Store
  investigator: Investigator
  notifier: IncidentNotifier
  now: () => number
  worker: Worker | undefined
}

/** Opens what both kinds of process stand on; everything is closed with the stack. */
async function lay(
  stack: AsyncDisposableStack,
  config: Config,
  options: AppOptions,
  worker: 'inside' | 'none',
): Promise<Foundation> {
  const { logger, version } = options
  const [cluster, store] = await Promise.all([
    openCluster(config.cluster, { ...options, ...config.bounds }).then((opened) =>
      stack.adopt(opened, (open) => open.close()),
    ),
    openStore(config.store).then((opened) => stack.adopt(opened, (open) => open.close())),
  ])
  const investigator = options.investigator ?? wireInvestigator({ config, cluster, store, version })
  const notifier = new IncidentNotifier()
  const now = createSlewingClock(Date.now, () => performance.now())
  if (worker === 'none') return { cluster, store, investigator, notifier, now, worker: undefined }
  const onEnded = (incident_id: string) => notifier.notify(incident_id)
  const working = wireWorker({ config, store, investigator, logger, now, onEnded })
  stack.use(
    startRetention({
      housekeeping: store.housekeeping,
      logger,
      retention_ms: config.runs.retention_days * 86_400_000,
      every_ms: houseEveryMs,
      now,
    }),
  )
  stack.use(watchExpiry({ ...store, logger, now, every_ms: expiryEveryMs }))
  stack.defer(() => working.drain(drainMs))
  return { cluster, store, investigator, notifier, now, worker: working }
}

/** Opens everything and listens; the worker takes up what an earlier process left. */
export async function startApp(config: Config, options: AppOptions): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const base = await lay(stack, config, options, config.runs.worker)
  const { cluster, store } = base
  const [stopping, ended] = [new AbortController(), new AbortController()]
  const minds = base.investigator.describe().minds
  const status = createStatus({ ...base, config, minds, version: options.version })
  const server = wireServer({ ...base, ...options, config, status, stopping: stopping.signal, ended: ended.signal })
  stack.use(server.catalogue)
  await server.catalogue.refresh()
  const listener = await listenHttp(server.routes, config.host, config.port)
  await auditLifecycle(base, options.logger, 'service.start', listener.url)
  const opened = stack.move()
  const facts = {
    url: listener.url,
    version: options.version,
    cluster: cluster.title,
    minds,
    store: storeTitle(config.store),
    example: cluster.example,
  }
  const end = async (): Promise<void> => {
    stopping.abort()
    await stopAccepting(listener, server.intake, base.worker)
    ended.abort()
    await listener.close(1_000)
    await auditLifecycle({ ...base, store }, options.logger, 'service.stop', listener.url)
    await opened.disposeAsync()
  }
  return { url: listener.url, facts, close: once(end) }
}

/** A worker alone: it shares the store with servers and other workers. */
export async function startWorkerApp(config: Config, options: AppOptions): Promise<WorkerApp> {
  await using stack = new AsyncDisposableStack()
  const { cluster, investigator } = await lay(stack, config, options, 'inside')
  const opened = stack.move()
  const facts = {
    version: options.version,
    cluster: cluster.title,
    minds: investigator.describe().minds,
    store: storeTitle(config.store),
  }
  return { facts, close: once(() => opened.disposeAsync()) }
}

/** First the door, then what stands in it, then the runs. */
async function stopAccepting(listener: HttpListener, intake: SignalIntake, worker: Worker | undefined): Promise<void> {
  listener.refuse()
  await intake.close()
  await worker?.drain(drainMs)
}

/** Starts and stops stand in the audit log. Where it does not take them, the service goes on: they change nothing. */
async function auditLifecycle(
  { store, now }: Pick<Foundation, 'store' | 'now'>,
  logger: Logger,
  action: string,
  target: string,
) {
  try {
    await store.audit.append({
      at: new Date(now()).toISOString(),
      actor: 'service',
      role: 'admin',
      action,
      target,
      detail: { pid: process.pid },
      trace_id: '',
    })
  } catch (error) {
    logger.warn({ error, action }, 'not noted in the audit log')
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let started: Promise<void> | undefined
  return () => (started ??= work())
}
