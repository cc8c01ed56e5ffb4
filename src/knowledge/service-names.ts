import type { CatalogueRecord, ServiceCatalogue, ServiceEntry } from '#src/domain/catalogue.ts'

/** What services are called. */
export interface ServiceNames {
  /** The name in configs/services.yaml of the service with this name or alias, ignoring case. */
  nameOf(service: string): string | undefined
  /** Everything that the service is called, in lower case; of one that is not listed, what it was called here. */
  allOf(service: string): string[]
}

/** What the services of configs/services.yaml are called. The first service with a name keeps it. Pure. */
export function createServiceNames({ services }: Pick<ServiceCatalogue, 'services'>): ServiceNames {
  const known = new Map<string, { name: string; all: string[] }>()
  for (const { name, aliases } of services) {
    const all = [name, ...aliases].map(keyOf)
    for (const word of all) if (!known.has(word)) known.set(word, { name, all })
  }
  return {
    nameOf: (service) => known.get(keyOf(service))?.name,
    allOf: (service) => known.get(keyOf(service))?.all ?? [keyOf(service)],
  }
}

function keyOf(service: string): string {
  return service.trim().toLowerCase()
}

/**
 * The services of configs/services.yaml with the repositories of the store's catalogue. A repository counts to the first of its services
 * that the file knows; one that the file itself names stays where the file has it. Pure.
 */
export function addRepositories(file: ServiceCatalogue, records: readonly CatalogueRecord[]): ServiceCatalogue {
  const names = createServiceNames(file)
  const inFile = new Set(file.services.flatMap((entry) => entry.repositories.map((name) => name.toLowerCase())))
  const added = new Map<string, string[]>()
  for (const { kind, name, services } of records) {
    if (kind !== 'repository' || inFile.has(name)) continue
    const owner = services.map((service) => names.nameOf(service)).find((known) => known !== undefined)
    if (owner === undefined) continue
    const theirs = added.get(owner)
    if (theirs) theirs.push(name)
    else added.set(owner, [name])
  }
  return { ...file, services: file.services.map((entry) => withMore(entry, added.get(entry.name))) }
}

function withMore(entry: ServiceEntry, repositories: readonly string[] | undefined): ServiceEntry {
  return repositories ? { ...entry, repositories: [...entry.repositories, ...repositories] } : entry
}
