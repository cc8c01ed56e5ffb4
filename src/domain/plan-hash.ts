import { createHash } from 'node:crypto'
import type { RecommendedAction } from './action.ts'
import { canonicalJson } from '#src/util/canonical-json.ts'
import type { Evidence } from './evidence.ts'
import { refKey } from './resource-ref.ts'

/**
 * What an approval is bound to: SHA-256 over the canonical JSON of the incident, the kind of change, its target and its parameters. With
 * the target's uid where a fact of the decision was read from it, so that an object of the same name that came later is another plan.
 * What is said about a change (reason, risk, ids) is not part of it: a later run that comes to the same change has the same plan.
 */
export function planHash(
  { kind, target, params }: Pick<RecommendedAction, 'kind' | 'target' | 'params'>,
  { incident_id, evidence }: { incident_id: string; evidence: readonly Evidence[] },
): string {
  const plan = { incident_id, kind, target, params, target_uid: uidOf(refKey(target), evidence) }
  return createHash('sha256').update(canonicalJson(plan)).digest('hex')
}

function uidOf(target: string, evidence: readonly Evidence[]): string | undefined {
  for (const { ref } of evidence)
    if ('object' in ref && ref.object.uid !== undefined && refKey(ref.object) === target) return ref.object.uid
  return undefined
}
