import { z } from 'zod'
import { Approval } from '#src/domain/approval.ts'
import { Execution } from '#src/domain/execution.ts'
import { ApprovalListQuery, ApprovalPage, ApproveBody, RejectBody } from '#src/server/routes/approvals.ts'
import { BeginBody, EndBody, EndedExecution, ExecutionListQuery, ExecutionPage } from '#src/server/routes/executions.ts'
import { jsonAnswer, operation, type Paths } from './operation.ts'

const idOnly = z.object({ id: z.string() })
const plan_hash = '3f'.repeat(32)
const notNow = 'It is decided, used, expired or withdrawn, or it is about another plan'

function approvalPaths(): Paths {
  const unknown = { 404: 'There is no such approval' }
  const refusals = { ...unknown, 409: notNow }
  return {
    '/api/approvals': {
      get: operation({
        id: 'listApprovals',
        summary: 'Changes that people are, or were, asked to approve; the last asked first',
        right: 'read',
        query: ApprovalListQuery,
        answers: { 200: jsonAnswer('A page', ApprovalPage) },
      }),
    },
    '/api/approvals/{id}': {
      get: operation(
        {
          id: 'getApproval',
          summary: 'One approval with the plan that it is about',
          right: 'read',
          answers: { 200: jsonAnswer('The approval', Approval) },
          refusals: unknown,
        },
        idOnly,
      ),
    },
    '/api/approvals/{id}/approve': {
      post: operation(
        {
          id: 'approve',
          summary: 'Approve the plan with this hash, once and for a while',
          right: 'approve',
          body: { schema: ApproveBody, example: { plan_hash, comment: 'seen with the team' } },
          answers: { 200: jsonAnswer('As it stands', Approval) },
          refusals,
        },
        idOnly,
      ),
    },
    '/api/approvals/{id}/reject': {
      post: operation(
        {
          id: 'reject',
          summary: 'Reject a plan, or take back an approval that is not used yet',
          right: 'approve',
          body: { schema: RejectBody, example: { plan_hash, comment: 'the migration comes first' } },
          answers: { 200: jsonAnswer('As it stands', Approval) },
          refusals,
        },
        idOnly,
      ),
    },
  }
}

function executionPaths(): Paths {
  const unknown = { 404: 'There is no such execution' }
  return {
    '/api/executions': {
      get: operation({
        id: 'listExecutions',
        summary: 'What people carried out, the last begun first',
        right: 'read',
        query: ExecutionListQuery,
        answers: { 200: jsonAnswer('A page', ExecutionPage) },
      }),
    },
    '/api/executions/{id}': {
      get: operation(
        {
          id: 'getExecution',
          summary: 'One execution, and what the next run found',
          right: 'read',
          answers: { 200: jsonAnswer('The execution', Execution) },
          refusals: unknown,
        },
        idOnly,
      ),
    },
    '/api/executions/{id}/end': {
      post: operation(
        {
          id: 'endExecution',
          summary: 'Say how it ended; what was done is looked at by a run',
          right: 'operate',
          body: { schema: EndBody, example: { status: 'done', note: 'rolled back to revision 4' } },
          answers: {
            200: jsonAnswer('As it stands; no run follows', EndedExecution),
            202: jsonAnswer('As it stands; a run will check the outcome', EndedExecution),
          },
          refusals: { ...unknown, 409: 'It has ended otherwise' },
        },
        idOnly,
      ),
    },
    '/api/incidents/{id}/executions': {
      post: operation(
        {
          id: 'beginExecution',
          summary: 'Say that you begin to carry out a recommended action by hand; nothing is changed by the service',
          right: 'operate',
          body: { schema: BeginBody, example: { action_id: 'act_1', plan_hash } },
          answers: { 201: jsonAnswer('It is yours until it ends', Execution) },
          refusals: {
            404: 'There is no such incident',
            409: 'Not approved, another plan by now, or somebody is at the same target',
          },
        },
        idOnly,
      ),
    },
  }
}

/** Approvals, and what people carry out. */
export function changePaths(): Paths {
  return { ...approvalPaths(), ...executionPaths() }
}
