import type { Resource } from '#src/server/route.ts'
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

const described: readonly Resource[] = [
  decide,
  signals,
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

/** Everything that is served, in the order of the description. */
export const resources: readonly Resource[] = [...described, docs(described)]
