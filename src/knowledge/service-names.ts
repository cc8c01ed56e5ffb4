import type { ServiceCatalogue } from '#src/domain/service-catalogue.ts'

/** What services are called. */
export interface ServiceNames {
  /** The name in configs/services.yaml of what bears this name or alias, whatever the capitals. */
  nameOf(service: string): string | undefined
  /** Everything that the service is called, in lower case; of one that is not listed, what it was called here. */
  allOf(service: string): string[]
}

/** What the services of configs/services.yaml are called. The first that bears a name has it. Pure. */
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
