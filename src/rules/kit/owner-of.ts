import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

const ownerLabels = ['team', 'owner', 'app.kubernetes.io/managed-by-team']

/** Who looks after an object, for an escalation: the team that its labels or its namespace's name, else "the owners of ...". */
export function ownerOf(view: ClusterView, ref: ResourceRef): string {
  const labelled = [view.find(ref), ref.namespace ? view.get('Namespace', undefined, ref.namespace) : undefined]
  for (const object of labelled)
    for (const label of ownerLabels) {
      const team = object?.metadata.labels?.[label]
      if (team) return `team ${team}`
    }
  return `the owners of ${ref.kind} ${ref.name}`
}
