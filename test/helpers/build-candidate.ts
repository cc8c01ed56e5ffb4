import type { Signal } from '#src/domain/signal.ts'
import type { Candidate } from '#src/intake/port.ts'
import { buildSignal } from './build-signal.ts'

let count = 0

/** A candidate about a Deployment that keeps crashing; ids are new each time. */
export function buildCandidate(over: Partial<Candidate> = {}, signal: Partial<Signal> = {}): Candidate {
  count += 1
  const told = buildSignal(signal)
  const { kind, name } = told.resource
  const namespace = told.namespace ?? ''
  return {
    signal_id: `sig_${count}`,
    request: `req_${count}`,
    signal: told,
    fingerprint: `container/${namespace}/${name}`,
    fingerprint_fields: { namespace, workload: `${kind}/${name}`, class: 'container' },
    problem_class: 'container',
    workload: told.resource,
    service: `${namespace}/${name}`,
    priority: 'P3',
    caller: 'alertmanager',
    trace_id: String(count).padStart(32, '0'),
    received_at: '2026-11-26T12:00:00.000Z',
    wants_answer: false,
    new_incident_id: `inc_${count}`,
    ...over,
  }
}
