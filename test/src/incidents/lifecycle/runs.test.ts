import { describe, expect, it } from 'vitest'
import { type IncidentEvent, transition } from '#src/incidents/lifecycle.ts'
import type { IncidentState } from '#src/incidents/lifecycle-state.ts'
import { decidedState, incidentState, noon, runningState } from '#test/helpers/incident-state.ts'

type Row = [string, IncidentState, IncidentEvent, Partial<IncidentState>, [string, RegExp][]]

const at = noon + 90_000
const iso = '2026-11-26T12:01:30.000Z'
const free = { owner: null, lease_until: null }
const claimed = { kind: 'claimed', at, owner: 'w2', lease_until: at + 30_000, new_run_id: 'run_new' } as const
const decided = { kind: 'decided', at, outcome: 'issue', summary: 'a variable is missing' } as const
const leaseExpired = { kind: 'lease_expired', at, max_failures: 3, retry_at: at + 5 } as const

const rows: Row[] = [
  [
    'a worker claims it for a new run',
    incidentState({ available_ms: noon + 1, failures: 1 }),
    claimed,
    {
      status: 'running',
      status_reason: null,
      attempt: 1,
      owner: 'w2',
      lease_until: at + 30_000,
      run_id: 'run_new',
      available_ms: 0,
      updated_at: iso,
    },
    [['claimed', /^w2 started a run$/]],
  ],
  [
    'a worker resumes an interrupted run',
    incidentState({ run_id: 'run_1', resumes: true, attempt: 4 }),
    claimed,
    {
      status: 'running',
      status_reason: null,
      attempt: 5,
      owner: 'w2',
      lease_until: at + 30_000,
      resumes: false,
      updated_at: iso,
    },
    [['resumed', /^w2 resumed the interrupted run$/]],
  ],
  [
    'a worker stops and returns the run',
    runningState(),
    { kind: 'released', at },
    {
      ...free,
      status: 'queued',
      status_reason: 'its worker stopped and returned the run, to be resumed',
      resumes: true,
      expires_ms: null,
      updated_at: iso,
    },
    [['interrupted', /^w1 is stopping and returned the run$/]],
  ],
  [
    'its run is decided',
    runningState({ failures: 2 }),
    { ...decided, cause_key: 'cause' },
    {
      ...free,
      status: 'done',
      run_id: null,
      failures: 0,
      outcome: 'issue',
      cause_key: 'cause',
      decided_at: iso,
      decided_ms: at,
      updated_at: iso,
    },
    [['decided', /^issue: a variable is missing$/]],
  ],
  [
    'its run finds nothing wrong',
    runningState(),
    { ...decided, outcome: 'healthy', close: 'the verdict is healthy' },
    {
      ...free,
      status: 'closed',
      status_reason: 'the verdict is healthy',
      closed_at: iso,
      run_id: null,
      outcome: 'healthy',
      decided_at: iso,
      decided_ms: at,
      updated_at: iso,
    },
    [
      ['decided', /^healthy: /],
      ['closed', /^the verdict is healthy$/],
    ],
  ],
  [
    'it was resolved during the run',
    runningState({ close_after: 'the alert is resolved' }),
    decided,
    {
      ...free,
      status: 'closed',
      status_reason: 'the alert is resolved',
      closed_at: iso,
      close_after: null,
      run_id: null,
      outcome: 'issue',
      decided_at: iso,
      decided_ms: at,
      updated_at: iso,
    },
    [
      ['decided', /^issue: /],
      ['closed', /^the alert is resolved$/],
    ],
  ],
  [
    'new information arrived during a run that finds nothing wrong',
    runningState({ rerun_requested: true, rerun_expires_ms: noon + 700_000, priority: 'P2' }),
    { ...decided, outcome: 'healthy', close: 'the verdict is healthy' },
    {
      ...free,
      status: 'queued',
      status_reason: 'new information arrived during the run',
      queued_ms: at,
      claim_rank: at + 120_000,
      expires_ms: noon + 700_000,
      rerun_requested: false,
      rerun_expires_ms: null,
      run_id: null,
      outcome: 'healthy',
      decided_at: iso,
      decided_ms: at,
      updated_at: iso,
    },
    [
      ['decided', /^healthy: /],
      ['rerun_requested', /^new information arrived during the run: it runs again$/],
    ],
  ],
  [
    'its run fails and is tried again',
    runningState({ rerun_requested: true }),
    { kind: 'run_failed', at, why: 'no answer', retry_at: at + 5_000 },
    {
      ...free,
      status: 'queued',
      status_reason: 'no answer',
      run_id: null,
      failures: 1,
      rerun_requested: false,
      available_ms: at + 5_000,
      expires_ms: at + 605_000,
      updated_at: iso,
    },
    [
      ['run_failed', /^no answer$/],
      ['retry', /2026-11-26T12:01:35\.000Z/],
    ],
  ],
  [
    'its run fails for the last time',
    runningState({ failures: 2 }),
    { kind: 'run_failed', at, why: 'no answer' },
    { ...free, status: 'failed', status_reason: 'no answer', run_id: null, failures: 3, updated_at: iso },
    [
      ['run_failed', /^no answer$/],
      ['dead_letter', /^no further attempt: a person can queue it again$/],
    ],
  ],
  [
    'its run fails after it was resolved',
    runningState({ close_after: 'the alert is resolved' }),
    { kind: 'run_failed', at, why: 'no answer', retry_at: at + 5_000 },
    {
      ...free,
      status: 'closed',
      status_reason: 'the alert is resolved',
      closed_at: iso,
      close_after: null,
      run_id: null,
      failures: 1,
      updated_at: iso,
    },
    [
      ['run_failed', /^no answer$/],
      ['closed', /^the alert is resolved$/],
    ],
  ],
  [
    'the lease of its worker expires',
    runningState(),
    leaseExpired,
    {
      ...free,
      status: 'queued',
      status_reason: 'the worker stopped renewing its lease',
      resumes: true,
      failures: 1,
      available_ms: at + 5,
      expires_ms: null,
      updated_at: iso,
    },
    [['interrupted', /the worker stopped renewing its lease \(1 in a row\)$/]],
  ],
  [
    'the lease of its worker expires for the last time',
    runningState({ failures: 2 }),
    leaseExpired,
    {
      ...free,
      status: 'failed',
      status_reason: 'the worker stopped renewing its lease (3 times in a row)',
      failures: 3,
      available_ms: at + 5,
      expires_ms: null,
      updated_at: iso,
    },
    [
      ['interrupted', /\(3 in a row\)$/],
      ['dead_letter', /^no further attempt/],
    ],
  ],
  [
    'it waits too long for its first run',
    incidentState({ expires_ms: at }),
    { kind: 'queue_expired', at },
    { status: 'expired', status_reason: 'no run started within its time in the queue', updated_at: iso },
    [['expired', /^given up: no run started within its time in the queue$/]],
  ],
  [
    'it waits too long for another run',
    decidedState({ status: 'queued', expires_ms: at }),
    { kind: 'queue_expired', at },
    { status: 'done', status_reason: 'no run started within its time in the queue', updated_at: iso },
    [['expired', /the last decision stands$/]],
  ],
  [
    'no further signals arrive',
    decidedState(),
    { kind: 'quiet', at },
    { status: 'closed', status_reason: 'no further signals arrived', closed_at: iso, updated_at: iso },
    [['closed', /^no further signals arrived$/]],
  ],
]

