import type { Health, Readiness } from '#src/domain/health.ts'
import type { QueueView } from '#src/domain/queue-view.ts'
import type { WorkflowInfo } from '#src/domain/workflow-info.ts'
import type { IncidentArchive, IncidentCommands } from '#src/incidents/port.ts'
import type { Approvals, Executions } from '#src/remediation/port.ts'
import type { Logger } from '#src/telemetry/logger.ts'
import type { AccessSettings } from './access/authentication.ts'
import type { RateLimits } from './access/rate-limits.ts'
import type { AuditLog, JwtReader, Silences } from './port.ts'
import type { Intake, IntakeSource, SignalSource } from '#src/intake/port.ts'
import type { Catalogue } from '#src/knowledge/port.ts'

/** What the HTTP server is made of. The ports reject with a CodedError where the store fails. */
export interface ServerDeps {
  intake: Intake
  /** Who delivers signals: a route is made of each. */
  sources: Readonly<Record<IntakeSource, SignalSource>>
  commands: IncidentCommands
  archive: IncidentArchive
  /** `limit`: how many of the waiting incidents to list. */
  queue: (limit: number) => Promise<QueueView>
  silences: Silences
  approvals: Approvals
  executions: Executions
  catalogue: Catalogue
  audit: Pick<AuditLog, 'append' | 'list'>
  workflow: () => WorkflowInfo
  health: () => Promise<Health>
  readiness: () => Promise<Readiness>
  /** Absent: callers are not authenticated, and only this machine is answered. */
  access?: AccessSettings
  /** With `access.oidc`. */
  jwt?: JwtReader
  limits: RateLimits
  /** Number of proxies in front whose X-Forwarded-For is trusted. */
  trusted_proxies: number
  /** Aborted when the service begins to stop: it accepts nothing new, and streams end. */
  stopping: AbortSignal
  logger: Logger
  version: string
  /** The folder `web` of the checkout. */
  web_root: string
}
