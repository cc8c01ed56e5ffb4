import { humanKinds } from '#src/domain/action.ts'
import { readActionWord } from './action-table.ts'
import type { Answer, AnsweredAction } from './answer.ts'
import { isChanging } from './grade-outcome.ts'
import { isAcceptable, isForbidden } from './match-action.ts'
import type { Verdict } from './scenario.ts'

/** An action in a few words, for the reasons of a grade. */
function describeAction(action: AnsweredAction): string {
  const { kind, namespace, name } = action.target
  return `${action.kind} ${[kind, namespace, name].filter(Boolean).join('/')} ${JSON.stringify(action.params)}`
}

/** Why the first action is not acceptable, or undefined. */
export function actionFault(answer: Answer, verdict: Verdict): string | undefined {
  if (verdict.good_actions.some((good) => isAcceptable(good, answer, verdict))) return undefined
  const first = answer.recommended_actions[0]
  const wanted = verdict.good_actions.map((good) => `${good.kind} ${good.target}`).join(' | ')
  return `first action: ${first ? describeAction(first) : 'none'}; acceptable: ${wanted}`
}

/**
 * Whether an executable kind comes first where one is acceptable; undefined where none of the acceptable ones is executable.
 */
export function executableFirst(answer: Answer, verdict: Verdict): boolean | undefined {
  const possible = verdict.good_actions.some((good) => {
    const kind = readActionWord(good.kind)?.kind
    return kind !== undefined && !humanKinds.has(kind)
  })
  if (!possible) return undefined
  const first = answer.recommended_actions[0]
  return first !== undefined && isChanging(first) && actionFault(answer, verdict) === undefined
}

/** The recommended actions that the verdict forbids, in words. */
export function harms(answer: Answer, verdict: Verdict): string[] {
  return answer.recommended_actions
    .filter((_, index) => verdict.bad_actions.some((bad) => isForbidden(bad, answer, index)))
    .map(describeAction)
}