const refused: [string, IncidentState, IncidentEvent][] = [
  ['a claim of a running one', runningState(), claimed],
  ['a claim of a closed one', incidentState({ status: 'closed' }), claimed],
  ['a return of one without a run', incidentState(), { kind: 'released', at }],
  ['a decision about one without a run', decidedState(), decided],
  ['a failure of one without a run', incidentState(), { kind: 'run_failed', at, why: 'no answer' }],
  ['a lease of one without a run', incidentState(), leaseExpired],
  ['expiry before its time', incidentState({ expires_ms: at + 1 }), { kind: 'queue_expired', at }],
  ['expiry of one that never expires', incidentState({ expires_ms: null }), { kind: 'queue_expired', at }],
  ['expiry of a run to resume', incidentState({ resumes: true, expires_ms: 0 }), { kind: 'queue_expired', at }],
  ['expiry of a running one', runningState({ expires_ms: 0 }), { kind: 'queue_expired', at }],
  ['quiet of a queued one', incidentState(), { kind: 'quiet', at }],
]

describe('src/incidents/lifecycle: runs', () => {
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

  it('names the run and the worker in the lines about a run', () => {
    const run = { run_id: 'run_1', actor: 'w1' }
    expect(transition(runningState(), decided).notes).toMatchObject([run])
    expect(transition(runningState(), { kind: 'released', at }).notes).toMatchObject([run])
    expect(transition(incidentState(), claimed).notes).toMatchObject([{ run_id: 'run_new', actor: 'w2' }])
    expect(transition(runningState(), leaseExpired).notes).toMatchObject([{ run_id: 'run_1', actor: undefined }])
  })

  it('keeps waiting for ever what was queued without a limit, also over a retry', () => {
    const event = { kind: 'run_failed', at, why: 'no answer', retry_at: at } as const
    expect(transition(runningState({ expires_ms: null }), event).incident.expires_ms).toBeNull()
  })
})
