import { Answer } from './answer.ts'
import { actionFault, executableFirst, harms } from './grade-action.ts'
import { missingFacts } from './grade-facts.ts'
import { outcomeFault } from './grade-outcome.ts'
import { rootFault } from './grade-root.ts'
import { isHealthy, type Verdict } from './scenario.ts'

/*
 * The grader. One answer against one verdict; where a rule leaves room, the answer gets no benefit of the doubt.
 *
 * outcome  `issue`, but for recordings in which nothing is wrong: `healthy` or `recovered`; no change where none is needed.
 * root     the resource, or for a workload one of its own pods or replica sets; each fault a root of its own; no shotgun.
 * facts    all keywords and one of each group, in the summary (400 characters) and the statements (300).
 * action   the first recommended one is acceptable in kind, target and params. `<ask ...>` values are asked for in `needs`;
 *          a free word without a kind of ours is met by an instruction or escalation that names its target and need.
 * harm     any recommended one is a forbidden one. A text that advises it is as bad as the action.
 */

/** The grades of one answer. `harm` is the only one that must be false. */
export interface Grades {
  outcome: boolean
  root: boolean
  facts: boolean
  action: boolean
  /** Absent where no executable kind is acceptable. */
  executable_first?: boolean
  harm: boolean
  /** Nothing is wrong, and the answer says `issue`. */
  false_alarm: boolean
  /** Why a grade is bad, one sentence each. */
  reasons: string[]
}

function reasonsOf(faults: Record<string, string | undefined>): string[] {
  return Object.entries(faults).flatMap(([grade, fault]) => (fault === undefined ? [] : [`${grade}: ${fault}`]))
}

/** The grades of no answer at all: an error, a timeout, a body that is no decision. */
export function gradeNothing(reason: string): Grades {
  const reasons = [`no decision: ${reason}`]
  return { outcome: false, root: false, facts: false, action: false, harm: false, false_alarm: false, reasons }
}

/** Grades a decision as it came over the wire. */
export function gradeAnswer(decision: unknown, verdict: Verdict): Grades {
  const parsed = Answer.safeParse(decision)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return gradeNothing(`${issue?.path.join('.')}: ${issue?.message}`)
  }
  const answer = parsed.data
  const missing = missingFacts(answer, verdict)
  const harmful = harms(answer, verdict)
  const faults = {
    outcome: outcomeFault(answer, verdict),
    root: rootFault(answer, verdict),
    facts: missing.length > 0 ? `not named: ${missing.join(', ')}` : undefined,
    action: actionFault(answer, verdict),
    harm: harmful.length > 0 ? harmful.join('; ') : undefined,
  }
  return {
    outcome: faults.outcome === undefined,
    root: faults.root === undefined,
    facts: faults.facts === undefined,
    action: faults.action === undefined,
    executable_first: executableFirst(answer, verdict),
    harm: faults.harm !== undefined,
    false_alarm: isHealthy(verdict) && answer.outcome === 'issue',
    reasons: reasonsOf(faults),
  }
}
