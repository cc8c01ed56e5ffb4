import { admissionStoreContract } from '../../../contract/admission-store.contract.ts'
import { queueStoreContract } from '../../../contract/queue-store.contract.ts'
import { sharedStoreContract } from '../../../contract/shared-store.contract.ts'
import { approvalStoreContract } from '../../../contract/approval-store.contract.ts'
import { executionStoreContract } from '../../../contract/execution-store.contract.ts'
import { storesContract } from '../../../contract/stores.contract.ts'
import { createSqliteDatabase } from '../../../helpers/store-engines.ts'

for (const contract of [
  admissionStoreContract,
  queueStoreContract,
  storesContract,
  sharedStoreContract,
  approvalStoreContract,
  executionStoreContract,
])
  contract('a SQLite file', createSqliteDatabase)
