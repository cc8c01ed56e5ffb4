import type { Store } from './adapters/sql/store.ts'
import type { StoreConfig } from './config/config.ts'
import { CodedError } from './domain/coded-error.ts'

/** The chosen store, its schema brought up to date. The engine that is not used is not loaded. Its failures have a code. */
export async function openStore(choice: StoreConfig): Promise<Store> {
  return codeFailures(await openEngine(choice))
}

async function openEngine(choice: StoreConfig): Promise<Store> {
  if (choice.kind === 'postgres') {
    const { openPostgresStore } = await import('./adapters/postgres/open-postgres-store.ts')
    return openPostgresStore(choice.url)
  }
  const { openSqliteStore } = await import('./adapters/sqlite/open-sqlite-store.ts')
  return openSqliteStore(choice.path)
}

/** `checkpoints` stays as it is: the graph's own library calls it, and expects the failures of its engine. */
function codeFailures(store: Store): Store {
  return {
    ...store,
    admission: codePort(store.admission),
    queue: codePort(store.queue),
    watch: codePort(store.watch),
    archive: codePort(store.archive),
    control: codePort(store.control),
    feedback: codePort(store.feedback),
    silences: codePort(store.silences),
    approvals: codePort(store.approvals),
    executions: codePort(store.executions),
    catalogue: codePort(store.catalogue),
    audit: codePort(store.audit),
    journal: codePort(store.journal),
    housekeeping: codePort(store.housekeeping),
  }
}

/** The same port. A failure without a code is the store's, and callers may try again. */
function codePort<Port extends object>(port: Port): Port {
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        try {
          const result: unknown = await Reflect.apply(member, target, args)
          return result
        } catch (cause) {
          if (cause instanceof CodedError || (cause instanceof DOMException && cause.name === 'AbortError')) throw cause
          throw new CodedError('SRE_INCIDENTS_STORE_FAILED', 'the store does not answer', { cause, retry: true })
        }
      }
    },
  })
}
