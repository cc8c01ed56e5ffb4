import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint'
import type {
  FeedbackStore,
  Housekeeping,
  IncidentArchive,
  IncidentControl,
  QueueStore,
  QueueWatch,
} from '#src/incidents/port.ts'
import type { AdmissionStore } from '#src/intake/admission/admission-store.ts'
import type { SilenceStore } from '#src/intake/admission/silence-store.ts'
import type { CatalogueStore } from '#src/knowledge/catalogue-store.ts'
import type { RunJournal } from '#src/orchestrator/port.ts'
import type { AuditLog } from '#src/server/port.ts'
import type { ApprovalStore, ExecutionStore } from '#src/remediation/port.ts'

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
