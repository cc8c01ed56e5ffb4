import { describe, expect, it } from 'vitest'
import type { Approval } from '#src/domain/approval.ts'
import {
  type AnswerContext,
  answerApproval,
  expireApproval,
  type LiveApproval,
  reconcileApprovals,
} from '#src/remediation/approval-lifecycle.ts'
import type { ApprovalDecision, DecisionResult } from '#src/remediation/port.ts'
import { recommend } from '#test/helpers/recommend.ts'

const at = Date.parse('2026-11-27T12:30:00.000Z')
const iso = '2026-11-27T12:30:00.000Z'
const { approval: _approval, ...action } = recommend('inc_1')
const plan_hash = String(action.plan_hash)
const approval: Approval = {
  id: 'apr_1',
  incident_id: 'inc_1',
  service: 'payments/gateway',
  run_id: 'run_1',
  plan_hash,
  action,
  status: 'pending',
  asked_at: '2026-11-27T12:00:00.000Z',
  expires_at: '2026-11-27T13:00:00.000Z',
}
const approve: ApprovalDecision = { plan_hash, by: 'anna', status: 'approved', at, expires_ms: at + 900_000 }
const reject: ApprovalDecision = { ...approve, status: 'rejected', comment: 'not now' }
const open: AnswerContext = { incident_closed: false, recommended: true }

describe('src/remediation/approval-lifecycle', () => {
  it.each<[string, Approval, ApprovalDecision, Partial<Approval>, RegExp]>([
    [
      'a pending one is approved, and may be used for its own time',
      approval,
      approve,
      { status: 'approved', expires_at: '2026-11-27T12:45:00.000Z', comment: undefined },
      /^anna approved \S+ of Deployment gateway \(apr_1\)$/,
    ],
    [
      'a pending one is rejected with a comment',
      approval,
      reject,
      { status: 'rejected', comment: 'not now' },
      /^anna rejected .*\(apr_1\): not now$/,
    ],
    [
      'an approved one is taken back',
      { ...approval, status: 'approved', decided_by: 'anna' },
      reject,
      { status: 'rejected', comment: 'not now' },
      /^anna rejected/,
    ],
    [
      'a rejected one is approved',
      { ...approval, status: 'rejected', decided_by: 'eve' },
      approve,
      { status: 'approved', expires_at: '2026-11-27T12:45:00.000Z' },
      /^anna approved/,
    ],
  ])('%s', (_name, before, decision, changes, text) => {
    const { approval: after, notes, refused } = answerApproval(before, decision, open)
    expect(refused).toBeUndefined()
    expect(after).toEqual({ ...before, decided_by: 'anna', decided_at: iso, status_reason: undefined, ...changes })
    expect(notes).toEqual([
      { at: iso, kind: decision.status, text: expect.stringMatching(text), run_id: 'run_1', actor: 'anna' },
    ])
  })

  it.each<[string, Approval, ApprovalDecision, AnswerContext, DecisionResult['refused']]>([
    ['another plan', approval, { ...approve, plan_hash: 'f'.repeat(64) }, open, 'other_plan'],
    ['a used one', { ...approval, status: 'approved', execution_id: 'exe_1' }, reject, open, 'used'],
    ['an expired one', { ...approval, status: 'expired' }, approve, open, 'status'],
    ['a withdrawn one', { ...approval, status: 'withdrawn' }, reject, open, 'status'],
    [
      'one that somebody else approved',
      { ...approval, status: 'approved', decided_by: 'eve' },
      approve,
      open,
      'status',
    ],
    ['one of a closed incident', approval, approve, { ...open, incident_closed: true }, 'status'],
    [
      'approving what the last run does not recommend',
      approval,
      approve,
      { ...open, recommended: false },
      'not_recommended',
    ],
  ])('refuses %s', (_name, before, decision, context, refused) => {
    expect(answerApproval(before, decision, context)).toEqual({ approval: before, notes: [], refused })
  })

  it('lets a person reject what the last run does not recommend', () => {
    expect(answerApproval(approval, reject, { ...open, recommended: false }).refused).toBeUndefined()
  })

  it('takes the same answer of the same person again, and changes nothing', () => {
    const before: Approval = { ...approval, status: 'approved', decided_by: 'anna', execution_id: 'exe_1' }
    expect(answerApproval(before, approve, { incident_closed: true, recommended: false })).toEqual({
      approval: before,
      notes: [],
    })
  })

  it.each([
    ['pending', 'nobody answered in time'],
    ['approved', 'approved, and not used in time'],
  ] as const)('expires one that is %s, and says why', (status, status_reason) => {
    const before = { ...approval, status }
    const { approval: after, notes } = expireApproval(before, at)
    expect(after).toEqual({ ...before, status: 'expired', status_reason })
    expect(notes).toMatchObject([{ at: iso, kind: 'approval_expired', run_id: 'run_1' }])
    expect(notes[0]?.text).toMatch(new RegExp(`\\(apr_1\\): ${status_reason}$`))
  })
})

