import type { Request, RequestHandler } from 'express'
import { z } from 'zod'
import { Execution, ExecutionStatus } from '#src/domain/execution.ts'
import { auditAct } from '#src/server/access/audit-act.ts'
import { callerOf } from '#src/server/access/request-caller.ts'
import { cursor, name, someOf, wholeNumber } from '#src/server/query-fields.ts'
import { readInput } from '#src/server/read-input.ts'
import { sendProblem } from '#src/server/send-problem.ts'
import type { ServerDeps } from '#src/server/service-ports.ts'
import { traceIdOfResponse } from '#src/server/trace.ts'
import { planHashField } from './approvals.ts'

type ExecutionDeps = Pick<ServerDeps, 'executions' | 'audit'>
type Handler = RequestHandler<{ id: string }>

/** A page of executions, those that began last first. */
export const ExecutionPage = z.object({ executions: z.array(Execution), next_cursor: z.string().optional() })

/** Which executions. */
export const ExecutionListQuery = z.strictObject(
  {
    status: someOf(ExecutionStatus).optional(),
    incident_id: name().optional(),
    cursor: cursor().optional(),
    limit: wholeNumber(1, 200).default(50),
  },
  { error: 'status, incident_id, cursor, limit' },
)

const actionWords = 'the id of a recommended action of the last decision, such as act_1'

/** What a person is going to carry out by hand. */
export const BeginBody = z.strictObject(
  {
    action_id: z.string({ error: actionWords }).regex(/^[\w-]{1,64}$/, { error: actionWords }),
    plan_hash: planHashField,
  },
  { error: 'an object with action_id, plan_hash' },
)

const endWords = 'one of done, failed, abandoned'
const noteWords = 'a note of 1 to 1000 characters'

/** How it ended. */
export const EndBody = z.strictObject(
  {
    status: z.enum(['done', 'failed', 'abandoned'], { error: endWords }),
    note: z.string({ error: noteWords }).trim().min(1, { error: noteWords }).max(1000, { error: noteWords }).optional(),
  },
  { error: 'an object with status, note' },
)

/** An execution that has ended. */
export const EndedExecution = Execution.extend({
  /** A run will check the outcome; its answer is `observed_after`. */
  follow_up_run: z.boolean(),
})

/** `GET /api/executions` */
export function listExecutions({ executions }: ExecutionDeps): RequestHandler {
  return async (request, response) => {
    const query = readInput(ExecutionListQuery, request.query, 'query', response)
    if (!query) return
    const { items, next_cursor } = await executions.list(query)
    response.json({ executions: items, next_cursor })
  }
}

/** `GET /api/executions/:id` */
export function oneExecution({ executions }: ExecutionDeps): Handler {
  return async (request, response) => {
    const execution = await executions.get(request.params.id)
    if (execution) response.json(execution)
    else sendProblem(response, 'SRE_EXECUTIONS_UNKNOWN', 'no execution has this id')
  }
}

/** `POST /api/incidents/:id/executions`: somebody begins to carry out what is recommended. Nothing is changed by this service. */
export function beginExecution({ executions, audit }: ExecutionDeps): Handler {
  return async (request, response) => {
    const body = readInput(BeginBody, request.body, 'body', response)
    if (!body) return
    const incident_id = request.params.id
    const by = callerOf(request as Request).name
    const act = { action: 'execution.begin', target: incident_id, detail: body }
    const execution = await auditAct(audit, { request: request as Request, response }, act, () =>
      executions.begin({ ...body, incident_id, by }),
    )
    response.status(201).location(`/api/executions/${execution.id}`).json(execution)
  }
}

/** `POST /api/executions/:id/end`: 202 where a run will check the outcome. */
export function endExecution({ executions, audit }: ExecutionDeps): Handler {
  return async (request, response) => {
    const body = readInput(EndBody, request.body, 'body', response)
    if (!body) return
    const { id } = request.params
    const told = { ...body, by: callerOf(request as Request).name, trace_id: traceIdOfResponse(response) }
    const act = { action: 'execution.end', target: id, detail: body }
    const { execution, follow_up_run } = await auditAct(audit, { request: request as Request, response }, act, () =>
      executions.end(id, told),
    )
    response.status(follow_up_run ? 202 : 200).json({ ...execution, follow_up_run })
  }
}
