import { describe, expect, it } from 'vitest'
import type { Approval } from '#src/domain/approval.ts'
import type { Execution } from '#src/domain/execution.ts'
import type { StartFacts } from '#src/remediation/port.ts'
import { evaluateStart } from '#src/remediation/execution-lifecycle.ts'
import { recommend } from '#test/helpers/recommend.ts'

const { approval: _approval, ...planned } = recommend('inc_1')
const plan_hash = String(planned.plan_hash)
const asked = { action_id: 'act_1', plan_hash }
const approval: Approval = {
  id: 'apr_1',
  incident_id: 'inc_1',
  service: 'payments/gateway',
  run_id: 'run_1',
  plan_hash,
  action: planned,
  status: 'approved',
  asked_at: '2026-11-27T12:00:00Z',
  expires_at: '2026-11-27T13:00:00Z',
}
const cause = (name: string) => ({
  resource: { kind: 'Deployment', namespace: 'payments', name },
  mechanism: 'missing_env' as const,
})
const facts: StartFacts = {
  incident_status: 'done',
  action: { ...planned, approval_required: true },
  root_causes: [cause('gateway'), cause('cart')],
  approval,
}
const running: Execution = {
  id: 'exe_1',
  incident_id: 'inc_2',
  run_id: 'run_9',
  plan_hash: 'a'.repeat(64),
  action: planned,
  causes: [],
  status: 'running',
  started_at: '2026-11-27T12:00:00Z',
  started_by: 'bob',
  expires_at: '2026-11-27T13:00:00Z',
}
const action = (over: object) => ({ ...facts, action: { ...planned, approval_required: true, ...over } })

describe('src/remediation/execution-lifecycle: start', () => {
  it('lets start what is approved, and holds its own causes against it', () => {
    expect(evaluateStart(facts, asked)).toEqual({ causes: [cause('gateway')] })
  })

  it('holds all causes against a change of something else', () => {
    const elsewhere = { ...facts, root_causes: [cause('cart'), cause('web')] }
    expect(evaluateStart(elsewhere, asked)).toEqual({ causes: [cause('cart'), cause('web')] })
  })

  it.each<[string, StartFacts, object]>([
    ['incident_closed', { ...facts, incident_status: 'closed' }, {}],
    ['no_such_action', { ...facts, action: undefined }, {}],
    ['other_plan', facts, { plan_hash: 'b'.repeat(64) }],
    ['other_plan', action({ plan_hash: undefined }), {}],
    ['denied', action({ guard: { verdict: 'deny', reasons: ['namespace kube-system is never changed'] } }), {}],
    ['not_approved', { ...facts, approval: undefined }, {}],
    ['not_approved', { ...facts, approval: { ...approval, plan_hash: 'c'.repeat(64) } }, {}],
    ['target_busy', { ...facts, running }, {}],
    ['target_busy', { ...facts, running, approval: undefined }, {}],
  ])('refuses with %s', (why, known, over) => {
    expect(evaluateStart(known, { ...asked, ...over })).toMatchObject({ refusal: { why } })
  })

  it('lets a person start who knows the value that is asked for', () => {
    expect(evaluateStart(action({ needs: [{ param: 'value', ask: 'which?' }] }), asked)).toHaveProperty('causes')
  })

  it('says who is changing the same target', () => {
    expect(evaluateStart({ ...facts, running }, asked)).toMatchObject({
      refusal: { detail: expect.stringMatching(/bob.*exe_1/) },
    })
  })
})
