import type { IncomingHttpHeaders } from 'node:http'
import type { Response } from 'express'
import { sendProblem } from './send-problem.ts'
import type { FieldError } from './service-ports.ts'

const revisionWords = 'one revision in quotation marks, as the ETag of an answer has it'

/**
 * What a change asks of the present state: `If-Match: "7"` that it is at revision 7, `If-None-Match: *` that there is none (0). Undefined
 * where that cannot be understood: the refusal is on its way, for a condition that is not heeded would be worse than none.
 */
export function readPrecondition(
  headers: IncomingHttpHeaders,
  response: Response,
): { expected_revision?: number } | undefined {
  const { 'if-match': match, 'if-none-match': none } = headers
  const revision = match === undefined ? undefined : /^"([1-9]\d{0,14})"$/.exec(match)?.[1]
  const errors: FieldError[] = []
  if (match !== undefined && revision === undefined)
    errors.push({ path: 'If-Match', problem: 'cannot be used', allowed: revisionWords })
  if (none !== undefined && none !== '*')
    errors.push({ path: 'If-None-Match', problem: 'cannot be used', allowed: '*' })
  if (match !== undefined && none !== undefined)
    errors.push({ path: 'If-None-Match', problem: 'stands beside If-Match', allowed: 'one of the two' })
  if (errors.length > 0) {
    const detail = errors.map(({ path, problem }) => `${path}: ${problem}`).join('; ')
    sendProblem(response, 'SRE_SERVER_INVALID', detail, { errors })
    return undefined
  }
  if (revision !== undefined) return { expected_revision: Number(revision) }
  return none === undefined ? {} : { expected_revision: 0 }
}
