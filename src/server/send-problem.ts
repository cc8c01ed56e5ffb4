import type { Response } from 'express'
import { z } from 'zod'
import { AdmissionResult } from '#src/domain/admission-result.ts'
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
  /** What became of each signal, where there were any. */
  signals: z.array(AdmissionResult).optional(),
})
export type Problem = z.infer<typeof Problem>

type Extra = Pick<Problem, 'errors' | 'incident_id' | 'signals'>

/** The body of a problem. */
export function problemBody(code: string, detail: string, trace_id: string, extra: Extra = {}): Problem {
  const { status, title, code: stable } = problemOf(code)
  const type = `urn:sre-agent:error:${stable}`
  return { type, title, status, detail, code: stable, trace_id, retry: status === 503 || status === 429, ...extra }
}

/** Answers with a problem; a retry hint goes out where trying again may help. */
export function sendProblem(response: Response, code: string, detail: string, extra: Extra = {}): void {
  const body = problemBody(code, detail, traceIdOfResponse(response), extra)
  if (body.retry && !response.hasHeader('Retry-After')) response.setHeader('Retry-After', '5')
  response.status(body.status).type('application/problem+json').send(JSON.stringify(body))
}
