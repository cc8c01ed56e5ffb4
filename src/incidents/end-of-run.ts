import type { Decision } from '#src/domain/decision.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { RunEnd } from './queue-store.ts'

const mostResources = 200

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
  // All roots, for an incident with one cause more than another is not told by that other one.
  const causes = root_causes.map(({ mechanism, resource }) => `${mechanism} ${refKey(resource)}`).toSorted()
  return {
    kind: 'decided',
    decision,
    scope: distinct(resources).slice(0, mostResources),
    ...(causes.length > 0 && outcome === 'issue' && { cause_key: JSON.stringify([incident.cluster ?? '', ...causes]) }),
  }
}

function distinct(resources: readonly ResourceRef[]): ResourceRef[] {
  return [...new Map(resources.map((resource) => [refKey(resource), resource])).values()]
}
