import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import { FeedbackDraft } from '#src/domain/feedback.ts'
import type { IncidentRecord } from '#src/domain/incident-record.ts'
import { auditAct } from '#src/server/access/audit-act.ts'
import { callerOf } from '#src/server/access/request-caller.ts'
import { readInput } from '#src/server/read-input.ts'
import type { Actor, ServerDeps } from '#src/server/service-ports.ts'
import { traceIdOfResponse } from '#src/server/trace.ts'
import { summaryOf } from './incidents.ts'

type ChangeDeps = Pick<ServerDeps, 'desk' | 'audit'>
type Handler = RequestHandler<{ id: string }>

const reasonWords = 'a reason of 1 to 500 characters'

/** Why an incident is closed by hand. */
export const CloseBody = z.strictObject(
  {
    reason: z
      .string({ error: reasonWords })
      .trim()
      .min(1, { error: reasonWords })
      .max(500, { error: reasonWords })
      .default('closed by hand'),
  },
  { error: 'an object with reason' },
)

function actorOf(request: Request<{ id: string }>, response: Response): Actor {
  return { name: callerOf(request as Request).name, trace_id: traceIdOfResponse(response) }
}

interface Change {
  action: string
  detail?: Record<string, unknown>
  work: (by: Actor) => Promise<IncidentRecord>
}

/** 202 where a run follows, 200 where all is done. */
async function change(
  { audit }: ChangeDeps,
  request: Request<{ id: string }>,
  response: Response,
  { action, detail, work }: Change,
): Promise<void> {
  const act = { action, target: request.params.id, ...(detail && { detail }) }
  const by = actorOf(request, response)
  const record = await auditAct(audit, { request: request as Request, response }, act, () => work(by))
  response.status(record.status === 'queued' ? 202 : 200).json(summaryOf(record))
}

/** `POST /api/incidents/:id/rerun`: looks at it anew. */
export function rerunIncident(deps: ChangeDeps): Handler {
  return (request, response) =>
    change(deps, request, response, {
      action: 'incident.rerun',
      work: (by) => deps.desk.rerun(request.params.id, by),
    })
}

/** `POST /api/incidents/:id/requeue`: gives what broke or expired another chance. */
export function requeueIncident(deps: ChangeDeps): Handler {
  return (request, response) =>
    change(deps, request, response, {
      action: 'incident.requeue',
      work: (by) => deps.desk.requeue(request.params.id, by),
    })
}

/** `POST /api/incidents/:id/close` */
export function closeIncident(deps: ChangeDeps): Handler {
  return async (request, response) => {
    const body = readInput(CloseBody, request.body ?? {}, 'body', response)
    if (!body) return
    await change(deps, request, response, {
      action: 'incident.close',
      detail: body,
      work: (by) => deps.desk.close(request.params.id, { ...by, ...body }),
    })
  }
}

/** `POST /api/incidents/:id/feedback`: what a person thinks of the decision. */
export function giveFeedback({ desk, audit }: ChangeDeps): Handler {
  return async (request, response) => {
    const draft = readInput(FeedbackDraft, request.body, 'body', response)
    if (!draft) return
    const act = { action: 'incident.feedback', target: request.params.id, detail: { verdict: draft.verdict } }
    const kept = await auditAct(audit, { request: request as Request, response }, act, () =>
      desk.feedback(request.params.id, draft, actorOf(request, response)),
    )
    response.status(201).json(kept)
  }
}
