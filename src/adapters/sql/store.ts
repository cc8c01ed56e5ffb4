import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint'
import type { FeedbackStore } from '../../incidents/feedback-store.ts'
import type { Housekeeping } from '../../incidents/housekeeping.ts'
import type { IncidentArchive } from '../../incidents/incident-archive.ts'
import type { IncidentControl } from '../../incidents/incident-control.ts'
import type { QueueStore } from '../../incidents/queue-store.ts'
import type { QueueWatch } from '../../incidents/queue-watch.ts'
import type { AdmissionStore } from '../../intake/admission/admission-store.ts'
import type { SilenceStore } from '../../intake/admission/silence-store.ts'
import type { CatalogueStore } from '../../knowledge/catalogue-store.ts'
import type { RunJournal } from '../../orchestrator/run-journal.ts'
import type { ApprovalStore } from '../../remediation/approval-store.ts'
import type { ExecutionStore } from '../../remediation/execution-store.ts'
import type { AuditLog } from '../../server/audit-log.ts'

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
