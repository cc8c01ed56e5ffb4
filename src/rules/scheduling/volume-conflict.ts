import { refOf } from '#src/domain/cluster-view.ts'
import { matchesNodeTerms } from '#src/domain/kubernetes/label-selector.ts'
import { escalate } from '#src/rules/kit/escalate.ts'
import { instruct } from '#src/rules/kit/instruct.ts'
import { listNames } from '#src/rules/kit/list-names.ts'
import { ownerOf } from '#src/rules/kit/owner-of.ts'
import type { PendingCase, PendingCause } from './pending-case.ts'

/** The pod's volume is bound to nodes that cannot take the pod, or that are gone: the claim is what a person must look at. */
export function volumeConflict({ waiting, pod, floor, constraint }: PendingCase): PendingCause {
  const { view } = floor
  const namespace = pod.metadata.namespace
  const claims = (pod.spec.volumes ?? []).flatMap((volume) => {
    const name = volume.persistentVolumeClaim?.claimName
    const claim = name ? view.get('PersistentVolumeClaim', namespace, name) : undefined
    return claim ? [claim] : []
  })
  const claim =
    claims.find((each) => constraint.misfits.some((misfit) => misfit.key === each.metadata.name)) ?? claims[0]
  const volume = claim?.spec.volumeName ? view.get('PersistentVolume', undefined, claim.spec.volumeName) : undefined
  const terms = volume?.spec.nodeAffinity?.required?.nodeSelectorTerms ?? []
  const places = terms.flatMap((term) =>
    [...(term.matchExpressions ?? []), ...(term.matchFields ?? [])].map(
      (each) => `${each.key} ${(each.values ?? []).join('|')}`,
    ),
  )
  const where = places.length > 0 ? ` (node affinity ${listNames(places)})` : ''
  const isAnywhere = floor.nodes.some((node) => matchesNodeTerms(terms, node.metadata.labels, node.metadata.name))
  const lost = terms
    .flatMap((term) => term.matchExpressions ?? [])
    .filter(({ key }) => key === 'kubernetes.io/hostname')
    .flatMap(({ values = [] }) => values)
    .filter((host) => floor.nodes.every((node) => node.metadata.labels?.['kubernetes.io/hostname'] !== host))
  const target = claim ? refOf(claim) : waiting.workload
  const told = claim
    ? `PersistentVolumeClaim ${claim.metadata.name} is bound to PersistentVolume ${volume?.metadata.name ?? claim.spec.volumeName}${where}`
    : 'Its volume'
  return {
    mechanism: 'volume_node_conflict',
    resource: target,
    statement: `${told}, but ${isAnywhere ? `no node that may take ${waiting.workload.kind} ${waiting.workload.name} matches it` : `no node in the cluster matches it${lost.length > 0 ? ` (node ${listNames(lost)} does not exist)` : ''}`}, so ${waiting.workload.kind} ${waiting.workload.name} stays Pending (volume node affinity conflict)`,
    remedies: [
      escalate(
        target,
        ownerOf(view, waiting.workload),
        `Bring back the node that holds the volume${where}, or say whether its content may be given up and restored from a backup on a new volume.`,
        'the data lie on a volume that only that node can reach',
      ),
      instruct(
        target,
        'recreate_pvc',
        `After its owner confirmed that the data are saved or dispensable: create a new claim on a volume that the nodes can reach and let ${waiting.workload.kind} ${waiting.workload.name} use it.`,
        { reason: 'the pods can only run where their volume can be reached', risk: 'high', reversible: false },
      ),
    ],
  }
}
