import type { Store } from './adapters/sql/store.ts'
import type { StoreConfig } from './config/config.ts'

/** The chosen store, its schema brought up to date. The engine that is not used is not loaded. */
export async function openStore(choice: StoreConfig): Promise<Store> {
  if (choice.kind === 'postgres') {
    const { openPostgresStore } = await import('./adapters/postgres/open-postgres-store.ts')
    return openPostgresStore(choice.url)
  }
  const { openSqliteStore } = await import('./adapters/sqlite/open-sqlite-store.ts')
  return openSqliteStore(choice.path)
}
