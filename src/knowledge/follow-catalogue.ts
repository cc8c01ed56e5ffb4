import type { CatalogueRecord } from '#src/domain/catalogue.ts'
import type { Logger } from '#src/telemetry/logger.ts'
import type { CatalogueStore } from './port.ts'

/** What following needs. */
export interface FollowDeps {
  store: Pick<CatalogueStore, 'revision' | 'list'>
  /** Receives all repositories of the store once they have been read, and again after each change. */
  onRepositories: (records: readonly CatalogueRecord[]) => void
  logger: Logger
  /** The longest delay until a change of another process is noticed. */
  every_ms: number
  /** Maximum of repositories to hold. */
  max_repositories: number
}

/** Keeps what was read of the store up to date until it is disposed of. */
export interface CatalogueFollower extends AsyncDisposable {
  /** Resolves when everything that was changed before the call has been read, or could not be; never rejects. */
  refresh(): Promise<void>
}

const page = 500

/**
 * Reads the repositories of the store when its revision has changed. Where the store cannot be read, what was read last
 * stays in force; the log reports the start and the end of this state.
 */
export function followCatalogue({
  store,
  onRepositories,
  logger,
  every_ms,
  max_repositories,
}: FollowDeps): CatalogueFollower {
  let seen: number | undefined
  let failing = false
  let ending = false
  let timer: NodeJS.Timeout
  let last = Promise.resolve()
  let queued: Promise<void> | undefined

  const read = async (): Promise<void> => {
    if (ending) return
    try {
      // Read before the entries: what changes meanwhile is read the next time.
      const revision = await store.revision()
      if (revision !== seen) {
        const records = await readRepositories(store, max_repositories + 1)
        if (records.length > max_repositories)
          logger.warn({ max_repositories }, 'the catalogue has more repositories than are assigned to services')
        onRepositories(records.slice(0, max_repositories))
        seen = revision
      }
      if (failing) logger.info({ revision }, 'the catalogue can be read again')
      failing = false
    } catch (error) {
      if (!failing) logger.warn({ error }, 'the catalogue cannot be read; what was read last stays in force')
      failing = true
    }
  }
  /** One after the other; a call while a read waits to begin shares that read. */
  const refresh = (): Promise<void> => {
    queued ??= last = last.then(() => {
      queued = undefined
      return read()
    })
    return queued
  }
  const later = (): void => {
    timer = setTimeout(() => {
      void refresh().finally(() => {
        if (!ending) later()
      })
    }, every_ms)
    timer.unref()
  }
  later()
  return {
    refresh,
    async [Symbol.asyncDispose]() {
      ending = true
      clearTimeout(timer)
      await last
    },
  }
}

async function readRepositories(store: FollowDeps['store'], limit: number): Promise<CatalogueRecord[]> {
  const records: CatalogueRecord[] = []
  while (records.length < limit) {
    const wanted = Math.min(page, limit - records.length)
    const found = await store.list({ kind: 'repository', after: records.at(-1), limit: wanted })
    records.push(...found)
    if (found.length < wanted) break
  }
  return records
}
