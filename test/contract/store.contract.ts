import type { CreateDatabase } from '#test/helpers/store-engines.ts'
import { admissionStoreContract } from './admission-store.contract.ts'
import { approvalStoreContract } from './approval-store.contract.ts'
import { catalogueStoreContract } from './catalogue-store.contract.ts'
import { executionStoreContract } from './execution-store.contract.ts'
import { queueStoreContract } from './queue-store.contract.ts'
import { sharedStoreContract } from './shared-store.contract.ts'
import { storesContract } from './stores.contract.ts'

const parts = [
  admissionStoreContract,
  queueStoreContract,
  storesContract,
  approvalStoreContract,
  executionStoreContract,
  catalogueStoreContract,
  sharedStoreContract,
]

/** Everything that a store promises, whichever engine is under it. */
export function storeContract(name: string, create: CreateDatabase): void {
  for (const part of parts) part(name, create)
}
