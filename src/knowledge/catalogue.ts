import {
  type CatalogueEntry,
  type CatalogueKey,
  CatalogueKind,
  type CatalogueRecord,
  type ServiceCatalogue,
} from '#src/domain/catalogue.ts'
import { CodedError } from '#src/domain/coded-error.ts'
import type {
  Catalogue as CataloguePort,
  CatalogueConflict,
  CatalogueEdit,
  CatalogueListQuery,
  CatalogueStore,
} from './port.ts'
import { createServiceNames } from './service-names.ts'

/*
 * What the service knows of what belongs to services: what configs/services.yaml says, and what was entered in the store while the
 * service runs. The file wins: its entries hide those of the store of the same kind and name, and are changed in the file alone.
 */

/** What the catalogue works with. */
export interface CatalogueDeps {
  store: CatalogueStore
  /** configs/services.yaml */
  file: ServiceCatalogue
  /** Masks what looks like a secret. */
  clean: (text: string) => string
  now: () => number
  /** Awaited after each change, so that this process uses the change at once. Never rejects. */
  onChanged: () => Promise<void>
}

/** The end of a page as an opaque text, and back. */
const catalogueCursor = {
  write: ({ kind, name }: CatalogueKey): string => Buffer.from(JSON.stringify([kind, name])).toString('base64url'),
  /** Throws for a cursor that this service did not issue. */
  read(cursor: string): CatalogueKey {
    try {
      const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
      const [kind, name] = Array.isArray(place) ? (place as unknown[]) : []
      const known = CatalogueKind.safeParse(kind)
      if (known.success && typeof name === 'string') return { kind: known.data, name }
    } catch {
      // falls through to the error below
    }
    throw new CodedError('SRE_INCIDENTS_CURSOR', 'this service did not issue the cursor')
  },
}

/** Webhook addresses whose path is the secret. */
const postingAddress =
  /\bhooks\.slack\.com\/(?:services|workflows|triggers)\/|\bdiscord(?:app)?\.com\/api\/webhooks\/|\.webhook\.office\.com\/|\.logic\.azure\.com[:/]|\bchat\.googleapis\.com\/v1\/spaces\//i

const mask = '[redacted:'

/** The file's and the store's entries as one. Failures of the store are passed on as they are. */
export class Catalogue implements CataloguePort {
  readonly #deps: CatalogueDeps
  readonly #fromFile: ReadonlyMap<string, CatalogueRecord>
  readonly #names: ReturnType<typeof createServiceNames>

  constructor(deps: CatalogueDeps) {
    this.#deps = deps
    this.#fromFile = new Map(listRepositories(deps.file).map((record) => [keyOf(record), record]))
    this.#names = createServiceNames(deps.file)
  }

