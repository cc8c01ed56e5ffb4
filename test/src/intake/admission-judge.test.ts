import { describe, expect, it } from 'vitest'
import type { Verdict } from '#src/intake/port.ts'
import { createJudge } from '#src/intake/admission-judge.ts'
import { judgedCandidate, buildKnown, buildLoad } from '#test/helpers/judged-candidate.ts'

const rules = {
  now: Date.parse('2026-11-21T12:00:00.000Z'),
  ttl_ms: 600_000,
  concurrent: 3,
  max_queued: 100,
  stale_ms: 1_800_000,
  storm_per_minute: 60,
}
const judge = createJudge(rules)
const usual = '2026-11-21T12:10:00.000Z'
const asked = { wants_answer: true }
const old = { decided_at: '2026-11-21T11:29:00.000Z' }

type Row = [
  what: string,
  candidate: ReturnType<typeof judgedCandidate>,
  known: ReturnType<typeof buildKnown> | undefined,
  load: ReturnType<typeof buildLoad>,
  verdict: Record<string, unknown>,
]

const rows: Row[] = [
  [
    'opens a new problem, next in line',
    judgedCandidate(),
    undefined,
    buildLoad(),
    { kind: 'open', status: 'created', expires_at: usual },
  ],
  [
    'opens one that waits behind its service',
    judgedCandidate(),
    undefined,
    buildLoad({ service_busy: true }),
    { kind: 'open', status: 'queued', reason: expect.stringContaining('of its service') },
  ],
  [
    'opens one that waits behind others',
    judgedCandidate(),
    undefined,
    buildLoad({ queued: 2 }),
    { kind: 'open', status: 'queued', reason: expect.stringContaining('2 others') },
  ],
  [
    'opens one that waits for a run to end',
    judgedCandidate(),
    undefined,
    buildLoad({ running: 3 }),
    { kind: 'open', status: 'queued', reason: expect.stringContaining('3 runs') },
  ],
  [
    'keeps a less urgent one longer in a storm',
    judgedCandidate(),
    undefined,
    buildLoad({ opened_last_minute: 60 }),
    {
      kind: 'open',
      status: 'queued',
      reason: expect.stringContaining('many new incidents'),
      expires_at: '2026-11-21T13:00:00.000Z',
    },
  ],
  [
    'treats an urgent one in a storm as ever',
    judgedCandidate({ severity: 'critical' }),
    undefined,
    buildLoad({ opened_last_minute: 600 }),
    { kind: 'open', status: 'created', expires_at: usual },
  ],
  ['refuses what the queue cannot hold', judgedCandidate(), undefined, buildLoad({ queued: 100 }), { kind: 'refuse' }],

  [
    'joins a repeat without a run',
    judgedCandidate(),
    buildKnown(),
    buildLoad(),
    { kind: 'join', wake: false, priority: 'P3' },
  ],
  [
    'joins a repeat while the queue is full',
    judgedCandidate(),
    buildKnown({ status: 'queued' }),
    buildLoad({ queued: 100 }),
    { kind: 'join', wake: false },
  ],
  [
    'wakes for another sort of trouble',
    judgedCandidate({ reason: 'OOMKilled' }),
    buildKnown(),
    buildLoad(),
    { kind: 'join', wake: true, noted: true, reason: expect.stringContaining('something new') },
  ],
  [
    'wakes for a rise of urgency',
    judgedCandidate({ severity: 'critical' }),
    buildKnown(),
    buildLoad(),
    { kind: 'join', wake: true, priority: 'P1', novelty: expect.stringMatching(/\|P1$/) },
  ],
  [
    'does not wake for a fall of urgency',
    judgedCandidate({ severity: 'low' }),
    buildKnown(),
    buildLoad(),
    { kind: 'join', wake: false, priority: 'P3' },
  ],
  [
    'wakes once the decision is old',
    judgedCandidate(),
    buildKnown(old),
    buildLoad(),
    { kind: 'join', wake: true, reason: expect.stringContaining('31 min old') },
  ],
  [
    'wakes for a person who asks',
    judgedCandidate({}, asked),
    buildKnown(),
    buildLoad(),
    { kind: 'join', wake: true, reason: expect.stringContaining('answer') },
  ],
  [
    'answers a person with the run under way',
    judgedCandidate({}, asked),
    buildKnown({ status: 'running' }),
    buildLoad(),
    { kind: 'join', wake: false },
  ],
  [
    'runs again after a run that something new came into',
    judgedCandidate({ reason: 'OOMKilled' }),
    buildKnown({ status: 'running' }),
    buildLoad(),
    { kind: 'join', wake: true, reason: expect.stringContaining('after the run') },
  ],
  [
    'has nothing to wake that waits',
    judgedCandidate({ reason: 'OOMKilled' }),
    buildKnown({ status: 'queued' }),
    buildLoad(),
    { kind: 'join', wake: false, novelty: expect.stringContaining('memory') },
  ],

  [
    'joins a consequence, and wakes for it',
    judgedCandidate({ reason: 'Unhealthy' }),
    buildKnown({ match: 'consequence' }),
    buildLoad(),
    {
      kind: 'join',
      wake: true,
      reason: expect.stringContaining('a consequence of what was found about Deployment gateway'),
    },
  ],
  [
    'opens one for a person who asks about a consequence',
    judgedCandidate({ reason: 'Unhealthy' }, asked),
    buildKnown({ match: 'consequence' }),
    buildLoad(),
    { kind: 'open' },
  ],

  [
    'ends what is resolved',
    judgedCandidate({ state: 'resolved' }),
    buildKnown(),
    buildLoad(),
    { kind: 'resolve', incident_id: 'inc_1' },
  ],
  [
    'ends what is resolved by its own key',
    judgedCandidate({ state: 'resolved', alert_key: 'a' }),
    buildKnown({ match: 'alert_key', firing: ['a'] }),
    buildLoad(),
    { kind: 'resolve' },
  ],
  [
    'does not end what other alerts still tell of',
    judgedCandidate({ state: 'resolved', alert_key: 'a' }),
    buildKnown({ firing: ['a', 'b'] }),
    buildLoad(),
    { kind: 'join', wake: false, reason: expect.stringContaining('1 other alert of') },
  ],
  [
    'does not end the cause with a consequence',
    judgedCandidate({ state: 'resolved' }),
    buildKnown({ match: 'consequence' }),
    buildLoad(),
    { kind: 'join', wake: false },
  ],
  [
    'keeps what is resolved and was not known',
    judgedCandidate({ state: 'resolved' }),
    undefined,
    buildLoad(),
    { kind: 'suppress' },
  ],
  [
    'ends also what is silenced',
    judgedCandidate({ state: 'resolved' }, { covered_by: 'silence x' }),
    buildKnown(),
    buildLoad(),
    { kind: 'resolve' },
  ],

  [
    'suppresses what is silenced',
    judgedCandidate({}, { covered_by: 'silence x' }),
    undefined,
    buildLoad(),
    { kind: 'suppress', reason: expect.stringContaining('silence x') },
  ],
  [
    'suppresses also a silenced repeat',
    judgedCandidate({ reason: 'OOMKilled' }, { covered_by: 'silence x' }),
    buildKnown(),
    buildLoad(),
    { kind: 'suppress' },
  ],
  [
    'keeps a change',
    judgedCandidate({ source: 'github', severity: 'info', reason: 'Push' }),
    undefined,
    buildLoad(),
    { kind: 'suppress', reason: expect.stringContaining('change') },
  ],
  [
    'keeps a line that is no error',
    judgedCandidate({ source: 'log', severity: 'info', reason: undefined }),
    undefined,
    buildLoad(),
    { kind: 'suppress' },
  ],
  [
    'keeps a Normal event',
    judgedCandidate({ event_type: 'Normal', reason: 'Pulled' }),
    undefined,
    buildLoad(),
    { kind: 'suppress' },
  ],
  [
    'opens one for a Normal event about trouble',
    judgedCandidate({ event_type: 'Normal', reason: 'NodeNotReady' }),
    undefined,
    buildLoad(),
    { kind: 'open' },
  ],
  [
    'opens one for a Normal event that a person asks about',
    judgedCandidate({ event_type: 'Normal', reason: 'Pulled' }, asked),
    undefined,
    buildLoad(),
    { kind: 'open' },
  ],
  [
    'joins a Normal event and never wakes for it',
    judgedCandidate({ event_type: 'Normal', reason: 'Pulled' }),
    buildKnown({ match: 'consequence', ...old }),
    buildLoad(),
    { kind: 'join', wake: false },
  ],
]

