import type { RequestHandler } from 'express'
import { sendProblem } from './send-problem.ts'

/** What no store has given out cannot be the id of anything; it is not looked up. */
export function requireId(
  unknown: `SRE_${'INCIDENTS' | 'SILENCES' | 'APPROVALS' | 'EXECUTIONS'}_UNKNOWN`,
): RequestHandler<{ id: string }> {
  return (request, response, next) => {
    if (/^[\w.-]{1,128}$/.test(request.params.id)) next()
    else sendProblem(response, unknown, 'nothing has such an id')
  }
}
