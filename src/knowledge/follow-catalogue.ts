import type { CatalogueRecord } from '#src/domain/catalogue.ts'
import type { Logger } from '#src/telemetry/logger.ts'
import type { CatalogueStore } from './port.ts'

/** What following needs. */
export interface FollowDeps {
  store: Pick<CatalogueStore, 'revision' | 'list'>
  /** Is given all repositories of the store as soon as they have been read, and again when anything was changed. */
  onRepositories: (records: readonly CatalogueRecord[]) => void
  logger: Logger
  /** How late another process's change may be noticed. */
  every_ms: number
  /** Most repositories to hold. */
  most: number
}

/** Keeps what was read of the store up to date until it is disposed of. */
export interface CatalogueFollower extends AsyncDisposable {
  /** Resolves when everything that was changed before the call has been read, or could not be; never rejects. */
  refresh(): Promise<void>
}

const page = 500

/**
 * Reads the repositories of the store when its revision is another than before. Where the store cannot be read, what was read last
 * stays in force; the log tells when that begins, and when it is over.
 */
export function followCatalogue({ store, onRepositories, logger, every_ms, most }: FollowDeps): CatalogueFollower {
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
        const records = await readRepositories(store, most + 1)
        if (records.length > most)
          logger.warn({ most }, 'the catalogue has more repositories than are counted to services')
        onRepositories(records.slice(0, most))
        seen = revision
      }
      if (failing) logger.info({ revision }, 'the catalogue can be read again')
      failing = false
    } catch (error) {
      if (!failing) logger.warn({ error }, 'the catalogue cannot be read; what was read last stays in force')
      failing = true
    }
  }
  /** One after the other; whoever asks while one waits to begin shares it. */
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
