import { admissionStoreContract } from '../../../contract/admission-store.contract.ts'
import { queueStoreContract } from '../../../contract/queue-store.contract.ts'
import { sharedStoreContract } from '../../../contract/shared-store.contract.ts'
import { storesContract } from '../../../contract/stores.contract.ts'
import { createSqliteDatabase } from '../../../helpers/store-engines.ts'

for (const contract of [admissionStoreContract, queueStoreContract, storesContract, sharedStoreContract])
  contract('a SQLite file', createSqliteDatabase)
