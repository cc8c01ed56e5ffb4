import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint'
import { CodedError } from '#src/domain/coded-error.ts'
import { SqlAdmissionStore } from './admission/sql-admission-store.ts'
import { SqlApprovalStore } from './changes/sql-approval-store.ts'
import { SqlExecutionStore } from './changes/sql-execution-store.ts'
import { SqlQueueStore, SqlQueueWatch } from './queue/sql-queue-store.ts'
import { SqlAuditLog } from './sql-audit-log.ts'
import { SqlCatalogueStore } from './sql-catalogue-store.ts'
import { SqlFeedbackStore, SqlIncidentControl } from './sql-incident-control.ts'
import { SqlHousekeeping } from './sql-housekeeping.ts'
import { SqlIncidentArchive } from './sql-incident-archive.ts'
import { SqlRunJournal } from './sql-run-journal.ts'
import { SqlSilenceStore } from './sql-silence-store.ts'
import type { Store } from './store.ts'
import type { Access } from './engine.ts'

/** The stores over one database whose schema is up to date. */
export function createStore(
  access: Access,
  { checkpoints, close }: { checkpoints: BaseCheckpointSaver; close: () => Promise<void> },
): Store {
  return {
    admission: withStoreErrors(new SqlAdmissionStore(access)),
    queue: withStoreErrors(new SqlQueueStore(access)),
    watch: withStoreErrors(new SqlQueueWatch(access)),
    archive: withStoreErrors(new SqlIncidentArchive(access)),
    control: withStoreErrors(new SqlIncidentControl(access)),
    feedback: withStoreErrors(new SqlFeedbackStore(access)),
    silences: withStoreErrors(new SqlSilenceStore(access)),
    approvals: withStoreErrors(new SqlApprovalStore(access)),
    executions: withStoreErrors(new SqlExecutionStore(access)),
    catalogue: withStoreErrors(new SqlCatalogueStore(access)),
    audit: withStoreErrors(new SqlAuditLog(access)),
    journal: withStoreErrors(new SqlRunJournal(access)),
    housekeeping: withStoreErrors(new SqlHousekeeping(access, checkpoints)),
    checkpoints,
    check: async () => {
      await access.database.selectFrom('incidents').select('id').limit(1).execute()
    },
    close,
  }
}

/** The same port. A failure without a code of its own is the database's: it gets the code on which callers try again. */
function withStoreErrors<Port extends object>(port: Port): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return async (...given: unknown[]): Promise<unknown> => {
        try {
          return (await Reflect.apply(member, target, given)) as unknown
        } catch (cause) {
          if (cause instanceof CodedError) throw cause
          throw new CodedError('SRE_INCIDENTS_STORE_FAILED', 'the store does not answer', { cause, retry: true })
        }
      }
    },
  })
}
