import type { Store } from '#src/adapters/sql/store.ts'
import type { Config } from '#src/config/config.ts'
import { type ServiceDirectory, createLiveDirectory } from '#src/intake/service-directory.ts'
import { Catalogue } from '#src/knowledge/catalogue.ts'
import { type CatalogueFollower, followCatalogue } from '#src/knowledge/follow-catalogue.ts'
import { addRepositories } from '#src/knowledge/service-names.ts'
import type { Logger } from '#src/telemetry/logger.ts'

/** What the catalogue is made of. */
export interface CatalogueParts {
  config: Pick<Config, 'services'>
  store: Pick<Store, 'catalogue'>
  /** Masks what looks like a secret. */
  clean: (text: string) => string
  now: () => number
  logger: Logger
}

const everyMs = 3_000
const maxRepositories = 5_000

/** The catalogue, and a directory of services that follows it. */
export function wireCatalogue({ config, store, clean, now, logger }: CatalogueParts): {
  catalogue: Catalogue
  directory: ServiceDirectory
  /** To be refreshed once before the first signal, and disposed of at the end. */
  follower: CatalogueFollower
} {
  const { directory, replace } = createLiveDirectory(config.services)
  const follower = followCatalogue({
    store: store.catalogue,
    onRepositories: (records) => replace(addRepositories(config.services, records)),
    logger,
    every_ms: everyMs,
    max_repositories: maxRepositories,
  })
  const catalogue = new Catalogue({
    store: store.catalogue,
    file: config.services,
    clean,
    now,
    onChanged: () => follower.refresh(),
  })
  return { catalogue, directory, follower }
}
