import { describe, expect, it } from 'vitest'
import { type ApprovalBrief, approvalAgent } from '#agents/action/approval-agent.ts'
import { runAgent } from '#agents/run-agent.ts'
import type { ActionKind, GuardVerdict, ProposedAction } from '#src/domain/action.ts'
import { agentDeps } from '#test/helpers/agent-deps.ts'
import { recommend } from '#test/helpers/recommend.ts'

const { kind, target, params, params_from, needs, reason, risk, reversible, what_if } = recommend('inc_1')
const rollback = { finding: 'f_1', kind, target, params, params_from, needs, reason, risk, reversible, what_if }
const escalation = { ...rollback, kind: 'escalate' as const, params: { ask: 'why?' } }

async function approvals(
  action: ProposedAction,
  verdict: GuardVerdict['verdict'],
  more: Partial<ApprovalBrief> = {},
): Promise<boolean[]> {
  const judged = [{ action, guard: { verdict, reasons: ['because'] } }]
  const brief: ApprovalBrief = { judged, human_in_loop_actions: [], disagreement: false, ...more }
  const result = await runAgent(approvalAgent, { brief, results: [], findings: [] }, agentDeps())
  if (result.kind !== 'output') throw new Error('no output')
  return result.output.actions.map(({ approval }) => approval.required)
}

describe('agents/action/approval-agent', () => {
  it('asks a person where the guard demands it, and not where it allows the change', async () => {
    expect(await approvals(rollback, 'needs_approval')).toEqual([true])
    expect(await approvals(rollback, 'allow')).toEqual([false])
  })

  it.each<[string, Partial<ApprovalBrief>]>([
    ['operators want a person for this kind', { human_in_loop_actions: ['rollback' satisfies ActionKind] }],
    ['rules and model disagree', { disagreement: true }],
  ])('asks a person for an allowed change where %s', async (_, more) => {
    expect(await approvals(rollback, 'allow', more)).toEqual([true])
  })

  it('asks nobody about what a person carries out anyway', async () => {
    expect(await approvals(escalation, 'allow', { disagreement: true })).toEqual([false])
  })
})
