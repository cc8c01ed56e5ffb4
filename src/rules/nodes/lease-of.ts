import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { Node } from '#src/domain/kubernetes/objects.ts'

/** The heartbeat of a kubelet, as its lease has it. */
export interface Heartbeat {
  /** Milliseconds since it was last renewed. */
  age: number
  renewed: string
  /** Renewed within its time and a little more: the kubelet lives and reaches the API server. */
  isFresh: boolean
  evidence: EvidenceDraft
}

const usualSeconds = 40

/** The lease of a node; undefined where it was not read. A lease that another node of the name held before does not count. */
export function leaseOf(view: ClusterView, node: Node): Heartbeat | undefined {
  const { name, uid } = node.metadata
  const lease = view.get('Lease', 'kube-node-lease', name)
  const renewed = lease?.spec?.renewTime
  const age = view.ageOf(renewed)
  const owner = lease?.metadata.ownerReferences?.find((each) => each.kind === 'Node')
  if (!lease || renewed === undefined || age === undefined || (owner && owner.uid !== uid)) return undefined
  const seconds = lease.spec?.leaseDurationSeconds ?? usualSeconds
  return {
    age,
    renewed,
    isFresh: age < 2 * seconds * 1000,
    evidence: objectEvidence(
      view.snapshot,
      lease,
      '.spec.renewTime',
      `Lease of node ${name}: renewTime ${renewed}, leaseDurationSeconds ${seconds}`,
    ),
  }
}
