import { describe, expect, it } from 'vitest'
import { renderApprovalList } from '#src/reporting/render-approval.ts'
import { buildApproval, minutesAfter } from '#test/helpers/build-change.ts'

const now = Date.parse(minutesAfter(4))
const plain = { colour: false, width: 200 }

describe('src/reporting/render-approval/list', () => {
  it('says of those that are pending what, where, how old and for how long', () => {
    const node = {
      ...buildApproval().action,
      kind: 'cordon' as const,
      target: { kind: 'Node' as const, name: 'worker-1' },
      params: {},
    }
    const approvals = [buildApproval(), buildApproval({ id: 'apr_2', namespace: undefined, action: node })]
    expect(renderApprovalList(approvals, now, plain)).toMatchInlineSnapshot(`
      "ID     AGE  EXPIRES IN  ACTION                             NAMESPACE  SERVICE
      apr_1  4m   56m         roll back Deployment/gateway       payments   gateway
      apr_2  4m   56m         take no new pods on Node/worker-1  -          gateway
      "
    `)
  })

  it('says how each stands where not all are pending, and nothing of a time that does not count any more', () => {
    const approvals = [
      buildApproval({ status: 'approved' }),
      buildApproval({ status: 'approved', execution_id: 'exe_1' }),
      buildApproval({ status: 'rejected' }),
      buildApproval({ expires_at: minutesAfter(-1) }),
    ]
    const lines = renderApprovalList(approvals, now, plain).trimEnd().split('\n')
    expect(lines.map((line) => line.split(/ {2,}/).slice(1, 4))).toEqual([
      ['STATUS', 'AGE', 'EXPIRES IN'],
      ['approved', '4m', '56m'],
      ['approved', '4m', '-'],
      ['rejected', '4m', '-'],
      ['pending', '4m', 'expired'],
    ])
  })

  it('names the namespace of a target that lies in another one', () => {
    expect(renderApprovalList([buildApproval({ namespace: 'shop' })], now, plain)).toContain(
      'roll back Deployment/gateway in payments  shop',
    )
  })
})
