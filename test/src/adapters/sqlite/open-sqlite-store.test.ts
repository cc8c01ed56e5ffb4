import { storeContract } from '../../../contract/store.contract.ts'
import { createSqliteDatabase } from '../../../helpers/store-engines.ts'

storeContract('a SQLite file', createSqliteDatabase)
