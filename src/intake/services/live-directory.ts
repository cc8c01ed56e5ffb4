import type { ServiceCatalogue } from '#src/domain/service-catalogue.ts'
import { createServiceDirectory, type ServiceDirectory } from './service-directory.ts'

/** A directory whose services may be told anew while it is used. */
export interface LiveDirectory {
  directory: ServiceDirectory
  /** From now on it goes by these. */
  replace: (catalogue: ServiceCatalogue) => void
}

/** Creates a directory that can be told anew. Looking up costs what it costs in one that stays as it is. */
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
