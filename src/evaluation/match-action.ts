import { readActionWord } from './action-table.ts'
import type { Answer, AnsweredAction } from './answer.ts'
import { isChanging } from './grade-outcome.ts'
import { advisesForbidden, matchesHumanAction } from './match-human-action.ts'
import { paramsAgree, paramsForbidden } from './match-params.ts'
import { matchesTarget, parseTarget, touchesTarget } from './match-target.ts'
import type { ExpectedAction, Verdict } from './scenario.ts'
import { hasWord } from './words.ts'
import { textForPerson } from './human-words.ts'

/** The condition that an action waits for, where it states one. */
function statedCondition(action: AnsweredAction): string | undefined {
  const { after } = action.params
  return typeof after === 'string' && after.trim() !== '' && !/nothing/i.test(after) ? after : undefined
}

/** An escalation counts where it is about one of the faults: by its target or by its words. */
function isAboutFault(action: AnsweredAction, verdict: Verdict): boolean {
  const text = textForPerson(action)
  const faults = [verdict.resource, ...verdict.additional_faults.map((fault) => fault.resource)]
  return faults.some((fault) => hasWord(text, fault.name))
}

/** True where the first action of an answer is this acceptable one. */
export function isAcceptable(good: ExpectedAction, answer: Answer, verdict: Verdict): boolean {
  const first = answer.recommended_actions[0]
  if (good.kind === 'no_action') return answer.outcome !== 'unknown' && (first === undefined || !isChanging(first))
  if (!first) return false
  if (good.kind === 'escalate') return first.kind === 'escalate' && isAboutFault(first, verdict)
  const reading = readActionWord(good.kind)
  if (!reading) return !isChanging(first) && matchesHumanAction(good, first)
  if (reading.kind !== first.kind || !matchesTarget(parseTarget(good.target), first.target)) return false
  if (good.params['after'] !== undefined && !statedCondition(first)) return false
  return paramsAgree(first, good.params, reading)
}

/** True where the action at this place of the answer is the forbidden one. */
export function isForbidden(bad: ExpectedAction, answer: Answer, index: number): boolean {
  const action = answer.recommended_actions[index]
  if (!action) return false
  if (bad.params['after'] === 'nothing changed' && (index > 0 || statedCondition(action))) return false
  if (!isChanging(action)) return advisesForbidden(bad, action)
  const reading = readActionWord(bad.kind)
  if (reading?.kind !== action.kind) return false
  return touchesTarget(parseTarget(bad.target), action.target) && paramsForbidden(action, bad.params, reading)
}
