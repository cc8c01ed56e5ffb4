import { describe, expect, it } from 'vitest'
import { renderPlan } from '#src/reporting/render-plan.ts'
import { buildApproval } from '#test/helpers/build-change.ts'

describe('src/reporting/render-plan', () => {
  it('says the plan and its whole hash', () => {
    const { action, plan_hash } = buildApproval()
    const text = renderPlan(action, plan_hash, { colour: false, width: 80 })
    expect(text).toMatch(/^ {2}Roll back Deployment\/gateway in payments \(rollback\)\n {4}to_revision = 4\n/)
    expect(text).toMatch(new RegExp(`\n {2}plan hash ${plan_hash}\n$`))
  })
})
