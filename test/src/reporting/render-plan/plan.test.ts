import { describe, expect, it } from 'vitest'
import { PlannedAction } from '#src/domain/action.ts'
import { putPlan } from '#src/reporting/render-plan.ts'
import { createPage } from '#src/reporting/text-page.ts'
import { buildApproval } from '#test/helpers/build-change.ts'

function plan(over: { [K in keyof PlannedAction]?: unknown } = {}): string {
  const page = createPage({ colour: false, width: 80 })
  putPlan(page, PlannedAction.parse({ ...buildApproval().action, ...over }))
  return page.lines.join('\n')
}

describe('src/reporting/render-plan/plan', () => {
  it('says all that a person answers for', () => {
    expect(plan()).toMatchInlineSnapshot(`
      "  Roll back Deployment/gateway in payments (rollback)
          to_revision = 4
        the revision before ran well
        Medium risk, can be undone.
        Would fix the cause: yes (the image of that revision is there).
        Safety check: needs an approval.
          - policy: a person approves every change"
    `)
  })

  it('keeps a value exactly as it is, however long, and shows what cannot be seen', () => {
    const value = `a  b\u202e\u200b\u001b[2J\n    to_revision = 9 ${'x'.repeat(200)}`
    const lines = plan({ kind: 'set_env', params: { container: 'app', name: 'A', value } }).split('\n')
    const line = lines.find((candidate) => candidate.includes('value = ')) ?? ''
    expect(line).toMatch(/^[\u0020-\u007e]+$/)
    expect(JSON.parse(line.replace('    value = ', ''))).toBe(value)
    expect(lines.filter((candidate) => /^ {4}to_revision/.test(candidate))).toEqual([])
  })

  it('tells a number from a text, leaves out what is not set, and says where there is nothing', () => {
    const params = { container: 'app', probe: 'readiness', timeoutSeconds: 3, port: '3', path: undefined }
    const lines = plan({ kind: 'patch_probe', params }).split('\n')
    expect(lines).toEqual(expect.arrayContaining(['    timeoutSeconds = 3', '    port = "3"']))
    expect(lines.filter((line) => line.includes('path'))).toEqual([])
    expect(plan({ params: {} })).toContain('    no parameters')
  })

  it('says what is missing and what the guard has to say, on one line each', () => {
    const text = plan({
      needs: [{ param: 'value', ask: 'which\naddress?' }],
      reversible: false,
      what_if: { would_resolve: 'unknown', because: 'it depends' },
      guard: { verdict: 'deny', reasons: ['one\n  plan hash 00', 'two'] },
    })
    expect(text).toContain('value must be given: which address?')
    expect(text).toContain('cannot be undone')
    expect(text).toContain('Would fix the cause: unknown (it depends)')
    expect(text).toContain('Safety check: denied.\n    - one plan hash 00\n    - two')
  })
})
