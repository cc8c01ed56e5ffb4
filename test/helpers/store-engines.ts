import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '../../src/adapters/sql/store.ts'
import { openSqliteStore } from '../../src/adapters/sqlite/open-sqlite-store.ts'

/** A database of which the test owns the life. */
export interface DatabaseUnderTest {
  /** Another connection, as another process would have it. */
  open(): Promise<Store>
  close(): Promise<void>
}

/** Makes an empty database. */
export type CreateDatabase = () => Promise<DatabaseUnderTest>

/** A SQLite file in a folder of its own. */
export const createSqliteDatabase: CreateDatabase = () => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'))
  const opened: Store[] = []
  return Promise.resolve({
    async open() {
      const store = await openSqliteStore(join(folder, 'a folder/that is not there yet/store.db'))
      opened.push(store)
      return store
    },
    async close() {
      await Promise.all(opened.map((store) => store.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  })
}
