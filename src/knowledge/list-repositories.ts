import type { CatalogueRecord } from '#src/domain/catalogue.ts'
import type { ServiceCatalogue } from '#src/domain/service-catalogue.ts'

/** The repositories of configs/services.yaml as entries of the catalogue, with all services that list them. Pure. */
export function listRepositories({ services }: Pick<ServiceCatalogue, 'services'>): CatalogueRecord[] {
  const owners = new Map<string, Set<string>>()
  for (const { name: service, repositories } of services)
    for (const repository of repositories) {
      const key = repository.toLowerCase()
      owners.set(key, (owners.get(key) ?? new Set()).add(service))
    }
  return [...owners].map(([name, names]) => ({ kind: 'repository', name, services: [...names], origin: 'file' }))
}
