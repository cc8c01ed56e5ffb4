import { createDocument } from 'zod-openapi'
import { Decision } from '#src/domain/decision.ts'
import { Health } from '#src/domain/health.ts'
import { WorkflowInfo } from '#src/domain/workflow-info.ts'
import { asksWho } from '#src/server/access/identify-caller.ts'
import { IncidentAnswer } from '#src/server/routes/incidents.ts'
import { Problem } from '#src/server/send-problem.ts'
import type { ServerDeps } from '#src/server/service-ports.ts'
import { changePaths } from './change-paths.ts'
import { cataloguePaths } from './catalogue-paths.ts'
import { incidentPaths } from './incident-paths.ts'
import { operatorPaths } from './operator-paths.ts'
import { signalPaths } from './signal-paths.ts'
import { statusPaths } from './status-paths.ts'

const securitySchemes = {
  token: { type: 'http' as const, scheme: 'bearer', description: 'A token of configs/access.yaml, or a JWT' },
  password: { type: 'http' as const, scheme: 'basic', description: 'The token as the password, under any user' },
}

/** The description of the API, from the same values that validate it. */
export function openApiDocument({
  payloads,
  version,
  access,
}: Pick<ServerDeps, 'payloads' | 'version' | 'access'>): object {
  const asks = asksWho(access)
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'sre-agent',
      version,
      description: 'Diagnoses Kubernetes incidents with evidence.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: asks ? [{ token: [] }, { password: [] }] : [],
    paths: {
      ...signalPaths(payloads),
      ...incidentPaths(),
      ...changePaths(),
      ...operatorPaths(),
      ...cataloguePaths(),
      ...statusPaths(),
    },
    components: {
      schemas: { Decision, Problem, IncidentAnswer, WorkflowInfo, Health },
      ...(asks && { securitySchemes }),
    },
  })
}
