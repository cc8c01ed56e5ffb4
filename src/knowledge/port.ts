import type { CatalogueEntry, CatalogueKey, CatalogueKind, CatalogueRecord } from '#src/domain/catalogue.ts'

/** Who changes an entry, when, and what they believe to change. */
export interface CatalogueChange {
  /** ISO. */
  at: string
  by: string
  /** Only where the entry is at this revision; 0: only where there is none. Absent: whatever it is at. */
  expected_revision?: number
}

/** The entry is at another revision than was expected; 0: there is none. */
export interface CatalogueConflict {
  kind: 'conflict'
  revision: number
}

/** Which entries; every filter that is given must fit. */
export interface CatalogueQuery {
  kind?: CatalogueKind
  /** Entries of any of these, whatever the capitals. */
  services?: readonly string[]
  /** Only what comes behind it in the order of the list. */
  after?: CatalogueKey
  limit: number
}

/**
 * What was entered while the service runs, shared by all that use the store. Each put and each removal has a revision of its own, higher
 * than all before it.
 */
export interface CatalogueStore {
  /** Adds the entry, or puts it in the place of the one that bears its kind and name. */
  put(
    entry: CatalogueEntry,
    change: CatalogueChange,
  ): Promise<{ kind: 'put'; record: CatalogueRecord; created: boolean } | CatalogueConflict>
  /** Answers with what was removed; undefined where there is no such entry. */
  remove(
    key: CatalogueKey,
    change: CatalogueChange,
  ): Promise<{ kind: 'removed'; record: CatalogueRecord } | CatalogueConflict | undefined>
  get(key: CatalogueKey): Promise<CatalogueRecord | undefined>
  /** By kind and name, compared as bytes. */
  list(query: CatalogueQuery): Promise<CatalogueRecord[]>
  /** The highest so far, 0 at first: it tells cheaply that nothing has changed. */
  revision(): Promise<number>
}
