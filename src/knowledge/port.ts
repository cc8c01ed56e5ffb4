import type { CatalogueEntry, CatalogueKey, CatalogueKind, CatalogueRecord } from '#src/domain/catalogue.ts'

/** Who changes an entry, when, and the revision that they expect. */
export interface CatalogueChange {
  /** ISO. */
  at: string
  by: string
  /** Only where the entry is at this revision; 0: only where there is none. Absent: at any revision. */
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
  /** Entries of any of these, ignoring case. */
  services?: readonly string[]
  /** Only entries after it in the order of the list. */
  after?: CatalogueKey
  limit: number
}

/**
 * What was entered while the service runs, shared by all that use the store. Each put and each removal has a revision of its own, higher
 * than all before it.
 */
export interface CatalogueStore {
  /** Adds the entry, or replaces the one of its kind and name. */
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
  /** The highest so far, 0 at first: a cheap way to see that nothing has changed. */
  revision(): Promise<number>
}

/** Which entries; every filter that is given must match. By kind and name. */
export interface CatalogueListQuery {
  kind?: CatalogueKind
  /** By its name or an alias. */
  service?: string
  /** From the previous page. One that this service did not issue is SRE_INCIDENTS_CURSOR. */
  cursor?: string
  limit: number
}

/** Who changes an entry, and the revision that they expect: 0 for none. */
export interface CatalogueEdit {
  by: string
  expected_revision?: number
}

/** What belongs to services: repositories, log sources, channels. */
export interface Catalogue {
  list(query: CatalogueListQuery): Promise<{ items: CatalogueRecord[]; next_cursor?: string }>
  get(key: CatalogueKey): Promise<CatalogueRecord | undefined>
  /** Paths of fields that contain what looks like a secret: such an entry may not be stored. */
  secretsIn(entry: CatalogueEntry): string[]
  /** Rejects with SRE_CATALOGUE_FILE where configs/services.yaml has the entry, with SRE_CATALOGUE_REVISION where it is not as expected. */
  put(entry: CatalogueEntry, change: CatalogueEdit): Promise<{ record: CatalogueRecord; created: boolean }>
  /** Answers with the removed entry. Rejects as `put` does, and with SRE_CATALOGUE_UNKNOWN where there is no such entry. */
  remove(key: CatalogueKey, change: CatalogueEdit): Promise<CatalogueRecord>
}
