import { z } from 'zod'
import { Execution, ExecutionStatus } from '#src/domain/execution.ts'
import { Refusal } from '#src/server/problems.ts'
import { cursor, freeText, name, planHash, someOf, wholeNumber } from '#src/server/input-fields.ts'
import { idParams, type Resource, route } from '#src/server/route.ts'

const ExecutionPage = z.object({ executions: z.array(Execution), next_cursor: z.string().optional() })

const ListQuery = z.strictObject(
  {
    status: someOf(ExecutionStatus).optional(),
    incident_id: name().optional(),
    cursor: cursor().optional(),
    limit: wholeNumber(1, 200).default(50),
  },
  { error: 'status, incident_id, cursor, limit' },
)

const actionIdError = 'the id of a recommended action of the last decision, such as act_1'

const BeginBody = z.strictObject(
  {
    action_id: z.string({ error: actionIdError }).regex(/^[\w-]{1,64}$/, { error: actionIdError }),
    plan_hash: planHash,
  },
  { error: 'an object with action_id, plan_hash' },
)

const EndBody = z.strictObject(
  {
    status: z.enum(['done', 'failed', 'abandoned'], { error: 'one of done, failed, abandoned' }),
    note: freeText('a note', 1000).optional(),
  },
  { error: 'an object with status, note' },
)

const EndedExecution = Execution.extend({
  /** A run is queued that assesses the result. */
  follow_up_run: z.boolean(),
})

const byId = idParams('SRE_EXECUTIONS_UNKNOWN')
const unknown = { 404: 'There is no such execution' }

/** What people carry out by hand. The service itself changes nothing. */
export const executions: Resource = {
  tag: 'executions',
  below: { path: '/api/executions', right: 'read' },
  routes: [
    route({
      method: 'get',
      path: '/api/executions',
      id: 'listExecutions',
      summary: 'What people carried out, the latest first',
      right: 'read',
      query: ListQuery,
      answers: { 200: { description: 'A page', json: ExecutionPage } },
      async handle({ query }, { executions: port }) {
        const { items, next_cursor } = await port.list(query)
        return { json: { executions: items, next_cursor } }
      },
    }),
    route({
      method: 'get',
      path: '/api/executions/:id',
      id: 'getExecution',
      summary: 'One execution, and what the next run found',
      right: 'read',
      params: byId,
      answers: { 200: { description: 'The execution', json: Execution } },
      refusals: unknown,
      async handle({ params }, { executions: port }) {
        const execution = await port.get(params.id)
        if (!execution) throw new Refusal('SRE_EXECUTIONS_UNKNOWN', 'no execution has this id')
        return { json: execution }
      },
    }),
    route({
      method: 'post',
      path: '/api/executions/:id/end',
      id: 'endExecution',
      summary: 'Report how it ended; a run assesses what was done',
      right: 'operate',
      params: byId,
      body: { schema: EndBody, example: { status: 'done', note: 'rolled back to revision 4' } },
      answers: {
        200: { description: 'The execution; no run follows', json: EndedExecution },
        202: { description: 'The execution; a run that assesses the result is queued', json: EndedExecution },
      },
      refusals: { ...unknown, 409: 'It has already ended in another way' },
      async handle({ params: { id }, body, caller, trace_id, audited }, { executions: port }) {
        const action = { action: 'execution.end', target: id, detail: body }
        const { execution, follow_up_run } = await audited(action, () =>
          port.end(id, { ...body, by: caller.name, trace_id }),
        )
        return { status: follow_up_run ? 202 : 200, json: { ...execution, follow_up_run } }
      },
    }),
    route({
      method: 'post',
      path: '/api/incidents/:id/executions',
      id: 'beginExecution',
      summary: 'Report that you begin to carry out a recommended action by hand; the service changes nothing',
      right: 'operate',
      params: idParams('SRE_INCIDENTS_UNKNOWN'),
      body: { schema: BeginBody, example: { action_id: 'act_1', plan_hash: '3f'.repeat(32) } },
      answers: { 201: { description: 'The execution is yours until it ends', json: Execution } },
      refusals: {
        404: 'There is no such incident',
        409: 'Not approved, the plan has changed, or somebody else works on the same target',
      },
      async handle({ params, body, caller, audited }, { executions: port }) {
        const incident_id = params.id
        const action = { action: 'execution.begin', target: incident_id, detail: body }
        const execution = await audited(action, () => port.begin({ ...body, incident_id, by: caller.name }))
        return { status: 201, headers: { Location: `/api/executions/${execution.id}` }, json: execution }
      },
    }),
  ],
}
