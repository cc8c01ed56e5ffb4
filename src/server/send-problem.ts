import type { Response } from 'express'
import { z } from 'zod'
import { problemOf } from './problem-catalogue.ts'
import { traceIdOfResponse } from './trace.ts'

/** The body of every error: RFC 9457, with a stable code. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  trace_id: z.string(),
  /** May the same request be sent again later? */
  retry: z.boolean(),
  errors: z.array(z.object({ path: z.string(), problem: z.string(), allowed: z.string() })).optional(),
  /** The incident that was accepted before the failure. */
  incident_id: z.string().optional(),
})
export type Problem = z.infer<typeof Problem>

/** Answers with a problem; a retry hint goes out where trying again may help. */
export function sendProblem(
  response: Response,
  code: string,
  detail: string,
  extra: Pick<Problem, 'errors' | 'incident_id'> = {},
): void {
  const { status, title, code: stable } = problemOf(code)
  const retry = status === 503
  if (retry) response.setHeader('Retry-After', '5')
  const body: Problem = {
    type: `urn:sre-agent:error:${stable}`,
    title,
    status,
    detail,
    code: stable,
    trace_id: traceIdOfResponse(response),
    retry,
    ...extra,
  }
  response.status(status).type('application/problem+json').send(JSON.stringify(body))
}
