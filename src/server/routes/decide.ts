import type { Request, RequestHandler, Response } from 'express'
import { CodedError } from '../../domain/coded-error.ts'
import { sendProblem } from '../send-problem.ts'
import type { ServerDeps } from '../service-ports.ts'
import { traceIdOfResponse } from '../trace.ts'

/** `POST /decide`: the decision, or with `?wait=false` 202 and where to find it. A caller who hangs up cancels nothing. */
export function decide(deps: Pick<ServerDeps, 'parse' | 'desk' | 'archive'>): RequestHandler {
  return async (request, response) => {
    const wait = readWait(request)
    if (wait === undefined)
      return sendProblem(response, 'SRE_SERVER_QUERY_INVALID', 'wait must be true or false', {
        errors: [{ path: 'wait', problem: 'is neither true nor false', allowed: 'true or false' }],
      })
    const result = deps.parse(request.body)
    if ('problems' in result) {
      const detail = result.problems.map(({ path, problem }) => `${path || 'the body'}: ${problem}`).join('; ')
      return sendProblem(response, 'SRE_INTAKE_INVALID', detail, { errors: result.problems })
    }
    const { incident, joined } = await deps.desk.submit(result.signal, traceIdOfResponse(response))
    const address = `/api/incidents/${incident.id}`
    if (wait) return answerWithDecision(deps, incident.id, response.setHeader('Content-Location', address))
    const trace_id = traceIdOfResponse(response)
    response
      .status(202)
      .location(address)
      .json({ incident_id: incident.id, trace_id, status: 'queued', joined, incident })
  }
}

function readWait(request: Request): boolean | undefined {
  const { wait } = request.query
  if (wait === undefined || wait === 'true' || wait === '1') return true
  return wait === 'false' || wait === '0' ? false : undefined
}

async function answerWithDecision(
  { desk, archive }: Pick<ServerDeps, 'desk' | 'archive'>,
  incident_id: string,
  response: Response,
): Promise<void> {
  try {
    const decision = (await desk.wait(incident_id)) ?? (await archive.get(incident_id))?.decision
    if (decision) response.json(decision)
    else sendProblem(response, 'SRE_INCIDENTS_STORE_FAILED', 'the incident has no decision yet', { incident_id })
  } catch (error) {
    if (!(error instanceof CodedError)) throw error
    sendProblem(response, error.code, error.message, { incident_id })
  }
}
