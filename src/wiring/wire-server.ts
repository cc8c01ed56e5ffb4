import { join } from 'node:path'
import type { Express } from 'express'
import { OidcJwtReader } from '#src/adapters/oidc/oidc-jwt-reader.ts'
import type { Store } from '#src/adapters/sql/store.ts'
import type { Config } from '#src/config/config.ts'
import type { IncidentNotifier } from '#src/incidents/incident-notifier.ts'
import { createIncidentCommands } from '#src/incidents/incident-commands.ts'
import type { IncidentCommands, Investigator } from '#src/incidents/port.ts'
import type { Worker } from '#src/incidents/worker.ts'
import { createIntake, createSignalIntake, type SignalIntake } from '#src/intake/signal-intake.ts'
import { newId } from '#src/util/new-id.ts'
import { signalSources } from '#src/intake/sources/index.ts'
import type { CatalogueFollower } from '#src/knowledge/follow-catalogue.ts'
import type { createStatus } from './read-status.ts'
import { createApprovals } from '#src/remediation/approvals.ts'
import { createExecutions } from '#src/remediation/executions.ts'
import { createRedactor } from '#src/redaction/create-redactor.ts'
import { createServer } from '#src/server/create-server.ts'
import type { ServerDeps } from '#src/server/server-deps.ts'
import type { Logger } from '#src/telemetry/logger.ts'
import { wireCatalogue } from './wire-catalogue.ts'

/** What the HTTP side is made of. */
export interface ServerParts {
  config: Config
  store: Store
  investigator: Investigator
  worker: Worker | undefined
  notifier: IncidentNotifier
  status: ReturnType<typeof createStatus>
  /** Aborted when the service begins to stop, and when nothing is run any more. */
  stopping: AbortSignal
  ended: AbortSignal
  now: () => number
  logger: Logger
  version: string
  root: string
}

/** A decision older than this says nothing about the state any more. */
const staleMs = 30 * 60_000
const pollMs = 500

/** What a server consists of. */
export interface WiredServer {
  routes: Express
  intake: SignalIntake
  /** To be refreshed before the first signal, and disposed of before the store is closed. */
  catalogue: CatalogueFollower
}

/** Intake, commands and routes over one store. */
export function wireServer(parts: ServerParts): WiredServer {
  const { config, store, investigator, worker, status, now } = parts
  const clean = createRedactor()
  const { catalogue, directory: services, follower } = wireCatalogue({ ...parts, clean })
  const intake = createSignalIntake({
    store: store.admission,
    silences: store.silences,
    services,
    limits: {
      ttl_ms: config.runs.queue_ttl_seconds * 1000,
      concurrent: config.runs.concurrent,
      max_queued: config.runs.queued,
      stale_ms: staleMs,
      storm_per_minute: config.runs.storm_per_minute,
    },
    newId,
    now,
  })
  const { oidc } = config.access ?? {}
  const routes = createServer({
    intake: pollAfter(createIntake({ signals: intake, context: { clean, services }, now }), worker),
    sources: signalSources,
    commands: createCommands(parts),
    archive: store.archive,
    queue: (limit) => status.queue(limit),
    silences: silencesOver(store, now),
    ...wireChanges(parts),
    catalogue,
    audit: store.audit,
    workflow: () => investigator.describe(),
    health: () => status.health(),
    readiness: () => status.readiness(),
    access: config.access,
    ...(oidc && { jwt: new OidcJwtReader(oidc) }),
    limits: config.limits,
    trusted_proxies: config.trusted_proxies,
    stopping: parts.stopping,
    logger: parts.logger,
    version: parts.version,
    web_root: join(parts.root, 'web'),
  })
  return { routes, intake, catalogue: follower }
}

function createCommands({ config, store, worker, notifier, ended, now }: ServerParts): IncidentCommands {
  return createIncidentCommands({
    archive: store.archive,
    control: store.control,
    feedback: store.feedback,
    notifier,
    stopping: ended,
    newId,
    now,
    queue_ttl_ms: config.runs.queue_ttl_seconds * 1000,
    poll_ms: pollMs,
    onQueued: () => worker?.poll(),
  })
}

/** What people approve, and what they carry out. */
function wireChanges({ config, store, worker, now }: ServerParts): Pick<ServerDeps, 'approvals' | 'executions'> {
  const { approval_valid_seconds, execution_ttl_seconds, queue_ttl_seconds } = config.runs
  return {
    approvals: createApprovals({ store: store.approvals, now, valid_ms: approval_valid_seconds * 1000 }),
    executions: createExecutions({
      store: store.executions,
      newId,
      now,
      timeout_ms: execution_ttl_seconds * 1000,
      queue_ttl_ms: queue_ttl_seconds * 1000,
      onQueued: () => worker?.poll(),
    }),
  }
}

/** What came in may be run at once. */
function pollAfter(intake: ReturnType<typeof createIntake>, worker: Worker | undefined): typeof intake {
  return {
    async receive(delivery) {
      const receipt = await intake.receive(delivery)
      if (receipt.kind === 'taken') worker?.poll()
      return receipt
    },
  }
}

const maxSilences = 500

/** The silences of the store, as the server's port. */
function silencesOver({ silences }: Store, now: () => number): ServerDeps['silences'] {
  const at = () => new Date(now()).toISOString()
  return {
    list: ({ all }) => (all ? silences.list(maxSilences) : silences.current(at())),
    create: (silence) => silences.add(silence),
    end: (id, by) => silences.end(id, at(), by),
  }
}
