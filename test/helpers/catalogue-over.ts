import type { Store } from '#src/adapters/sql/store.ts'
import { createRedactor } from '#src/redaction/create-redactor.ts'
import { wireCatalogue } from '#src/wiring/wire-catalogue.ts'
import { checkout } from './intake-context.ts'
import { quietLogger } from './quiet-logger.ts'

/** The catalogue of a service whose file knows `checkout`, over a store. */
export function catalogueOver(store: Pick<Store, 'catalogue'>): ReturnType<typeof wireCatalogue> {
  return wireCatalogue({
    config: { services: { clusters: [], services: [checkout] } },
    store,
    clean: createRedactor(),
    now: () => Date.parse('2026-11-27T12:00:00Z'),
    logger: quietLogger(),
  })
}
