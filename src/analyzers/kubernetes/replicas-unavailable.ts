import { type ClusterView, refOf } from '../../domain/cluster-view.ts'
import { objectEvidence } from '../../domain/evidence-draft.ts'
import type { FindingDraft } from '../../domain/finding.ts'
import type { Deployment, StatefulSet } from '../../domain/kubernetes/objects.ts'
import { conditionOf } from './condition-of.ts'
import { draftFinding } from './draft-finding.ts'
import { isPodReady } from './is-pod-ready.ts'
import { severityOf } from './severity-of.ts'

const startup = 20_000

/** The plain symptom of a workload: fewer ready replicas than it wants, once its newest pod has had time to start. */
export function replicasUnavailable(view: ClusterView, workload: Deployment | StatefulSet): FindingDraft[] {
  const wanted = workload.spec.replicas ?? 1
  const pods = view.podsOf(workload)
  const { namespace } = workload.metadata
  // The pods of a Deployment are found through its ReplicaSets.
  const seen = view.covers('Pod', namespace) && (workload.kind !== 'Deployment' || view.covers('ReplicaSet', namespace))
  const ready = seen ? pods.filter(isPodReady).length : (workload.status?.readyReplicas ?? 0)
  if (wanted === 0 || ready >= wanted || workload.metadata.deletionTimestamp) return []
  const ages = [workload, ...pods].map((object) => view.ageOf(object.metadata.creationTimestamp) ?? startup)
  if (Math.min(...ages) < startup && ready > 0) return []
  if ((view.ageOf(workload.metadata.creationTimestamp) ?? startup) < startup) return []
  const available = conditionOf(workload, 'Available')
  const reason = available?.status === 'False' && available.reason ? ` (${available.reason})` : ''
  const { kind } = workload
  const { name } = workload.metadata
  return [
    draftFinding({
      mechanism: 'replicas_unavailable',
      resource: refOf(workload),
      severity: severityOf(view, refOf(workload)),
      confidence: 0.95,
      confidence_reason: seen ? 'counted from the pods' : 'counted by its controller; the pods could not be seen',
      statement: `${kind} ${name} has ${ready} of ${wanted} replicas ready${reason}`,
      evidence: [
        objectEvidence(
          view.snapshot,
          workload,
          '.status.readyReplicas',
          `${kind} ${name} wants ${wanted} replicas, ${ready} of them are ready`,
        ),
      ],
      affects: pods.filter((pod) => !isPodReady(pod)).map(refOf),
      since: available?.lastTransitionTime,
    }),
  ]
}
