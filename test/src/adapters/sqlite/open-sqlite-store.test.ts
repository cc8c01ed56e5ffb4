import { admissionStoreContract } from '../../../contract/admission-store.contract.ts'
import { catalogueStoreContract } from '../../../contract/catalogue-store.contract.ts'
import { queueStoreContract } from '../../../contract/queue-store.contract.ts'
import { sharedStoreContract } from '../../../contract/shared-store.contract.ts'
import { storesContract } from '../../../contract/stores.contract.ts'
import { createSqliteDatabase } from '../../../helpers/store-engines.ts'

const contracts = [
  admissionStoreContract,
  queueStoreContract,
  storesContract,
  catalogueStoreContract,
  sharedStoreContract,
]

for (const contract of contracts) contract('a SQLite file', createSqliteDatabase)
