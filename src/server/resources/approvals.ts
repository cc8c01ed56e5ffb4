import { z } from 'zod'
import { Approval, ApprovalStatus } from '#src/domain/approval.ts'
import { Refusal } from '#src/server/problems.ts'
import { cursor, freeText, name, planHash, someOf, wholeNumber } from '#src/server/input-fields.ts'
import { type Call, idParams, type Reply, type Resource, route } from '#src/server/route.ts'
import type { ServerDeps } from '#src/server/server-deps.ts'

const ApprovalPage = z.object({ approvals: z.array(Approval), next_cursor: z.string().optional() })

const ListQuery = z.strictObject(
  {
    status: someOf(ApprovalStatus).optional(),
    incident_id: name().optional(),
    namespace: name().optional(),
    cursor: cursor().optional(),
    limit: wholeNumber(1, 200).default(50),
  },
  { error: 'status, incident_id, namespace, cursor, limit' },
)

const ApproveBody = z.strictObject(
  { plan_hash: planHash, comment: freeText('a comment', 1000).optional() },
  { error: 'an object with plan_hash, comment' },
)

/** A comment is required: the history must say why a plan was rejected. */
const RejectBody = z.strictObject(
  { plan_hash: planHash, comment: freeText('a comment, the reason,', 1000) },
  { error: 'an object with plan_hash, comment' },
)

const byId = idParams('SRE_APPROVALS_UNKNOWN')
const unknown = { 404: 'There is no such approval' }
const notAnswerable = { ...unknown, 409: 'It is decided, used, expired or withdrawn, or it is for another plan' }
const answered = { 200: { description: 'The approval after the answer', json: Approval } }
const planHashExample = '3f'.repeat(32)

type Answer = Call<{ id: string }, unknown, { plan_hash: string; comment?: string }>

async function answer(
  { params: { id }, body, caller, audited }: Answer,
  { approvals: port }: Pick<ServerDeps, 'approvals'>,
  verb: 'approve' | 'reject',
): Promise<Reply> {
  const action = { action: `approval.${verb}`, target: id, detail: body }
  return { json: await audited(action, () => port[verb](id, { ...body, by: caller.name })) }
}

/** Plans that people are asked to approve. */
export const approvals: Resource = {
  tag: 'approvals',
  below: { path: '/api/approvals', right: 'read' },
  routes: [
    route({
      method: 'get',
      path: '/api/approvals',
      id: 'listApprovals',
      summary: 'Changes that people are, or were, asked to approve; the latest request first',
      right: 'read',
      query: ListQuery,
      answers: { 200: { description: 'A page', json: ApprovalPage } },
      async handle({ query }, { approvals: port }) {
        const { items, next_cursor } = await port.list(query)
        return { json: { approvals: items, next_cursor } }
      },
    }),
    route({
      method: 'get',
      path: '/api/approvals/:id',
      id: 'getApproval',
      summary: 'One approval with its plan',
      right: 'read',
      params: byId,
      answers: { 200: { description: 'The approval', json: Approval } },
      refusals: unknown,
      async handle({ params }, { approvals: port }) {
        const approval = await port.get(params.id)
        if (!approval) throw new Refusal('SRE_APPROVALS_UNKNOWN', 'no approval has this id')
        return { json: approval }
      },
    }),
    route({
      method: 'post',
      path: '/api/approvals/:id/approve',
      id: 'approve',
      summary: 'Approve the plan with this hash, for one execution within a limited time',
      right: 'approve',
      params: byId,
      body: { schema: ApproveBody, example: { plan_hash: planHashExample, comment: 'seen with the team' } },
      answers: answered,
      refusals: notAnswerable,
      handle: (call, deps) => answer(call, deps, 'approve'),
    }),
    route({
      method: 'post',
      path: '/api/approvals/:id/reject',
      id: 'reject',
      summary: 'Reject a plan, or take back an approval that is not used yet',
      right: 'approve',
      params: byId,
      body: { schema: RejectBody, example: { plan_hash: planHashExample, comment: 'the migration comes first' } },
      answers: answered,
      refusals: notAnswerable,
      handle: (call, deps) => answer(call, deps, 'reject'),
    }),
  ],
}
