import { describe, expect, it } from 'vitest'
import { type GuardBrief, guardAgent } from '#agents/action/guard-agent.ts'
import { runAgent } from '#agents/run-agent.ts'
import type { ProposedAction } from '#src/domain/action.ts'
import { defaultPolicy } from '#src/policy/policy.ts'
import { agentDeps } from '#test/helpers/agent-deps.ts'
import { recommend } from '#test/helpers/recommend.ts'

const { kind, target, params, params_from, needs, reason, risk, reversible, what_if } = recommend('inc_1')
const rollback: ProposedAction = {
  finding: 'f_1',
  kind,
  target,
  params,
  params_from,
  needs,
  reason,
  risk,
  reversible,
  what_if,
}
const forbidden: ProposedAction = { ...rollback, target: { ...target, namespace: 'kube-system' } }

const judge = (actions: ProposedAction[], may_hand_back = true) => {
  const brief: GuardBrief = { actions, policy: defaultPolicy, may_hand_back }
  return runAgent(guardAgent, { brief, results: [], findings: [] }, agentDeps())
}

describe('agents/action/guard-agent', () => {
  it('passes what policy allows, with its verdict', async () => {
    expect(await judge([rollback])).toMatchObject({
      kind: 'output',
      output: { judged: [{ action: { kind: 'rollback' }, guard: { verdict: 'needs_approval' } }] },
      said: '1 of 1 may be put forward.',
    })
  })

  it('hands what is denied back to Recommendation, with the reasons', async () => {
    const step = await judge([rollback, forbidden])
    expect(step).toMatchObject({ kind: 'handoff', to: 'recommendation' })
    const { denied } = (step as { request: { denied: { key: string; reasons: string[] }[] } }).request
    expect(denied).toHaveLength(1)
    expect(denied[0]?.key).toContain('kube-system')
    expect(denied[0]?.reasons.length).toBeGreaterThan(0)
  })

  it('leaves out what is denied once it may not hand back any more', async () => {
    const step = await judge([forbidden, rollback], false)
    expect(step).toMatchObject({ kind: 'output', said: '1 of 2 may be put forward.' })
    expect((step as { output: { judged: { action: ProposedAction }[] } }).output.judged).toMatchObject([
      { action: { target: { namespace: 'payments' } } },
    ])
  })
})
