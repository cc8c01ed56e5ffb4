import type { StoreConfig } from './config/config.ts'

/** The store as people may see it: without a password. */
export function storeTitle(choice: StoreConfig): string {
  if (choice.kind === 'sqlite') return choice.path
  const { host, pathname } = new URL(choice.url)
  return `PostgreSQL at ${host}${pathname}`
}
