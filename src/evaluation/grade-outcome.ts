import { humanKinds } from '#src/domain/action.ts'
import type { Answer, AnsweredAction } from './answer.ts'
import { isHealthy, type Verdict } from './scenario.ts'

/** True where the action would change the cluster: everything but what a person reads. */
export function isChanging(action: AnsweredAction): boolean {
  return ![...humanKinds].some((kind) => kind === action.kind)
}

/** Why the outcome is wrong, or undefined. */
export function outcomeFault(answer: Answer, verdict: Verdict): string | undefined {
  const change = answer.recommended_actions.find(isChanging)
  if (!verdict.needs_action && change) return `no change is needed, recommended ${change.kind}`
  if (!isHealthy(verdict)) return answer.outcome === 'issue' ? undefined : `said ${answer.outcome}, is an issue`
  const calm = answer.outcome === 'healthy' || answer.outcome === 'recovered'
  return calm ? undefined : `said ${answer.outcome}, nothing is wrong`
}
