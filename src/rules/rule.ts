import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import type { Declarations } from './kit/mechanisms.ts'

/** A rule over the snapshot of the cluster: pure, no I/O, no clock of its own (`view.now`). */
export interface Rule<Finds extends Declarations = Declarations> {
  /** As it stands in the report of a rule that failed. */
  name: string
  /** The mechanisms that it declares. A mechanism that several rules find is declared by the one that owns it. */
  finds: Finds
  /** Mechanisms that it finds too, and that another rule declares. */
  alsoFinds?: readonly Mechanism[]
  find: (view: ClusterView) => FindingDraft[]
}

/** Declares a rule with what it finds. Rules never suppress each other: each reports what it sees. */
export function defineRule<const Finds extends Declarations>(rule: Rule<Finds>): Rule<Finds> {
  return rule
}
