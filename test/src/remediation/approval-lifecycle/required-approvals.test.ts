import { describe, expect, it } from 'vitest'
import type { RecommendedAction } from '#src/domain/action.ts'
import { requiredApprovals } from '#src/remediation/approval-lifecycle.ts'
import { buildDecision } from '#test/helpers/build-decision.ts'
import { recommend } from '#test/helpers/recommend.ts'

const asked = (...actions: RecommendedAction[]) =>
  requiredApprovals(buildDecision({ recommended_actions: actions }), {
    newId: (prefix) => `${prefix}_1`,
    expires_ms: 5,
  })

describe('src/remediation/approval-lifecycle: required approvals', () => {
  it('asks for what needs it, with the plan and without what is to be answered', () => {
    const { approval: _approval, ...action } = recommend('inc_1')
    expect(asked(recommend('inc_1'))).toEqual([{ id: 'apr_1', plan_hash: action.plan_hash, action, expires_ms: 5 }])
  })

  it.each<[string, Partial<RecommendedAction>]>([
    ['needs no approval', { approval: { required: false, status: 'not_required' } }],
    ['is denied, which no person can approve', { guard: { verdict: 'deny', reasons: ['no'] } }],
    ['is only for people to read', { kind: 'custom_instruction', params: { instruction: 'call them' } }],
  ])('asks for nothing that %s', (_case, over) => {
    expect(asked(recommend('inc_1', over))).toEqual([])
  })

  it('asks also where somebody has to give a value, and says which', () => {
    const needs = [{ param: 'value', ask: 'which?' }]
    expect(asked(recommend('inc_1', { needs }))).toMatchObject([{ action: { needs } }])
  })

  it('asks for nothing that no hash names', () => {
    expect(asked({ ...recommend('inc_1'), plan_hash: undefined })).toEqual([])
  })
})