  /** By kind and name. */
  async list({
    kind,
    service,
    cursor,
    limit,
  }: CatalogueListQuery): Promise<{ items: CatalogueRecord[]; next_cursor?: string }> {
    const after = cursor === undefined ? undefined : catalogueCursor.read(cursor)
    const services = service === undefined ? undefined : this.#names.allOf(service)
    const stored = await this.#deps.store.list({ kind, services, after, limit: limit + 1 })
    // Behind it the store may have more; what the file has there belongs to the next page.
    const until = stored.length > limit ? stored.at(-1) : undefined
    const all = [
      ...[...this.#fromFile.values()].filter((record) => fits(record, { kind, services, after, until })),
      ...stored.filter((record) => !this.#fromFile.has(keyOf(record))),
    ].toSorted(compareKeys)
    const items = all.slice(0, limit)
    const last = all.length > limit ? items.at(-1) : until
    return { items, ...(last && { next_cursor: catalogueCursor.write(last) }) }
  }

  async get(key: CatalogueKey): Promise<CatalogueRecord | undefined> {
    return this.#fromFile.get(keyOf(key)) ?? this.#deps.store.get(key)
  }

  /** Paths of what looks like a secret. */
  secretsIn(entry: CatalogueEntry): string[] {
    return secretFields(entry, this.#deps.clean)
  }

  /** Rejects with SRE_CATALOGUE_FILE, and with SRE_CATALOGUE_REVISION where it is at another revision than expected. */
  async put(entry: CatalogueEntry, change: CatalogueEdit): Promise<{ record: CatalogueRecord; created: boolean }> {
    this.#refuseFile(entry)
    const result = await this.#deps.store.put(entry, { ...change, at: this.#at() })
    if (result.kind === 'conflict') throw conflictOf(result, change)
    await this.#deps.onChanged()
    return { record: result.record, created: result.created }
  }

  /** Answers with what was removed. Rejects as `put` does, and with SRE_CATALOGUE_UNKNOWN where there is no such entry. */
  async remove(key: CatalogueKey, change: CatalogueEdit): Promise<CatalogueRecord> {
    this.#refuseFile(key)
    const result = await this.#deps.store.remove(key, { ...change, at: this.#at() })
    if (!result) throw new CodedError('SRE_CATALOGUE_UNKNOWN', 'the catalogue has no entry of this kind and name')
    if (result.kind === 'conflict') throw conflictOf(result, change)
    await this.#deps.onChanged()
    return result.record
  }

  #at(): string {
    return new Date(this.#deps.now()).toISOString()
  }

  #refuseFile(key: CatalogueKey): void {
    const record = this.#fromFile.get(keyOf(key))
    if (!record) return
    const message = `the entry is defined in configs/services.yaml, with ${record.services.join(', ')}: change it there and restart the service`
    throw new CodedError('SRE_CATALOGUE_FILE', message)
  }
}

function conflictOf({ revision }: CatalogueConflict, { expected_revision = 0 }: CatalogueEdit): CodedError {
  const expected = expected_revision === 0 ? 'none was expected' : `revision ${expected_revision} was expected`
  const found = revision === 0 ? 'there is no such entry' : `the entry is at revision ${revision}`
  return new CodedError('SRE_CATALOGUE_REVISION', `${found}, and ${expected}`)
}

function keyOf({ kind, name }: CatalogueKey): string {
  return `${kind} ${name}`
}

interface Filter {
  kind?: CatalogueKind
  services?: readonly string[]
  after?: CatalogueKey
  until?: CatalogueKey
}

function fits(record: CatalogueRecord, { kind, services, after, until }: Filter): boolean {
  if (kind && record.kind !== kind) return false
  if (services && !record.services.some((service) => services.includes(service.toLowerCase()))) return false
  return (!after || compareKeys(record, after) > 0) && (!until || compareKeys(record, until) <= 0)
}

/** As the store sorts. */
function compareKeys(left: CatalogueKey, right: CatalogueKey): number {
  return (
    Buffer.compare(Buffer.from(left.kind), Buffer.from(right.kind)) ||
    Buffer.compare(Buffer.from(left.name), Buffer.from(right.name))
  )
}

/** The repositories of configs/services.yaml as entries of the catalogue, with all services that list them. Pure. */
function listRepositories({ services }: Pick<ServiceCatalogue, 'services'>): CatalogueRecord[] {
  const owners = new Map<string, Set<string>>()
  for (const { name: service, repositories } of services)
    for (const repository of repositories) {
      const key = repository.toLowerCase()
      owners.set(key, (owners.get(key) ?? new Set()).add(service))
    }
  return [...owners].map(([name, names]) => ({ kind: 'repository', name, services: [...names], origin: 'file' }))
}

/** Fields whose text contains what looks like a secret; `clean` masks secrets. An entry is shown to every reader, so it may hold none. Pure. */
export function secretFields(entry: CatalogueEntry, clean: (text: string) => string): string[] {
  // What follows the scheme of an address reads as one value: its parameters are looked at one by one as well.
  const isSecret = (text: string) =>
    postingAddress.test(text) || [text, ...text.split(/[?&#]/)].some((part) => masks(clean(part)) > masks(part))
  return Object.entries(entry)
    .flatMap(([field, value]: [string, unknown]) =>
      Array.isArray(value)
        ? value.map((each, index) => [`${field}.${index}`, String(each)] as const)
        : [[field, String(value)] as const],
    )
    .filter(([, text]) => isSecret(text))
    .map(([path]) => path)
}

function masks(text: string): number {
  return text.split(mask).length
}
