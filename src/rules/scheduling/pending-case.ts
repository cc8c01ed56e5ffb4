import type { FindingDraft } from '#src/domain/finding.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import type { Constraint } from './binding-constraint.ts'
import type { Floor } from '#src/rules/kit/placement/misfit.ts'
import type { PendingPods } from './pending-pods.ts'

/** One workload that waits for a node, with what binds it: what the rules about single constraints are given. */
export interface PendingCase {
  waiting: PendingPods
  /** A pod that stands for the others: they come from one template. */
  pod: Pod
  floor: Floor
  constraint: Constraint
}

/** What such a rule answers; resource, severity, evidence and affected pods are the same for all of them. */
export type PendingCause = Pick<FindingDraft, 'mechanism' | 'statement' | 'remedies'> &
  Partial<Pick<FindingDraft, 'blames' | 'resource' | 'confidence' | 'confidence_reason'>>
