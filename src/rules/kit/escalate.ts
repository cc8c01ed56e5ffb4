import type { Remedy } from '#src/domain/action.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** Ask people: the remedy where only its owner may or can change the thing. `to` names who is asked. */
export function escalate(target: ResourceRef, to: string, ask: string, reason: string): Remedy {
  return { kind: 'escalate', target, params: { to, ask }, reason, risk: 'low', reversible: true }
}
