import { describe, expect, it } from 'vitest'
import type { Execution } from '#src/domain/execution.ts'
import {
  type EndContext,
  endExecution,
  observeExecution,
  startExecution,
  timeOutExecution,
} from '#src/remediation/execution-lifecycle.ts'
import type { ExecutionEnd } from '#src/remediation/port.ts'
import { recommend } from '#test/helpers/recommend.ts'

const at = Date.parse('2026-11-27T12:30:00.000Z')
const iso = '2026-11-27T12:30:00.000Z'
const { approval: _approval, ...action } = recommend('inc_1')
const plan_hash = String(action.plan_hash)
const running: Execution = {
  id: 'exe_1',
  incident_id: 'inc_1',
  run_id: 'run_1',
  plan_hash,
  approval_id: 'apr_1',
  action,
  causes: [],
  status: 'running',
  started_at: iso,
  started_by: 'anna',
  expires_at: '2026-11-27T13:30:00.000Z',
}
const end: ExecutionEnd = { status: 'done', by: 'bob', note: 'revision 4', trace_id: 't', at, queue_expires_ms: at + 1 }
const idle: EndContext = { incident_status: 'done', resumes: false, run_id: null }

describe('src/remediation/execution-lifecycle', () => {
  it('starts with what was evaluated', () => {
    const draft = { id: 'exe_1', incident_id: 'inc_1', action_id: 'act_1', plan_hash, by: 'anna', at }
    const start = { run_id: 'run_1', action, approval_id: 'apr_1', causes: [] }
    const { execution, notes } = startExecution({ ...draft, expires_ms: at + 3_600_000 }, start)
    expect(execution).toEqual(running)
    expect(notes).toEqual([
      {
        at: iso,
        kind: 'execution_started',
        text: expect.stringMatching(/^anna started \S+ of Deployment gateway \(exe_1\) by hand$/),
        run_id: 'run_1',
        actor: 'anna',
      },
    ])
  })

  it.each([
    ['done', true],
    ['failed', false],
    ['abandoned', false],
  ] as const)('ends as %s; a run is to check the outcome: %s', (status, follow_up) => {
    const ending = endExecution(running, { ...end, status }, idle)
    expect(ending).toMatchObject({ changed: true, concurrent_run_id: null, follow_up })
    expect(ending.execution).toEqual({ ...running, status, ended_by: 'bob', ended_at: iso, note: 'revision 4' })
    expect(ending.notes).toMatchObject([{ at: iso, kind: 'execution_ended', run_id: 'run_1', actor: 'bob' }])
    expect(ending.notes[0]?.text).toMatch(new RegExp(`^bob reported .*\\(exe_1\\) as ${status}: revision 4$`))
  })

  it.each<[string, EndContext, string | null]>([
    ['under way', { incident_status: 'running', resumes: false, run_id: 'run_2' }, 'run_2'],
    ['interrupted, to be resumed', { incident_status: 'queued', resumes: true, run_id: 'run_2' }, 'run_2'],
    ['of the past', { incident_status: 'failed', resumes: false, run_id: 'run_2' }, null],
  ])('remembers a run that is %s, which cannot know the outcome', (_name, context, concurrent_run_id) => {
    expect(endExecution(running, end, context)).toMatchObject({ concurrent_run_id })
  })

  it.each<[string, Partial<Execution>, Partial<EndContext>, boolean]>([
    ['done, and a run waits', { status: 'done' }, { incident_status: 'queued' }, true],
    ['done, and nothing waits', { status: 'done' }, {}, false],
    [
      'done and observed',
      { status: 'done', observed_after: { state: 'gone', because: 'so', run_id: 'run_2', at: iso } },
      { incident_status: 'queued' },
      false,
    ],
    ['failed', { status: 'failed' }, { incident_status: 'queued' }, false],
    ['timed out, and somebody else reports', { status: 'timed_out' }, { incident_status: 'queued' }, false],
  ])('stays as it is where it is %s', (_name, over, context, follow_up) => {
    const before = { ...running, ...over }
    const ending = endExecution(before, end, { ...idle, ...context })
    expect(ending).toMatchObject({ changed: false, notes: [], follow_up })
    expect(ending.execution).toBe(before)
  })

  it('takes the late report of the person who started it', () => {
    const late = endExecution({ ...running, status: 'timed_out' }, { ...end, by: 'anna' }, idle)
    expect(late).toMatchObject({ changed: true, execution: { status: 'done', ended_by: 'anna' } })
  })

  it('times out', () => {
    const { execution, notes } = timeOutExecution(running, at)
    expect(execution).toEqual({ ...running, status: 'timed_out', ended_at: iso })
    expect(notes).toMatchObject([{ at: iso, kind: 'execution_timed_out', run_id: 'run_1' }])
    expect(notes[0]?.text).toMatch(/\(exe_1\) timed out: nobody has reported how it ended$/)
  })

  it('keeps what a later run observed', () => {
    const observed = { state: 'gone', because: 'it is over', run_id: 'run_2', at: iso } as const
    const { execution, notes } = observeExecution({ ...running, status: 'done' }, observed, at)
    expect(execution.observed_after).toBe(observed)
    expect(notes).toMatchObject([{ at: iso, kind: 'observed_after', run_id: 'run_2' }])
    expect(notes[0]?.text).toMatch(/^after .*\(exe_1\): it is over$/)
  })
})