describe('src/intake/admission-judge', () => {
  it.each(rows)('%s', (_what, candidate, known, load, verdict) => {
    expect(judge(candidate, known, load)).toMatchObject(verdict)
  })

  it('gives every verdict a reason in words', () => {
    for (const [what, candidate, known, load] of rows)
      expect(judge(candidate, known, load).reason.length, what).toBeGreaterThan(10)
  })

  it('notes the 1st, 2nd, 4th, 8th, ... repeat', () => {
    const noted = (signal_count: number) => {
      const verdict: Verdict = judge(judgedCandidate(), buildKnown({ signal_count }), buildLoad())
      return verdict.kind === 'join' && verdict.noted
    }
    expect(Array.from({ length: 20 }, (_, index) => index + 1).filter(noted)).toEqual([1, 2, 4, 8, 16])
  })

  it('wakes once for a problem that is reported again and again', () => {
    const reported = [...buildKnown().reported]
    let woken = 0
    for (let repeat = 0; repeat < 50; repeat++) {
      const verdict = judge(judgedCandidate({ reason: 'OOMKilled' }), buildKnown({ reported }), buildLoad())
      if (verdict.kind !== 'join') throw new Error(verdict.kind)
      if (verdict.wake) woken++
      if (!reported.includes(verdict.novelty)) reported.push(verdict.novelty)
    }
    expect(woken).toBe(1)
  })
})
