import type { Express, RequestHandler } from 'express'
import { readJson } from './read-json.ts'
import { refuseOtherMethods } from './refuse-other-methods.ts'
import { requireId } from './require-id.ts'
import { answerApproval, listApprovals, oneApproval } from './routes/approvals.ts'
import { beginExecution, endExecution, listExecutions, oneExecution } from './routes/executions.ts'
import type { ServerDeps } from './service-ports.ts'

/** What stands before a route: who may, and how often. */
interface Guards {
  reading: RequestHandler[]
  changing: RequestHandler[]
  approving: RequestHandler[]
}

/** Approvals and executions. */
export function mountChanges(server: Express, deps: ServerDeps, { reading, changing, approving }: Guards): void {
  const body = readJson({ mebibytes: 1 })
  const approval = '/api/approvals/:id' as const
  const known = requireId('SRE_APPROVALS_UNKNOWN')
  server.get('/api/approvals', reading, listApprovals(deps))
  server.get(approval, reading, known, oneApproval(deps))
  server.post(`${approval}/approve`, approving, known, body, answerApproval(deps, 'approve'))
  server.post(`${approval}/reject`, approving, known, body, answerApproval(deps, 'reject'))
  const execution = '/api/executions/:id' as const
  const begun = requireId('SRE_EXECUTIONS_UNKNOWN')
  const begin = '/api/incidents/:id/executions' as const
  server.get('/api/executions', reading, listExecutions(deps))
  server.get(execution, reading, begun, oneExecution(deps))
  server.post(begin, changing, requireId('SRE_INCIDENTS_UNKNOWN'), body, beginExecution(deps))
  server.post(`${execution}/end`, changing, begun, body, endExecution(deps))
  server.all(['/api/approvals', '/api/approvals/*rest', '/api/executions', '/api/executions/*rest'], reading)
  refuseOtherMethods(server, ['/api/approvals', approval, '/api/executions', execution], 'GET, HEAD')
  refuseOtherMethods(server, [`${approval}/approve`, `${approval}/reject`, begin, `${execution}/end`], 'POST')
}
