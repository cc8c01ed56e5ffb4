import { describe, expect, it } from 'vitest'
import type { Approval } from '#src/domain/approval.ts'
import { type IncidentBrief, renderApproval } from '#src/reporting/render-approval.ts'
import { commandLine } from '#src/reporting/printable.ts'
import { buildApproval, minutesAfter } from '#test/helpers/build-change.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const known: IncidentBrief = { status: 'done', summary: 'Deployment gateway crashes.' }

function render(over: Partial<Approval> = {}, incident = known, colour = false): string {
  const view = {
    now: Date.parse(minutesAfter(4)),
    commandLine: (words: readonly string[]) => commandLine(['run', ...words]),
  }
  return renderApproval(buildApproval(over), { incident, view, options: { colour, width: 90 } })
}

describe('src/reporting/render-approval', () => {
  it('says how it stands, what for, the plan, and the lines that answer it', () => {
    expect(render()).toMatchInlineSnapshot(`
      "PENDING  Roll back Deployment/gateway in payments (rollback)
      Requested 4m ago. It can be answered for another 56m (until 2026-11-21T09:00:00.000Z).

      Incident
        inc_1: service gateway, namespace payments
        done: Deployment gateway crashes.

      Plan
        Roll back Deployment/gateway in payments (rollback)
          to_revision = 4
        the revision before ran well
        Medium risk, can be undone.
        Would fix the cause: yes (the image of that revision is there).
        Safety check: needs an approval.
          - policy: a person approves every change

      Details
        approval apr_1, run run_1
        plan hash e556761d42ae60ca6705be40b4dc6e6fcb954cd5a55f0970d33a9e64c88cd98a

      To approve or reject this plan
        run approvals approve apr_1 --plan-hash e556761d42ae
        run approvals reject apr_1 --plan-hash e556761d42ae --comment ''
      "
    `)
  })

  it.each<[Partial<Approval>, string[]]>([
    [{ status: 'approved', decided_by: 'ada', decided_at: 'NOON' }, ['approved', 'ada', 'NOON', '56m']],
    [{ status: 'approved', execution_id: 'exe_7' }, ['approved', 'exe_7', 'run executions show exe_7']],
    [{ status: 'rejected', decided_by: 'ada', comment: 'not at\nnight' }, ['rejected', 'ada', 'Comment: not at night']],
    [{ status: 'expired', status_reason: 'nobody answered' }, ['expired', minutesAfter(60), 'nobody answered']],
    [{ status: 'withdrawn' }, ['withdrawn']],
  ])('says how it stands: %j', (over, facts) => {
    expect(missingFacts(render(over), ...facts)).toEqual([])
  })

  it('offers to begin, or to take it back, once it is approved', () => {
    const text = render({ status: 'approved' })
    expect(text).toMatch(/run executions begin inc_1 --action act_1 --plan-hash [0-9a-f]{12}\n/)
    expect(text).toMatch(/run approvals reject apr_1 --plan-hash [0-9a-f]{12}/)
    expect(text).not.toContain('approvals approve')
  })

  it.each(['rejected', 'expired', 'withdrawn'] as const)('offers nothing where it is %s', (status) => {
    expect(render({ status })).not.toContain('--plan-hash')
  })

  it('says what it does not know of the incident', () => {
    expect(render({}, { why: 'Refused: no\nincident has this id' })).toContain('Refused: no incident has this id')
    expect(missingFacts(render({}, { status: 'queued' }), 'inc_1', 'queued')).toEqual([])
  })

  it('is coloured only where that is wanted, and bears nothing else that a terminal would obey', () => {
    expect(render({}, known, true)).toContain('\u001b[33mPENDING')
    const bad = '\u001b[2Jx'
    const text = render({ id: bad, run_id: bad, service: bad, plan_hash: bad, comment: bad, incident_id: bad })
    expect(text).not.toContain('\u001b')
  })
})
