import type { Resource } from '#src/server/route.ts'
import type { ServerDeps } from '#src/server/server-deps.ts'
import { alerts } from './alerts.ts'
import { approvals } from './approvals.ts'
import { audit } from './audit.ts'
import { catalogue } from './catalogue.ts'
import { decide } from './decide.ts'
import { docs } from './docs.ts'
import { executions } from './executions.ts'
import { incidentEvents } from './incident-events.ts'
import { incidents } from './incidents.ts'
import { signals } from './signals.ts'
import { silences } from './silences.ts'
import { status } from './status.ts'

/** Everything that is served, in the order of the description. */
export function createResources(sources: ServerDeps['sources']): readonly Resource[] {
  const described: readonly Resource[] = [
    decide(sources.decide),
    signals(sources),
    incidents,
    incidentEvents,
    approvals,
    executions,
    alerts,
    silences,
    audit,
    catalogue,
    status,
  ]
  return [...described, docs(described)]
}
