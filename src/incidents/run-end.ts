import { CodedError } from '#src/domain/coded-error.ts'
import type { Decision } from '#src/domain/decision.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { Investigation, RunEnd } from './port.ts'

/* What a run ends with: its decision and what follows from it, or the answer where the run itself failed. Pure. */

const maxResources = 200

/**
 * How a decision ends its run. Where nothing is wrong (any more) the incident is over; else it stays open, and its cause graph says
 * which later signals are consequences (`scope`) and which other incidents have the same cause (`cause_key`).
 */
export function endOfRun(incident: Incident, decision: Decision): RunEnd {
  const { outcome, causal_chain, root_causes } = decision
  if (outcome === 'healthy' || outcome === 'recovered')
    return { kind: 'decided', decision, close: `the verdict is ${outcome}`, scope: [] }
  const resources = [
    ...root_causes.map((root) => root.resource),
    ...causal_chain.flatMap(({ from, to }) => [from.resource, to.resource]),
  ]
  // All roots: an incident with one more cause than another is not the same problem.
  const causes = root_causes.map(({ mechanism, resource }) => `${mechanism} ${refKey(resource)}`).toSorted()
  return {
    kind: 'decided',
    decision,
    scope: distinct(resources).slice(0, maxResources),
    ...(causes.length > 0 && outcome === 'issue' && { cause_key: JSON.stringify([incident.cluster ?? '', ...causes]) }),
  }
}

function distinct(resources: readonly ResourceRef[]): ResourceRef[] {
  return [...new Map(resources.map((resource) => [refKey(resource), resource])).values()]
}

/** The decision where the run itself failed: unknown, with the gap, and without a stack trace. */
export function failedDecision(
  request: Pick<Investigation, 'incident' | 'run_id' | 'trace_id'>,
  error: unknown,
  ms: number,
): Decision {
  const { incident, run_id, trace_id } = request
  const { kind, namespace, name } = incident.resource
  const why = error instanceof CodedError ? error.message : 'an unexpected error; the log has it under the trace id'
  return {
    incident_id: incident.id,
    run_id,
    trace_id,
    outcome: 'unknown',
    summary: `The investigation of ${kind} ${namespace ? `${namespace}/` : ''}${name} failed: ${why}`.slice(0, 400),
    classification: { category: 'unknown', severity: 'P3', service: name, confidence: 0 },
    root_causes: [],
    causal_chain: [],
    evidence: [],
    recommended_actions: [],
    gaps: [{ what: 'the investigation as a whole', why, needs: 'another try, or the log of the service' }],
    confidence: 0,
    stopped_by: 'critical_error',
    team_reports: [],
    usage: { turns: 0, tool_calls: 0, model_tokens: 0 },
    timings_ms: { total: ms },
  }
}

const firstBackOffMs = 5_000
const longestBackOffMs = 5 * 60_000

/** How long to wait after this many failed attempts (1, 2, ...): four times as long each time, up to a quarter longer at random. */
export function backOff(failures: number, random: () => number): number {
  const plain = Math.min(longestBackOffMs, firstBackOffMs * 4 ** (failures - 1))
  return Math.round(plain * (1 + random() / 4))
}