const run = { run_id: 'run_2', at }
const request = { id: 'apr_2', plan_hash, action, expires_ms: at + 3_600_000 }
const live = (status: LiveApproval['status'], over: Partial<LiveApproval> = {}): LiveApproval => ({
  id: 'apr_1',
  plan_hash,
  status,
  expires_ms: at + 1,
  ...over,
})

describe('src/remediation/approval-lifecycle: the end of a run', () => {
  it('requests an approval for a new plan', () => {
    const { notes, ...changes } = reconcileApprovals([], [request], run)
    expect(changes).toEqual({ ended: [], kept: [], opened: [request] })
    expect(notes).toEqual([
      {
        at: iso,
        kind: 'approval_requested',
        text: expect.stringMatching(/\(apr_2\) needs a person's approval$/),
        run_id: 'run_2',
      },
    ])
  })

  it.each([
    ['pending', true],
    ['approved', false],
    ['rejected', false],
  ] as const)('keeps what is %s for the same plan; its time starts again: %s', (status, renewed) => {
    const result = reconcileApprovals([live(status)], [request], run)
    expect(result).toEqual({ ended: [], kept: [{ id: 'apr_1', request, renewed }], opened: [], notes: [] })
  })

  it('requests again where an approval was not used in time', () => {
    const { ended, kept, opened, notes } = reconcileApprovals([live('approved', { expires_ms: at })], [request], run)
    expect(ended).toEqual([{ id: 'apr_1', status: 'expired', status_reason: 'approved, and not used in time' }])
    expect({ kept, opened }).toEqual({ kept: [], opened: [request] })
    expect(notes.map(({ kind }) => kind)).toEqual(['approval_expired', 'approval_requested'])
  })

  it.each([
    ['does not recommend it any more', [], 'the last run does not recommend it any more'],
    ['closes the incident', 'closed' as const, 'its incident is closed'],
  ])('withdraws what can be used where the run %s, and leaves what was rejected', (_name, requested, status_reason) => {
    const before = [
      live('approved'),
      live('pending', { id: 'apr_3', plan_hash: 'b' }),
      live('rejected', { id: 'apr_4' }),
    ]
    const { ended, kept, opened, notes } = reconcileApprovals(before, requested, run)
    expect(ended).toEqual(['apr_1', 'apr_3'].map((id) => ({ id, status: 'withdrawn', status_reason })))
    expect({ kept, opened }).toEqual({ kept: [], opened: [] })
    expect(notes).toMatchObject([
      { kind: 'approval_withdrawn', text: `approval apr_1: ${status_reason}`, run_id: 'run_2' },
      { kind: 'approval_withdrawn', text: `approval apr_3: ${status_reason}`, run_id: 'run_2' },
    ])
  })
})
