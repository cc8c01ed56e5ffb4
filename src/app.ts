import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { openCheckpointFile } from './adapters/sqlite/checkpoint-saver.ts'
import { openSqliteIncidentStore, type SqliteIncidentStore } from './adapters/sqlite/sqlite-incident-store.ts'
import { openCluster, type OpenCluster } from './cluster-choice.ts'
import type { Config } from './config/config.ts'
import type { Health } from './domain/health.ts'
import { createIncidentDesk, type IncidentDesk } from './incidents/incident-desk.ts'
import type { Investigator } from './incidents/investigator.ts'
import { parseSignal, SignalPayload } from './intake/parse-signal.ts'
import { createRedactor } from './redaction/create-redactor.ts'
import { createServer } from './server/create-server.ts'
import { type HttpListener, listenHttp } from './server/http-listener.ts'
import type { StartFacts } from './server/start-lines.ts'
import type { Logger } from './telemetry/logger.ts'
import { wireInvestigator } from './wire-investigator.ts'

/* The only place where rooms meet, with wire-investigator.ts and cluster-choice.ts beside it. */

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
  /** Resolves when the service cannot go on by itself (its practice cluster has ended); never for others. */
  close(): Promise<void>
}

const shutdownGraceMs = 10_000

/** Opens everything, takes up what an earlier process left, and listens. */
export async function startApp(config: Config, options: AppOptions): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const [cluster, store] = await Promise.all([
    openCluster(config.cluster, { ...options, ...config.bounds }).then((opened) =>
      stack.adopt(opened, (open) => open.close()),
    ),
    openSqliteIncidentStore(config.store.path).then((opened) => stack.adopt(opened, (open) => open.close())),
  ])
  const checkpoints = stack.adopt(openCheckpointFile(config.store.checkpoint_path), (file) => file.close())
  checkpoints.forgetAll()
  const investigator = options.investigator ?? wireInvestigator({ config, cluster, checkpoints, ...options })
  const desk = createDesk(config, store, investigator, options.logger)
  const minds = investigator.describe().minds
  const health = () => readHealth({ cluster, store, minds, version: options.version })
  const listener = await listenHttp(
    createRoutes({ desk, store, investigator, health, options }),
    config.host,
    config.port,
  )
  const left = await desk.recover()
  if (left > 0) options.logger.info({ incidents: left }, 'incidents of an earlier process taken up again')
  const opened = stack.move()
  const { url } = listener
  const facts = {
    url,
    version: options.version,
    cluster: cluster.title,
    minds,
    store: config.store.path,
    example: cluster.example,
  }
  return { url, facts, close: once(() => closeAll(listener, desk, opened)) }
}

function createDesk(
  config: Config,
  store: SqliteIncidentStore,
  investigator: Investigator,
  logger: Logger,
): IncidentDesk {
  return createIncidentDesk({
    store,
    investigator,
    logger,
    limits: { ...config.runs, run_ms: (config.workflow.timeout_seconds + 30) * 1000 },
    newId: (prefix) => `${prefix}_${randomUUID()}`,
    now: Date.now,
  })
}

interface Routes {
  desk: IncidentDesk
  store: SqliteIncidentStore
  investigator: Investigator
  health: () => Promise<Health>
  options: AppOptions
}

function createRoutes({ desk, store, investigator, health, options }: Routes) {
  const clean = createRedactor()
  return createServer({
    parse: (body) => parseSignal(body, { now: new Date().toISOString(), clean }),
    payload: SignalPayload,
    desk,
    archive: store,
    workflow: () => investigator.describe(),
    health,
    logger: options.logger,
    version: options.version,
    web_root: join(options.root, 'web'),
  })
}

interface HealthSources {
  cluster: OpenCluster
  store: SqliteIncidentStore
  minds: string[]
  version: string
}

async function readHealth({ cluster, store, minds, version }: HealthSources): Promise<Health> {
  const [reach, kept] = await Promise.all([
    cluster.reach(),
    store.check().then(
      () => ({ ok: true }),
      () => ({ ok: false, detail: 'the store cannot be read' }),
    ),
  ])
  const status = kept.ok ? (reach.reachable ? 'ok' : 'degraded') : 'broken'
  const uptime_seconds = Math.round(process.uptime())
  return { status, version, uptime_seconds, cluster: { name: cluster.name, ...reach }, store: kept, minds }
}

/** First the door, then the runs, then the answers on their way, then everything that they used. */
async function closeAll(listener: HttpListener, desk: IncidentDesk, opened: AsyncDisposableStack): Promise<void> {
  listener.refuse()
  await desk.close(shutdownGraceMs)
  await listener.close(1_000)
  await opened.disposeAsync()
}

function once(work: () => Promise<void>): () => Promise<void> {
  let started: Promise<void> | undefined
  return () => (started ??= work())
}
