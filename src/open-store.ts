import type { Store } from './adapters/sql/store.ts'
import type { StoreConfig } from './config/config.ts'
import type { Logger } from './telemetry/logger.ts'

/** The chosen store, its schema brought up to date. The engine that is not used is not loaded. */
export async function openStore(choice: StoreConfig, logger: Logger): Promise<Store> {
  if (choice.kind === 'postgres') {
    const { openPostgresStore } = await import('./adapters/postgres/open-postgres-store.ts')
    const onConnectionLost = (error: Error) => logger.warn({ error }, 'a connection to the database broke')
    return openPostgresStore(choice.url, { onConnectionLost })
  }
  const { openSqliteStore } = await import('./adapters/sqlite/open-sqlite-store.ts')
  return openSqliteStore(choice.path)
}
