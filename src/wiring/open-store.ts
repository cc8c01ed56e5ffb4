import type { Store } from '#src/adapters/sql/store.ts'
import type { StoreConfig } from '#src/config/config.ts'

/** The chosen store, its schema brought up to date. The engine that is not used is not loaded. */
export async function openStore(choice: StoreConfig): Promise<Store> {
  if (choice.kind === 'postgres') {
    const { openPostgresStore } = await import('#src/adapters/postgres/open-postgres-store.ts')
    return openPostgresStore(choice.url)
  }
  const { openSqliteStore } = await import('#src/adapters/sqlite/open-sqlite-store.ts')
  return openSqliteStore(choice.path)
}

/** The store as people may see it: without a password. */
export function storeTitle(choice: StoreConfig): string {
  if (choice.kind === 'sqlite') return choice.path
  const { host, pathname } = new URL(choice.url)
  return `PostgreSQL at ${host}${pathname}`
}
