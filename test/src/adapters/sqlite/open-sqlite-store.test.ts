import { storeContract } from '#test/contract/store.contract.ts'
import { createSqliteDatabase } from '#test/helpers/store-engines.ts'

storeContract('a SQLite file', createSqliteDatabase)
