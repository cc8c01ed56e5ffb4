import type { Request, Response } from 'express'
import type { AdmissionResult } from '#src/domain/admission-result.ts'
import { callerOf } from '#src/server/access/request-caller.ts'
import { sendProblem } from '#src/server/send-problem.ts'
import type { IntakeSource, ServerDeps } from '#src/server/service-ports.ts'
import { traceIdOfResponse } from '#src/server/trace.ts'

const most = 300

/** Hands a body in. What became of its signals; undefined where the answer is on its way already. */
export async function deliver(
  intake: ServerDeps['intake'],
  { request, response }: { request: Request; response: Response },
  { source, wants_answer }: { source: IntakeSource; wants_answer: boolean },
): Promise<AdmissionResult[] | undefined> {
  const receipt = await intake.receive({
    source,
    body: request.body as unknown,
    headers: headersOf(request),
    wants_answer,
    caller: callerOf(request).name,
    trace_id: traceIdOfResponse(response),
  })
  if (receipt.kind === 'reply') {
    response.json(receipt.body)
    return undefined
  }
  if (receipt.kind === 'invalid') {
    const shown = receipt.problems.slice(0, most)
    const words = shown.slice(0, 10).map(({ path, problem }) => `${path || 'the body'}: ${problem}`)
    const more = receipt.problems.length - words.length
    const detail = `${words.join('; ')}${more > 0 ? `; and ${more} more` : ''}`
    sendProblem(response, 'SRE_INTAKE_INVALID', detail, { errors: shown })
    return undefined
  }
  const refused = receipt.fates.find(({ status }) => status === 'refused')
  if (!refused) return receipt.fates
  sendProblem(response, 'SRE_INTAKE_REFUSED', refused.reason, { signals: receipt.fates })
  return undefined
}

/** Credentials stay here. */
function headersOf(request: Request): Record<string, string | undefined> {
  const { authorization: _, cookie: _cookie, ...others } = request.headers
  return Object.fromEntries(
    Object.entries(others).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}
