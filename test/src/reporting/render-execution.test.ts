import { describe, expect, it } from 'vitest'
import type { Execution } from '#src/domain/execution.ts'
import { commandLine } from '#src/reporting/command-line.ts'
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
      "RUNNING  rollback Deployment/gateway in payments
      anna began 4m ago (2026-11-21T08:00:00.000Z).
      How it ended can be told for 56m (until 2026-11-21T09:00:00.000Z); nobody else may begin
      on the same target meanwhile.

      Plan
        rollback Deployment/gateway in payments
          to_revision = 4
        the revision before ran well
        risk medium, reversible
        would it resolve this? yes: the image of that revision is there
        guard: needs approval
          - policy: a person approves every change

      To remove
        Deployment/gateway in payments: missing_env

      Record
        execution exe_1, incident inc_1, run run_1, approval apr_1
        plan hash e556761d42ae60ca6705be40b4dc6e6fcb954cd5a55f0970d33a9e64c88cd98a

      To say how it ended
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
    const section = (text: string) => text.split('\n\n').find((part) => part.startsWith('Seen after it'))
    expect(texts.map(section)).toMatchInlineSnapshot(`
      [
        "Seen after it
        the problem is over: so it is
        one look of run run_2 at 2026-11-21T08:03:00.000Z; no proof that it lasts",
        "Seen after it
        what was aimed at is gone, and something else is wrong: so it is
        one look of run run_2 at 2026-11-21T08:03:00.000Z; no proof that it lasts",
        "Seen after it
        what was aimed at is still there: so it is
        one look of run run_2 at 2026-11-21T08:03:00.000Z; no proof that it lasts",
        "Seen after it
        not known: so it is
        one look of run run_2 at 2026-11-21T08:03:00.000Z; no proof that it lasts",
      ]
    `)
    expect([render({ status: 'done' }), render({ status: 'failed' })].map(section)).toMatchInlineSnapshot(`
      [
        "Seen after it
        no run has looked since",
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
