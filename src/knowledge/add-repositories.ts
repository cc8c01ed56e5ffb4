import type { CatalogueRecord } from '#src/domain/catalogue.ts'
import type { ServiceCatalogue, ServiceEntry } from '#src/domain/service-catalogue.ts'
import { createServiceNames } from './service-names.ts'

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
