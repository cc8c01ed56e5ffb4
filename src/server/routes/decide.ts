import type { Request, RequestHandler, Response } from 'express'
import { CodedError } from '#src/domain/coded-error.ts'
import type { AdmissionResult } from '#src/domain/admission-result.ts'
import { sendProblem } from '#src/server/send-problem.ts'
import type { ServerDeps } from '#src/server/service-ports.ts'
import { traceIdOfResponse } from '#src/server/trace.ts'
import { deliver } from './deliver.ts'

type DecideDeps = Pick<ServerDeps, 'intake' | 'desk'>

/** Undefined: it cannot be used. */
export function readWait(request: Request): boolean | undefined {
  const { wait } = request.query
  if (wait === undefined || wait === 'true' || wait === '1') return true
  return wait === 'false' || wait === '0' ? false : undefined
}

/** `POST /decide`: the decision, or with `?wait=false` 202 and where to find it. A caller who hangs up stops no run. */
export function decide(deps: DecideDeps): RequestHandler {
  return async (request, response) => {
    const wait = readWait(request)
    if (wait === undefined)
      return sendProblem(response, 'SRE_SERVER_QUERY_INVALID', 'wait must be true or false', {
        errors: [{ path: 'wait', problem: 'is neither true nor false', allowed: 'true or false' }],
      })
    const since = new Date().toISOString()
    const fates = await deliver(deps.intake, { request, response }, { source: 'decide', wants_answer: wait })
    const fate = fates?.[0]
    if (!fates || !fate) return
    if (wait) await answerWithDecision(deps, fate, since, response)
    else answerAccepted(fates, fate, response)
  }
}

function answerAccepted(
  signals: AdmissionResult[],
  { incident_id, status }: AdmissionResult,
  response: Response,
): void {
  const trace_id = traceIdOfResponse(response)
  if (incident_id !== undefined) response.location(`/api/incidents/${incident_id}`)
  response.status(202).json({ incident_id, trace_id, status, joined: status === 'joined', signals })
}

async function answerWithDecision(
  { desk }: DecideDeps,
  fate: AdmissionResult,
  since: string,
  response: Response,
): Promise<void> {
  const { incident_id } = fate
  if (incident_id === undefined || fate.status === 'suppressed')
    return sendProblem(response, 'SRE_INTAKE_NOT_RUN', fate.reason, { signals: [fate] })
  const leaving = new AbortController()
  response.once('close', () => leaving.abort())
  try {
    const decision = await desk.wait(incident_id, { since, signal: leaving.signal })
    response.setHeader('Content-Location', `/api/incidents/${incident_id}`).json(decision)
  } catch (error) {
    if (leaving.signal.aborted) return
    if (!(error instanceof CodedError)) throw error
    sendProblem(response, error.code, error.message, { incident_id })
  }
}
