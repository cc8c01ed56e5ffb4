import { describe, expect, it } from 'vitest'
import type { Execution } from '#src/domain/execution.ts'
import { commandLine } from '#src/reporting/printable.ts'
import { renderExecution } from '#src/reporting/render-execution.ts'
import { buildExecution, minutesAfter } from '#test/helpers/build-change.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

function render(over: Partial<Execution> = {}, colour = false): string {
  const view = {
    now: Date.parse(minutesAfter(4)),
    commandLine: (words: readonly string[]) => commandLine(['run', ...words]),
  }
  return renderExecution(buildExecution(over), { view, options: { colour, width: 90 } })
}

const seen = (state: NonNullable<Execution['observed_after']>['state']) => ({
  observed_after: { state, because: 'so it\nis', run_id: 'run_2', at: minutesAfter(3) },
})

describe('src/reporting/render-execution', () => {
  it('says who is at it and until when, the plan, and the lines that end it', () => {
    expect(render()).toMatchInlineSnapshot(`
      "RUNNING  Roll back Deployment/gateway in payments (rollback)
      anna began 4m ago (2026-11-21T08:00:00.000Z).
      The end can be reported for another 56m (until 2026-11-21T09:00:00.000Z). Until then
      nobody else can begin on the same target.

      Plan
        Roll back Deployment/gateway in payments (rollback)
          to_revision = 4
        the revision before ran well
        Medium risk, can be undone.
        Would fix the cause: yes (the image of that revision is there).
        Safety check: needs an approval.
          - policy: a person approves every change

      Causes that it should remove
        Deployment/gateway in payments (missing_env)

      Details
        execution exe_1, incident inc_1, run run_1, approval apr_1
        plan hash e556761d42ae60ca6705be40b4dc6e6fcb954cd5a55f0970d33a9e64c88cd98a

      To report how it ended
        run executions end exe_1 --status done
        run executions end exe_1 --status failed --note ''
        run executions end exe_1 --status abandoned
      "
    `)
  })

  it.each<[Partial<Execution>, string[]]>([
    [{ status: 'done', ended_by: 'bob', ended_at: 'NOON' }, ['done', 'bob', 'NOON']],
    [{ status: 'failed', ended_by: 'bob', note: 'no\nright' }, ['failed', 'bob', 'Note: no right']],
    [{ status: 'abandoned' }, ['abandoned']],
    [{ status: 'timed_out' }, ['anna', 'run executions end exe_1 --status done']],
  ])('says how it ended: %j', (over, facts) => {
    expect(missingFacts(render(over), ...facts)).toEqual([])
  })

  it('tells what a run has seen after it, and that no run has looked yet', () => {
    const states = ['gone', 'changed', 'still_there', 'unknown'] as const
    const texts = states.map((state) => render({ status: 'done', ...seen(state) }))
    for (const text of texts) {
      expect(missingFacts(text, 'so it is', 'run_2', minutesAfter(3))).toEqual([])
      expect(text).not.toContain('executions end')
    }
    expect(new Set(texts).size).toBe(states.length)
    const section = (text: string) => text.split('\n\n').find((part) => part.startsWith('Outcome'))
    expect(texts.map(section)).toMatchInlineSnapshot(`
      [
        "Outcome
        The problem is over: so it is
        Run run_2 checked this once, at 2026-11-21T08:03:00.000Z. It may change later.",
        "Outcome
        The causes are gone, but something else is wrong: so it is
        Run run_2 checked this once, at 2026-11-21T08:03:00.000Z. It may change later.",
        "Outcome
        The causes are still there: so it is
        Run run_2 checked this once, at 2026-11-21T08:03:00.000Z. It may change later.",
        "Outcome
        The outcome is unknown: so it is
        Run run_2 checked this once, at 2026-11-21T08:03:00.000Z. It may change later.",
      ]
    `)
    expect([render({ status: 'done' }), render({ status: 'failed' })].map(section)).toMatchInlineSnapshot(`
      [
        "Outcome
        No run has checked it yet.",
        undefined,
      ]
    `)
  })

  it('is coloured only where that is wanted, and bears nothing else that a terminal would obey', () => {
    expect(render({}, true)).toContain('\u001b[33mRUNNING')
    const bad = '\u001b[2Jx'
    const text = render({ id: bad, run_id: bad, started_by: bad, plan_hash: bad, note: bad, incident_id: bad })
    expect(text).not.toContain('\u001b')
  })
})
