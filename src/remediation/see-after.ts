import type { Decision } from '#src/domain/decision.ts'
import type { Execution, ObservedAfter } from '#src/domain/execution.ts'
import { refKey } from '#src/domain/resource-ref.ts'

type Cause = Execution['causes'][number]

/**
 * What a run that began after a change says of it. Pure. `healthy` and `recovered` were called so only where everything that could speak
 * against it was seen, so they count as `gone`; a diagnosis that misses the causes that were aimed at does not say that it helped.
 */
export function assessAfterExecution(
  { causes }: Pick<Execution, 'causes'>,
  decision: Decision,
  at: string,
): ObservedAfter {
  const { run_id, outcome, root_causes } = decision
  if (outcome === 'unknown') return { state: 'unknown', because: 'the run after it could not see enough', run_id, at }
  if (outcome !== 'issue') return { state: 'gone', because: `the run after it calls it ${outcome}`, run_id, at }
  const present = new Set(root_causes.map(keyOf))
  const left = causes.find((cause) => present.has(keyOf(cause)))
  if (left) return { state: 'still_there', because: `${left.mechanism} of ${nameOf(left)} is still found`, run_id, at }
  if (causes.length === 0)
    return { state: 'unknown', because: 'something is wrong still, and no cause was aimed at', run_id, at }
  // A pod that was replaced bears another name: the same failure elsewhere in the namespace may be the old one.
  const alike = root_causes.find((root) => causes.some((cause) => isAlike(cause, root)))
  if (alike) return { state: 'unknown', because: `${alike.mechanism} is found at ${nameOf(alike)} now`, run_id, at }
  return { state: 'changed', because: 'its causes are not found any more; something else is wrong', run_id, at }
}

function keyOf({ resource, mechanism }: Cause): string {
  return `${mechanism} ${refKey(resource)}`
}

function isAlike(left: Cause, right: Cause): boolean {
  return left.mechanism === right.mechanism && left.resource.namespace === right.resource.namespace
}

function nameOf({ resource: { kind, name } }: Cause): string {
  return `${kind} ${name}`
}
