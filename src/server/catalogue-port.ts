import type { CatalogueEntry, CatalogueKey, CatalogueKind, CatalogueRecord } from '#src/domain/catalogue.ts'

/** Which entries; every filter that is given must fit. By kind and name. */
export interface CatalogueListQuery {
  kind?: CatalogueKind
  /** By its name or an alias. */
  service?: string
  /** Of the previous page's answer. One that was not given out is SRE_INCIDENTS_CURSOR. */
  cursor?: string
  limit: number
}

/** Who changes an entry, and what they believe to change: the revision of it, or 0 for none. */
interface CatalogueChange {
  by: string
  expected_revision?: number
}

/** What belongs to services: repositories, log sources, channels. */
export interface Catalogue {
  list(query: CatalogueListQuery): Promise<{ items: CatalogueRecord[]; next_cursor?: string }>
  get(key: CatalogueKey): Promise<CatalogueRecord | undefined>
  /** Paths of fields that bear what looks like a secret: such an entry may not be put. */
  secretsIn(entry: CatalogueEntry): string[]
  /** Rejects with SRE_CATALOGUE_FILE where configs/services.yaml has the entry, with SRE_CATALOGUE_REVISION where it is not as expected. */
  put(entry: CatalogueEntry, change: CatalogueChange): Promise<{ record: CatalogueRecord; created: boolean }>
  /** What was removed. Rejects as `put` does, and with SRE_CATALOGUE_UNKNOWN. */
  remove(key: CatalogueKey, change: CatalogueChange): Promise<CatalogueRecord>
}
