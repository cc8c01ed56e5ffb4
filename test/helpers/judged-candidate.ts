import type { Signal } from '#src/domain/signal.ts'
import type { Candidate, KnownIncident, QueueLoad } from '#src/intake/port.ts'
import { fingerprint } from '#src/intake/fingerprint.ts'
import { owningWorkload } from '#src/intake/owning-workload.ts'
import { signalPriority } from '#src/intake/priority.ts'
import { buildSignal } from './build-signal.ts'

/** A signal as it comes before the judge. */
export function judgedCandidate(signal: Partial<Signal> = {}, over: Partial<Candidate> = {}): Candidate {
  const built = buildSignal(signal)
  const print = fingerprint(built)
  return {
    signal_id: 'sig_1',
    request: 'req_1',
    signal: built,
    fingerprint: print.fingerprint,
    fingerprint_fields: print.fields,
    problem_class: print.fields['problem'] ?? '',
    workload: owningWorkload(built.resource),
    service: 'payments/gateway',
    priority: signalPriority(built),
    caller: 'test',
    trace_id: '0'.repeat(32),
    received_at: '2026-11-21T12:00:00.000Z',
    wants_answer: false,
    new_incident_id: 'inc_new',
    ...over,
  }
}

/** An incident that the store knows. */
export function buildKnown(over: Partial<KnownIncident> = {}): KnownIncident {
  return {
    id: 'inc_1',
    status: 'done',
    match: 'fingerprint',
    priority: 'P3',
    resource: { kind: 'Deployment', namespace: 'payments', name: 'gateway' },
    signal_count: 5,
    decided_at: '2026-11-21T11:59:00.000Z',
    reported: ['container||Deployment/payments/gateway|'],
    firing: [],
    ...over,
  }
}

/** An idle queue. */
export function buildLoad(over: Partial<QueueLoad> = {}): QueueLoad {
  const queued_before = over.queued ?? 0
  return { queued: 0, queued_before, running: 0, opened_last_minute: 0, service_busy: false, ...over }
}
