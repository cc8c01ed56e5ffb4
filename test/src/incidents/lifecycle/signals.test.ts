import { describe, expect, it } from 'vitest'
import { type IncidentEvent, transition } from '#src/incidents/lifecycle.ts'
import { openIncident } from '#src/incidents/lifecycle-signals.ts'
import type { IncidentState } from '#src/incidents/lifecycle-state.ts'
import { decidedState, incidentState, noon, runningState } from '#test/helpers/incident-state.ts'

const at = noon + 90_000
const iso = '2026-11-26T12:01:30.000Z'
const joined = { kind: 'joined', at, actor: 'grafana', firing: true, novelty: 'BackOff', priority: 'P3' } as const
const rerun = { reason: 'a new reason: OOMKilled', trace_id: 'trace-2', expires_ms: noon + 900_000 }
const resolved = { kind: 'resolved', at, actor: 'grafana', reason: 'the alert is resolved' } as const
const counted = { signal_count: 2, updated_at: iso, last_signal_ms: at }
const twice = [
  ['resolved', 'the alert is resolved'],
  ['closed', 'the alert is resolved'],
]

const rows: [string, IncidentState, IncidentEvent, Partial<IncidentState>, string[][]][] = [
  ['a repeat joins and is counted', incidentState(), joined, counted, []],
  ['a repeat gets a line', incidentState(), { ...joined, noted: 'again' }, counted, [['joined', 'again']]],
  [
    'a signal reports something new',
    incidentState(),
    { ...joined, novelty: 'OOMKilled' },
    { ...counted, reported: ['BackOff', 'OOMKilled'] },
    [],
  ],
  [
    'a signal raises the priority, and with it the place in the queue',
    incidentState(),
    { ...joined, priority: 'P1' },
    { ...counted, priority: 'P1', claim_rank: noon },
    [],
  ],
  ['a signal of lower priority changes no priority', incidentState(), { ...joined, priority: 'P5' }, counted, []],
  [
    'a signal fires again after the problem was resolved',
    runningState({ close_after: 'the alert is resolved' }),
    joined,
    { ...counted, close_after: null },
    [],
  ],
  [
    'a signal that does not fire leaves the end of the run',
    runningState({ close_after: 'over' }),
    { ...joined, firing: false },
    counted,
    [],
  ],
  [
    'another run is needed after the one under way',
    runningState(),
    { ...joined, rerun },
    { ...counted, next_trace_id: 'trace-2', rerun_requested: true, rerun_expires_ms: noon + 900_000 },
    [['rerun_requested', 'a new reason: OOMKilled']],
  ],
  [
    'one that waits may wait longer',
    incidentState(),
    { ...joined, rerun },
    { ...counted, next_trace_id: 'trace-2', expires_ms: noon + 900_000 },
    [['rerun_requested', 'a new reason: OOMKilled']],
  ],
  [
    'one that waits never waits shorter',
    incidentState({ expires_ms: noon + 950_000 }),
    { ...joined, rerun },
    { ...counted, next_trace_id: 'trace-2' },
    [['rerun_requested', 'a new reason: OOMKilled']],
  ],
  [
    'a decided one is queued again',
    decidedState(),
    { ...joined, rerun, priority: 'P2' },
    {
      ...counted,
      status: 'queued',
      status_reason: 'a new reason: OOMKilled',
      priority: 'P2',
      next_trace_id: 'trace-2',
      queued_ms: at,
      claim_rank: at + 120_000,
      expires_ms: noon + 900_000,
    },
    [['rerun_requested', 'a new reason: OOMKilled']],
  ],
  [
    'a waiting one is resolved',
    incidentState({ resumes: true }),
    resolved,
    { ...counted, status: 'closed', status_reason: 'the alert is resolved', closed_at: iso, resumes: false },
    twice,
  ],
  [
    'a decided one is resolved',
    decidedState(),
    resolved,
    { ...counted, status: 'closed', status_reason: 'the alert is resolved', closed_at: iso },
    twice,
  ],
  [
    'a running one is resolved: its run ends first',
    runningState(),
    resolved,
    { ...counted, close_after: 'the alert is resolved' },
    [['resolved', 'the alert is resolved']],
  ],
  ['an alert fires', incidentState(), { kind: 'alert_fired', alert_key: 'a' }, { firing: ['a'] }, []],
  [
    'an alert clears',
    incidentState({ firing: ['a', 'b'] }),
    { kind: 'alert_cleared', alert_key: 'a' },
    { firing: ['b'] },
    [],
  ],
]

const refused: [string, IncidentState, IncidentEvent][] = [
  ['a signal for a closed one', incidentState({ status: 'closed' }), joined],
  ['a signal for a dead letter', incidentState({ status: 'failed' }), joined],
  ['a resolution of an expired one', incidentState({ status: 'expired' }), resolved],
  ['an alert that fires already', incidentState({ firing: ['a'] }), { kind: 'alert_fired', alert_key: 'a' }],
  ['an alert that does not fire', incidentState(), { kind: 'alert_cleared', alert_key: 'a' }],
]

describe('src/incidents/lifecycle: signals', () => {
  it('opens an incident with its first signal', () => {
    const opening = { id: 'inc_1', at: noon, actor: 'grafana', reason: 'it is new', novelty: 'BackOff' }
    const rest = { priority: 'P3', trace_id: 'trace-1', expires_ms: noon + 600_000 } as const
    const { incident, notes } = openIncident({ ...opening, ...rest })
    expect(incident).toEqual(incidentState())
    expect(notes).toEqual([{ at: '2026-11-26T12:00:00.000Z', kind: 'opened', text: 'it is new', actor: 'grafana' }])
  })

  it.each(rows)('%s', (_name, before, event, changes, lines) => {
    const { incident, notes } = transition(before, event)
    expect(incident).toEqual({ ...before, ...changes })
    expect(notes).toEqual(lines.map(([kind, text]) => ({ at: iso, kind, text, actor: 'grafana' })))
  })

  it.each(refused)('does not change with %s', (_name, before, event) => {
    const { incident, notes } = transition(before, event)
    expect(incident).toBe(before)
    expect(notes).toEqual([])
  })

  it('bounds what it remembers: the latest reports, and a mark for alerts above the limit', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`)
    const { incident } = transition(incidentState({ reported: many(64) }), { ...joined, novelty: 'new' })
    expect(incident.reported).toEqual([...many(64).slice(1), 'new'])
    const full = transition(incidentState({ firing: many(256) }), { kind: 'alert_fired', alert_key: 'new' }).incident
    expect(full.firing).toEqual([...many(256), '(more)'])
    const still = transition(full, { kind: 'alert_cleared', alert_key: 'k0' }).incident
    expect(still.firing).toHaveLength(256)
    expect(still.firing).toContain('(more)')
  })
})
