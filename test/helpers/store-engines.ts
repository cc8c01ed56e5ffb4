import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '#src/adapters/sql/store.ts'
import { openPostgresStore } from '#src/adapters/postgres/open-postgres-store.ts'
import { openSqliteStore } from '#src/adapters/sqlite/open-sqlite-store.ts'
import type { PostgresServer } from './postgres-server.ts'

/** A database of which the test owns the life. */
export interface DatabaseUnderTest {
  /** As DATABASE_URL has it. */
  url: string
  /** Another connection, as another process would have it. */
  open(): Promise<Store>
  close(): Promise<void>
}

/** Makes an empty database. */
export type CreateDatabase = () => Promise<DatabaseUnderTest>

/** A SQLite file in a folder of its own. */
export const createSqliteDatabase: CreateDatabase = () => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'))
  const path = join(folder, 'a folder/that is not there yet/store.db')
  const opened: Store[] = []
  return Promise.resolve({
    url: `sqlite:${path}`,
    async open() {
      const store = await openSqliteStore(path)
      opened.push(store)
      return store
    },
    async close() {
      await Promise.all(opened.map((store) => store.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  })
}

/** A database of its own in a server that runs. */
export function createPostgresDatabase(server: () => PostgresServer): CreateDatabase {
  return async () => {
    const url = await server().createDatabase()
    const opened: Store[] = []
    return {
      url,
      async open() {
        const store = await openPostgresStore(url)
        opened.push(store)
        return store
      },
      async close() {
        await Promise.all(opened.map((store) => store.close()))
      },
    }
  }
}
