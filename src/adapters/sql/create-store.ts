import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint'
import { SqlAdmissionStore } from './admission/sql-admission-store.ts'
import { SqlApprovalStore } from './changes/sql-approval-store.ts'
import { SqlExecutionStore } from './changes/sql-execution-store.ts'
import { SqlQueueStore } from './queue/sql-queue-store.ts'
import { SqlAuditLog } from './sql-audit-log.ts'
import { SqlCatalogueStore } from './sql-catalogue-store.ts'
import { SqlFeedbackStore } from './sql-feedback-store.ts'
import { SqlHousekeeping } from './sql-housekeeping.ts'
import { SqlIncidentArchive } from './sql-incident-archive.ts'
import { SqlIncidentControl } from './sql-incident-control.ts'
import { SqlQueueWatch } from './sql-queue-watch.ts'
import { SqlRunJournal } from './sql-run-journal.ts'
import { SqlSilenceStore } from './sql-silence-store.ts'
import type { Store } from './store.ts'
import type { Access } from './transact.ts'

/** The stores over one database whose schema is up to date. */
export function createStore(
  access: Access,
  { checkpoints, close }: { checkpoints: BaseCheckpointSaver; close: () => Promise<void> },
): Store {
  return {
    admission: new SqlAdmissionStore(access),
    queue: new SqlQueueStore(access),
    watch: new SqlQueueWatch(access),
    archive: new SqlIncidentArchive(access),
    control: new SqlIncidentControl(access),
    feedback: new SqlFeedbackStore(access),
    silences: new SqlSilenceStore(access),
    approvals: new SqlApprovalStore(access),
    executions: new SqlExecutionStore(access),
    catalogue: new SqlCatalogueStore(access),
    audit: new SqlAuditLog(access),
    journal: new SqlRunJournal(access),
    housekeeping: new SqlHousekeeping(access, checkpoints),
    checkpoints,
    check: async () => {
      await access.database.selectFrom('incidents').select('id').limit(1).execute()
    },
    close,
  }
}
