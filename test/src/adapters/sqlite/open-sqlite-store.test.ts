import { admissionStoreContract } from '../../../contract/admission-store.contract.ts'
import { createSqliteDatabase } from '../../../helpers/store-engines.ts'

admissionStoreContract('a SQLite file', createSqliteDatabase)
