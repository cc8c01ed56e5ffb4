import { describe, expect, it } from 'vitest'
import { type IncidentEvent, transition } from '#src/incidents/lifecycle.ts'
import type { IncidentState } from '#src/incidents/lifecycle-state.ts'
import { decidedState, incidentState, noon, runningState } from '#test/helpers/incident-state.ts'

const at = noon + 90_000
const iso = '2026-11-26T12:01:30.000Z'
const unclaimed = {
  owner: null,
  lease_until: null,
  run_id: null,
  resumes: false,
  rerun_requested: false,
  close_after: null,
}
const closedByAnna = { kind: 'closed', at, actor: 'anna', reason: 'known, harmless' } as const
const requeued = {
  kind: 'requeued',
  at,
  actor: 'anna',
  reason: 'a person queued it again',
  trace_id: 'trace-2',
  expires_ms: noon + 900_000,
  from: ['done', 'failed', 'expired', 'closed'],
} as const
const change = {
  kind: 'change_carried_out',
  at,
  actor: 'anna',
  execution_id: 'exe_1',
  trace_id: 'trace-2',
  expires_ms: noon + 900_000,
} as const
const later = incidentState({
  id: 'inc_2',
  status: 'done',
  priority: 'P1',
  signal_count: 3,
  reported: ['OOMKilled'],
  firing: ['b'],
  last_signal_ms: noon + 50,
  next_trace_id: 'trace-2',
  expires_ms: noon + 900_000,
})
const absorbed = { kind: 'absorbed', at, later } as const
const takenOver = {
  priority: 'P1',
  signal_count: 4,
  reported: ['BackOff', 'OOMKilled'],
  firing: ['a', 'b'],
  last_signal_ms: noon + 50,
  updated_at: iso,
} as const
const queuedAgain = {
  ...unclaimed,
  status: 'queued',
  queued_ms: at,
  claim_rank: at + 240_000,
  available_ms: 0,
  expires_ms: noon + 900_000,
  failures: 0,
  next_trace_id: 'trace-2',
  closed_at: null,
  merged_into: null,
  last_signal_ms: at,
  updated_at: iso,
} as const

const rows: [string, IncidentState, IncidentEvent, Partial<IncidentState>, [string, RegExp][]][] = [
  [
    'it takes over a later incident of the same cause',
    decidedState({ firing: ['a'] }),
    absorbed,
    { ...takenOver, claim_rank: noon },
    [['merged', /^merged with inc_2: the same cause$/]],
  ],
  [
    'it takes over the run that the later one waits for',
    decidedState({ firing: ['a'] }),
    { ...absorbed, later: { ...later, status: 'queued' } },
    {
      ...takenOver,
      status: 'queued',
      queued_ms: at,
      claim_rank: at,
      expires_ms: noon + 900_000,
      next_trace_id: 'trace-2',
    },
    [['merged', /inc_2/]],
  ],
  [
    'it takes over that run after its own, which is under way',
    runningState({ firing: ['a'] }),
    { ...absorbed, later: { ...later, status: 'queued' } },
    {
      ...takenOver,
      claim_rank: noon,
      rerun_requested: true,
      rerun_expires_ms: noon + 900_000,
      next_trace_id: 'trace-2',
    },
    [['merged', /inc_2/]],
  ],
  [
    'it waits for a run already when it takes over another',
    incidentState({ firing: ['a'], priority: 'P1', claim_rank: noon }),
    { ...absorbed, later: { ...later, status: 'queued' } },
    takenOver,
    [['merged', /inc_2/]],
  ],
  [
    'it is merged into an earlier one',
    decidedState(),
    { kind: 'merged', at, into: 'inc_0' },
    { status: 'closed', status_reason: 'same cause as inc_0', merged_into: 'inc_0', closed_at: iso, updated_at: iso },
    [
      ['merged', /^merged into inc_0: the same cause$/],
      ['closed', /^continues as inc_0$/],
    ],
  ],
  [
    'a person closes it while it runs',
    runningState({ rerun_requested: true }),
    closedByAnna,
    { ...unclaimed, status: 'closed', status_reason: 'known, harmless', closed_at: iso, updated_at: iso },
    [['closed', /^known, harmless$/]],
  ],
  [
    'a person queues a dead letter again',
    incidentState({ status: 'failed', failures: 3, run_id: 'run_1', available_ms: at }),
    requeued,
    { ...queuedAgain, status_reason: 'a person queued it again' },
    [['requeued', /^a person queued it again$/]],
  ],
  [
    'a person queues a merged incident again',
    incidentState({ status: 'closed', closed_at: iso, merged_into: 'inc_0' }),
    requeued,
    { ...queuedAgain, status_reason: 'a person queued it again' },
    [['requeued', /./]],
  ],
  [
    'a change was carried out on a decided one',
    decidedState({ failures: 1 }),
    change,
    { ...queuedAgain, status_reason: 'checks the outcome of exe_1' },
    [['rerun_requested', /^a run will check the outcome of the change$/]],
  ],
  [
    'a change was carried out on a closed one',
    incidentState({ status: 'closed', closed_at: iso }),
    change,
    { ...queuedAgain, status_reason: 'checks the outcome of exe_1' },
    [['rerun_requested', /./]],
  ],
  [
    'a change was carried out during a run, which started before it',
    runningState(),
    change,
    { rerun_requested: true, rerun_expires_ms: noon + 900_000, next_trace_id: 'trace-2' },
    [['rerun_requested', /./]],
  ],
  [
    'a change was carried out before an interrupted run is resumed',
    incidentState({ resumes: true, run_id: 'run_1' }),
    change,
    { rerun_requested: true, rerun_expires_ms: noon + 900_000, next_trace_id: 'trace-2' },
    [['rerun_requested', /./]],
  ],
  ['a change was carried out before a run that waits', incidentState(), change, {}, [['rerun_requested', /./]]],
  [
    'a person rates its decision',
    decidedState(),
    { kind: 'feedback', feedback: { at: iso, by: 'anna', verdict: 'partly', run_id: 'run_1' } },
    {},
    [['feedback', /^anna rated the decision as partly right$/]],
  ],
]

const refused: [string, IncidentState, IncidentEvent][] = [
  ['being merged once it is closed', incidentState({ status: 'closed' }), { kind: 'merged', at, into: 'inc_0' }],
  ['being closed twice', incidentState({ status: 'closed' }), closedByAnna],
  ['being queued again while it runs', runningState(), requeued],
  ['being queued again from a status that is not named', decidedState(), { ...requeued, from: ['failed'] }],
]

describe('src/incidents/lifecycle', () => {
  it.each(rows)('%s', (_name, before, event, changes, lines) => {
    const { incident, notes } = transition(before, event)
    expect(incident).toEqual({ ...before, ...changes })
    expect(notes.map(({ kind }) => kind)).toEqual(lines.map(([kind]) => kind))
    for (const [index, [, text]] of lines.entries()) expect(notes[index]?.text).toMatch(text)
    expect(new Set(notes.map((note) => note.at))).toEqual(new Set([iso]))
  })

  it.each(refused)('does not allow %s', (_name, before, event) => {
    const { incident, notes } = transition(before, event)
    expect(incident).toBe(before)
    expect(notes).toEqual([])
  })

  it('names the person in the lines of what people do', () => {
    for (const event of [closedByAnna, { ...requeued, from: ['done'] }, change] as const)
      expect(transition(decidedState(), event).notes).toMatchObject([{ actor: 'anna' }])
  })
})
