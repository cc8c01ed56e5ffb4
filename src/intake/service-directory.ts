import type { ServiceCatalogue, ServiceEntry } from '#src/domain/catalogue.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import type { Signal } from '#src/domain/signal.ts'
import { owningWorkload } from './owning-workload.ts'

/** Looks services up by any text of a sender. */
export interface ServiceDirectory {
  /** By name or alias, ignoring case. */
  find(name: string): ServiceEntry | undefined
  ofRepository(repository: string): ServiceEntry | undefined
  /** Whose a signal is: what the sender says, where that is known, else by workload and namespace; without an entry the sender's word, else namespace and workload. */
  serviceOf(signal: Signal): { name: string; entry?: ServiceEntry }
  /** Undefined: the cluster that is watched. */
  foreignCluster(cluster: string | undefined): string | undefined
  /** True when the watched cluster has configured names and this is none of them. */
  isElsewhere(cluster: string | undefined): boolean
}

/** Creates a directory over what operators wrote. Pure. */
export function createServiceDirectory(catalogue: ServiceCatalogue): ServiceDirectory {
  const { services, clusters } = catalogue
  const byName = indexBy(services, ({ name, aliases }) => [name, ...aliases].map((word) => word.toLowerCase()))
  const byRepository = indexBy(services, ({ repositories }) => repositories.map((name) => name.toLowerCase()))
  const byWorkload = indexBy(services, ({ workloads }) => workloads.map((workload) => refKey(owningWorkload(workload))))
  const byNamespace = indexBy(services, ({ namespaces }) => namespaces)
  const find = (name: string) => byName.get(name.trim().toLowerCase())
  const own = new Set(clusters.map((name) => name.toLowerCase()))
  return {
    find,
    ofRepository: (repository) => byRepository.get(repository.toLowerCase()),
    serviceOf(signal) {
      const workload = owningWorkload(signal.resource)
      const namespace = signal.resource.namespace ?? signal.namespace
      const entry =
        (signal.service && find(signal.service)) ||
        byWorkload.get(refKey(workload)) ||
        (namespace && byNamespace.get(namespace)) ||
        undefined
      if (entry) return { name: entry.name, entry }
      return { name: signal.service ?? `${workload.namespace ?? workload.kind.toLowerCase()}/${workload.name}` }
    },
    foreignCluster: (cluster) => (cluster && own.has(cluster.toLowerCase()) ? undefined : cluster),
    isElsewhere: (cluster) => cluster !== undefined && own.size > 0 && !own.has(cluster.toLowerCase()),
  }
}

/** The first entry that names a key has it. */
function indexBy(
  services: readonly ServiceEntry[],
  keysOf: (entry: ServiceEntry) => readonly string[],
): Map<string, ServiceEntry> {
  const index = new Map<string, ServiceEntry>()
  for (const entry of services) for (const key of keysOf(entry)) if (!index.has(key)) index.set(key, entry)
  return index
}

/** A directory whose services can be replaced while it is used. */
export interface LiveDirectory {
  directory: ServiceDirectory
  /** Replaces the services. */
  replace: (catalogue: ServiceCatalogue) => void
}

/** Creates a directory whose services can be replaced. A lookup costs the same as in a fixed directory. */
export function createLiveDirectory(catalogue: ServiceCatalogue): LiveDirectory {
  let current = createServiceDirectory(catalogue)
  return {
    directory: {
      find: (name) => current.find(name),
      ofRepository: (repository) => current.ofRepository(repository),
      serviceOf: (signal) => current.serviceOf(signal),
      foreignCluster: (cluster) => current.foreignCluster(cluster),
      isElsewhere: (cluster) => current.isElsewhere(cluster),
    },
    replace: (next) => {
      current = createServiceDirectory(next)
    },
  }
}
