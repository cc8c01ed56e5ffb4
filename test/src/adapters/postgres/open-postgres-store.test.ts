import { afterAll, beforeAll, describe } from 'vitest'
import { storeContract } from '#test/contract/store.contract.ts'
import { postgresForTests, type PostgresServer, startPostgres } from '#test/helpers/postgres-server.ts'
import { createPostgresDatabase } from '#test/helpers/store-engines.ts'

const { run, reason } = postgresForTests()

describe.runIf(run)(`src/adapters/postgres/open-postgres-store${reason}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres({ durable: false })
  })
  afterAll(() => server.close())

  storeContract(
    'PostgreSQL',
    createPostgresDatabase(() => server),
  )
})
