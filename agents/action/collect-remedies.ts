import { whatIf } from '#src/causes/what-if/what-if.ts'
import { humanKinds, type Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Finding } from '#src/domain/finding.ts'
import { vocabulary } from '#agents/vocabulary.ts'
import { sameRef } from '#src/domain/resource-ref.ts'
import type { EvidenceReader } from '#agents/agent.ts'
import { deriveParamsFrom } from './derive-params-from.ts'
import type { ProposedAction } from '#src/domain/action.ts'

/** Faults that came with a revision and go with it. */
const templateFaults: ReadonlySet<string> = new Set(['application', 'config', 'image', 'probe'])

/**
 * What could be done about one root, best first: its own remedies in their order, then what the consequences on the same workload
 * suggest (a rollback, say). What the picture proves useless is left out. Where the pod template itself is at fault, a rollback to a
 * revision that still serves goes before a change that waits for an answer from a person.
 */
export function collectRemedies(
  root: Finding,
  findings: readonly Finding[],
  view: ClusterView,
  evidence: EvidenceReader,
): ProposedAction[] {
  const own = root.remedies.map((remedy) => proposed(remedy, root, view, evidence))
  const consequences = findings.filter((finding) => finding.id !== root.id && sameRef(finding.resource, root.resource))
  const others = consequences.flatMap((finding) =>
    finding.remedies
      .filter((remedy) => !humanKinds.has(remedy.kind))
      .map((remedy) => proposed(remedy, finding, view, evidence)),
  )
  const all = [...own, ...others]
  const useful = all.filter((action) => action.what_if.would_resolve !== 'no')
  const ordered = useful.length > 0 ? useful : all
  const proven = ordered.find((action) => action.kind === 'rollback' && action.what_if.would_resolve === 'yes')
  const inTemplate = templateFaults.has(vocabulary.entries[root.mechanism].category)
  return proven && inTemplate && waitsForPerson(ordered[0])
    ? [proven, ...ordered.filter((action) => action !== proven)]
    : ordered
}

function waitsForPerson(action: ProposedAction | undefined): boolean {
  return action !== undefined && (action.needs.length > 0 || humanKinds.has(action.kind))
}

function proposed(remedy: Remedy, finding: Finding, view: ClusterView, evidence: EvidenceReader): ProposedAction {
  return {
    finding: finding.id,
    kind: remedy.kind,
    target: remedy.target,
    params: remedy.params,
    params_from: deriveParamsFrom(remedy.params, finding, evidence),
    needs: remedy.needs ?? [],
    reason: remedy.reason,
    risk: remedy.risk,
    reversible: remedy.reversible,
    what_if: remedy.what_if ?? whatIf(remedy, view),
  }
}
