import type { Request, RequestHandler } from 'express'
import { z } from 'zod'
import { Approval, ApprovalStatus } from '#src/domain/approval.ts'
import { auditAct } from '#src/server/access/audit-act.ts'
import { callerOf } from '#src/server/access/request-caller.ts'
import { cursor, name, someOf, wholeNumber } from '#src/server/query-fields.ts'
import { readInput } from '#src/server/read-input.ts'
import { sendProblem } from '#src/server/send-problem.ts'
import type { ServerDeps } from '#src/server/service-ports.ts'

type ApprovalDeps = Pick<ServerDeps, 'approvals' | 'audit'>
type Handler = RequestHandler<{ id: string }>

/** A page of approvals, those that were asked for last first. */
export const ApprovalPage = z.object({ approvals: z.array(Approval), next_cursor: z.string().optional() })

/** Which approvals. */
export const ApprovalListQuery = z.strictObject(
  {
    status: someOf(ApprovalStatus).optional(),
    incident_id: name().optional(),
    namespace: name().optional(),
    cursor: cursor().optional(),
    limit: wholeNumber(1, 200).default(50),
  },
  { error: 'status, incident_id, namespace, cursor, limit' },
)

const hashWords = 'the plan_hash of the approval, 64 hex digits: it says which plan you have seen'
const words = (what: string) => {
  const error = `${what} of 1 to 1000 characters`
  return z.string({ error }).trim().min(1, { error }).max(1000, { error })
}

/** Of what is answered; a request that bears none, or another one, decides nothing. */
export const planHashField = z.string({ error: hashWords }).regex(/^[0-9a-f]{64}$/, { error: hashWords })

/** A yes. */
export const ApproveBody = z.strictObject(
  { plan_hash: planHashField, comment: words('a comment').optional() },
  { error: 'an object with plan_hash, comment' },
)

/** A no; who reads the history wants to know why. */
export const RejectBody = z.strictObject(
  { plan_hash: planHashField, comment: words('a comment, the reason,') },
  { error: 'an object with plan_hash, comment' },
)

/** `GET /api/approvals` */
export function listApprovals({ approvals }: ApprovalDeps): RequestHandler {
  return async (request, response) => {
    const query = readInput(ApprovalListQuery, request.query, 'query', response)
    if (!query) return
    const { items, next_cursor } = await approvals.list(query)
    response.json({ approvals: items, next_cursor })
  }
}

/** `GET /api/approvals/:id` */
export function oneApproval({ approvals }: ApprovalDeps): Handler {
  return async (request, response) => {
    const approval = await approvals.get(request.params.id)
    if (approval) response.json(approval)
    else sendProblem(response, 'SRE_APPROVALS_UNKNOWN', 'no approval has this id')
  }
}

/** `POST /api/approvals/:id/approve` and `.../reject` */
export function answerApproval({ approvals, audit }: ApprovalDeps, verb: 'approve' | 'reject'): Handler {
  const Body = verb === 'approve' ? ApproveBody : RejectBody
  return async (request, response) => {
    const body = readInput(Body, request.body, 'body', response)
    if (!body) return
    const { id } = request.params
    const by = callerOf(request as Request).name
    const act = { action: `approval.${verb}`, target: id, detail: body }
    const approval = await auditAct(audit, { request: request as Request, response }, act, () =>
      approvals[verb](id, { ...body, by }),
    )
    response.json(approval)
  }
}
