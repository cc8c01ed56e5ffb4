import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import type { Deployment, StatefulSet } from '#src/domain/kubernetes/workloads.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'

export const replicasMechanisms = {
  replicas_unavailable: {
    title: 'a workload has fewer ready replicas than it wants',
    category: 'rollout',
    role: 'symptom',
    layer: 'symptom',
    detected: 'A Deployment or StatefulSet has fewer ready pods than it wants, after its pods have had 20 seconds.',
    from: ['.spec.replicas', 'Ready condition of its pods', '.status.readyReplicas where the pods may not be read'],
    suggests: [],
    limits: 'The plainest of all symptoms: it never says why.',
  },
} as const satisfies Declarations

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
  const isYoung = (object: KubernetesObject): boolean =>
    (view.ageOf(object.metadata.creationTimestamp) ?? startup) < startup
  if (isYoung(workload) || (ready > 0 && pods.some(isYoung))) return []
  // Also after a drain or a rollout a pod of seconds has not failed yet.
  const unready = pods.filter((pod) => !isPodReady(pod) && !pod.metadata.deletionTimestamp)
  if (ready + unready.length >= wanted && unready.every((pod) => isYoung(pod) && !hasRestarted(pod))) return []
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

function hasRestarted(pod: Pod): boolean {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  return statuses.some((status) => status.restartCount > 0)
}
