import { type RawBuilder, sql } from 'kysely'
import type { CatalogueEntry, CatalogueKey, CatalogueRecord } from '#src/domain/catalogue.ts'
import type { CatalogueChange, CatalogueQuery, CatalogueStore } from '#src/knowledge/port.ts'
import { type Executor, type Access, transact } from './engine.ts'
import type { CatalogueRow } from './tables.ts'
import { storable, toJson } from './to-json.ts'

/** What belongs to services. Removed rows stay, so that the highest revision also shows a removal. */
export class SqlCatalogueStore implements CatalogueStore {
  readonly #access: Access
  /** Behind the name of a column: both engines list in one order. */
  readonly #name: RawBuilder<unknown>

  constructor(access: Access) {
    this.#access = access
    this.#name = sql`name${access.engine.by_bytes}`
  }

  put(entry: CatalogueEntry, { at, by, expected_revision }: CatalogueChange) {
    const key = storableKey(entry)
    return transact(this.#access, 'catalogue', async (transaction) => {
      const current = (await findRow(transaction, key))?.revision ?? 0
      if (expected_revision !== undefined && expected_revision !== current)
        return { kind: 'conflict' as const, revision: current }
      const change = {
        revision: await nextRevision(transaction),
        removed: 0,
        updated_at: at,
        updated_by: storable(by),
        body: toJson(entry),
      }
      await transaction
        .insertInto('catalogue')
        .values({ ...key, ...change })
        .onConflict((conflict) => conflict.columns(['kind', 'name']).doUpdateSet(change))
        .execute()
      await forgetServices(transaction, key)
      const services = [...new Set(entry.services.map(serviceKey))]
      await transaction
        .insertInto('catalogue_services')
        .values(services.map((service) => ({ ...key, service })))
        .execute()
      return { kind: 'put' as const, record: toRecord(change), created: current === 0 }
    })
  }

  remove(removed: CatalogueKey, { at, by, expected_revision }: CatalogueChange) {
    const key = storableKey(removed)
    return transact(this.#access, 'catalogue', async (transaction) => {
      const row = await findRow(transaction, key)
      if (!row) return undefined
      if (expected_revision !== undefined && expected_revision !== row.revision)
        return { kind: 'conflict' as const, revision: row.revision }
      const revision = await nextRevision(transaction)
      await transaction
        .updateTable('catalogue')
        .set({ revision, removed: 1, updated_at: at, updated_by: storable(by) })
        .where('kind', '=', key.kind)
        .where('name', '=', key.name)
        .execute()
      await forgetServices(transaction, key)
      return { kind: 'removed' as const, record: toRecord(row) }
    })
  }

  async get(key: CatalogueKey): Promise<CatalogueRecord | undefined> {
    const row = await findRow(this.#access.database, storableKey(key))
    return row && toRecord(row)
  }

  async list({ kind, services, after, limit }: CatalogueQuery): Promise<CatalogueRecord[]> {
    let rows = this.#access.database.selectFrom('catalogue').selectAll().where('removed', '=', 0)
    if (kind) rows = rows.where('kind', '=', kind)
    if (services) {
      const theirs = sql`select 1 from catalogue_services as s where s.kind = catalogue.kind and s.name = catalogue.name`
      const names = this.#access.engine.isOneOf('s.service', services.map(serviceKey))
      rows = rows.where(sql<boolean>`exists (${theirs} and ${names})`)
    }
    if (after) {
      const place = storableKey(after)
      rows = rows.where(sql<boolean>`(kind, ${this.#name}) > (${place.kind}, ${place.name})`)
    }
    const found = await rows.orderBy('kind').orderBy(this.#name).limit(limit).execute()
    return found.map(toRecord)
  }

  revision(): Promise<number> {
    return highestRevision(this.#access.database)
  }
}

/** Names and bodies hold the same on both engines, so what no text may hold is left out of keys as well. */
function storableKey({ kind, name }: CatalogueKey): CatalogueKey {
  return { kind, name: storable(name) }
}

function serviceKey(service: string): string {
  return storable(service).toLowerCase()
}

function findRow(executor: Executor, { kind, name }: CatalogueKey): Promise<CatalogueRow | undefined> {
  return executor
    .selectFrom('catalogue')
    .selectAll()
    .where('kind', '=', kind)
    .where('name', '=', name)
    .where('removed', '=', 0)
    .executeTakeFirst()
}

async function forgetServices(transaction: Executor, { kind, name }: CatalogueKey): Promise<void> {
  await transaction.deleteFrom('catalogue_services').where('kind', '=', kind).where('name', '=', name).execute()
}

async function highestRevision(executor: Executor): Promise<number> {
  const row = await executor
    .selectFrom('catalogue')
    .select(({ fn }) => fn.max('revision').as('highest'))
    .executeTakeFirst()
  return row?.highest ?? 0
}

/** Inside of the catalogue's lock: no other change gets the same. */
async function nextRevision(transaction: Executor): Promise<number> {
  return (await highestRevision(transaction)) + 1
}

type Stored = Pick<CatalogueRow, 'body' | 'revision' | 'updated_at' | 'updated_by'>

/** Only this store writes bodies, from entries that were checked; a later version's may hold more, which is handed on as it is. */
function toRecord({ body, revision, updated_at, updated_by }: Stored): CatalogueRecord {
  const entry = JSON.parse(body) as CatalogueEntry
  return { ...entry, origin: 'store', revision, updated_at, updated_by }
}
