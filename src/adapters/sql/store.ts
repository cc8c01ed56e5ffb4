import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint'
import type { FeedbackStore } from '#src/incidents/feedback-store.ts'
import type { Housekeeping } from '#src/incidents/housekeeping.ts'
import type { IncidentArchive } from '#src/incidents/incident-archive.ts'
import type { IncidentControl } from '#src/incidents/incident-control.ts'
import type { QueueStore } from '#src/incidents/queue-store.ts'
import type { QueueWatch } from '#src/incidents/queue-watch.ts'
import type { AdmissionStore, SilenceStore } from '#src/intake/port.ts'
import type { CatalogueStore } from '#src/knowledge/port.ts'
import type { RunJournal } from '#src/orchestrator/run-journal.ts'
import type { ApprovalStore } from '#src/remediation/approval-store.ts'
import type { ExecutionStore } from '#src/remediation/execution-store.ts'
import type { AuditLog } from '#src/server/audit-log.ts'

/** Everything that is kept, in one database. */
export interface Store {
  admission: AdmissionStore
  queue: QueueStore
  watch: QueueWatch
  archive: IncidentArchive
  control: IncidentControl
  feedback: FeedbackStore
  silences: SilenceStore
  approvals: ApprovalStore
  executions: ExecutionStore
  catalogue: CatalogueStore
  audit: AuditLog
  journal: RunJournal
  housekeeping: Housekeeping
  /** The graph's durable state. */
  checkpoints: BaseCheckpointSaver
  /** Resolves where it can be read and written. */
  check(): Promise<void>
  /** Afterwards every call rejects. */
  close(): Promise<void>
}
