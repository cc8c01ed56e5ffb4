import type { Decision } from '#src/domain/decision.ts'
import { refKey } from '#src/domain/resource-ref.ts'

/** What must not move when an incident is told in another way. */
export interface RetoldVerdict {
  outcome: string
  /** `Kind/namespace/name mechanism`, sorted. */
  roots: string[]
  /** Kind and target of the first recommended action. */
  action: string
}

/** The verdict of a decision, with its names mapped through `image`. */
export function verdictOf(decision: Decision, image: (text: string) => string = (text) => text): RetoldVerdict {
  const [first] = decision.recommended_actions
  return {
    outcome: decision.outcome,
    roots: decision.root_causes.map((root) => image(`${refKey(root.resource)} ${root.mechanism}`)).toSorted(),
    action: first ? image(`${first.kind} ${refKey(first.target)}`) : '',
  }
}
