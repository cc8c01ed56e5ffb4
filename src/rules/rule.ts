import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import type { MechanismDeclaration } from './kit/mechanisms.ts'

/** A rule over the snapshot of the cluster: pure, no I/O, no clock of its own (`view.now`). `Name`: the mechanisms that it declares. */
export interface Rule<Name extends Mechanism = never> {
  /** As it stands in the report of a rule that failed. */
  name: string
  /** The mechanisms that it finds and declares. A mechanism that several rules find is declared by the one that owns it. */
  finds: Readonly<Record<Name, MechanismDeclaration>>
  /** Mechanisms that it finds too, and that another rule declares. */
  alsoFinds?: readonly Mechanism[]
  find: (view: ClusterView) => FindingDraft[]
}

/** The mechanisms that a rule declares. */
export type DeclaredBy<R> = R extends Rule<infer Name> ? Name : never

/** Declares a rule with what it finds. Rules never suppress each other: each reports what it sees. */
export function defineRule<Name extends Mechanism>(rule: Rule<Name>): Rule<Name> {
  return rule
}
