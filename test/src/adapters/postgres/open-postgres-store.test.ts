import { afterAll, beforeAll, describe } from 'vitest'
import { admissionStoreContract } from '../../../contract/admission-store.contract.ts'
import { catalogueStoreContract } from '../../../contract/catalogue-store.contract.ts'
import { queueStoreContract } from '../../../contract/queue-store.contract.ts'
import { sharedStoreContract } from '../../../contract/shared-store.contract.ts'
import { storesContract } from '../../../contract/stores.contract.ts'
import { postgresForTests, type PostgresServer, startPostgres } from '../../../helpers/postgres-server.ts'
import { createPostgresDatabase } from '../../../helpers/store-engines.ts'

const contracts = [
  admissionStoreContract,
  queueStoreContract,
  storesContract,
  catalogueStoreContract,
  sharedStoreContract,
]
const { run, reason } = postgresForTests()

describe.runIf(run)(`src/adapters/postgres/open-postgres-store${reason}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server.close(), 60_000)
  const create = createPostgresDatabase(() => server)

  for (const contract of contracts) contract('PostgreSQL', create)
})
