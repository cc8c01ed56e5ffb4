import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { instruct } from '#src/rules/kit/actions.ts'

const patience = 30_000
const usual = 'default-scheduler'

/** Pods that no scheduler has even looked at: no node, no condition, no event. Mostly the named scheduler does not run. */
export function unnoticed(view: ClusterView): FindingDraft[] {
  const pods = view.list('Pod').filter((pod) => {
    if (pod.spec.nodeName || pod.metadata.deletionTimestamp || pod.status?.phase !== 'Pending') return false
    return !conditionOf(pod, 'PodScheduled') && (view.ageOf(pod.metadata.creationTimestamp) ?? 0) > patience
  })
  const groups = [...Map.groupBy(pods, (pod) => refKey(view.workloadOf(pod))).values()]
  return groups.flatMap((group) => {
    const [pod] = group
    if (!pod) return []
    const workload = view.workloadOf(pod)
    const scheduler = pod.spec.schedulerName ?? usual
    return [
      draftFinding({
        mechanism: 'unschedulable',
        resource: workload,
        severity: severityOf(view, workload),
        confidence: 0.85,
        confidence_reason: 'no scheduler has set PodScheduled or written an event',
        statement: `${group.length} pods of ${workload.kind} ${workload.name} are Pending and no scheduler has looked at them: schedulerName ${scheduler} ${scheduler === usual ? 'does not answer' : 'is not the default-scheduler and does not seem to run'}`,
        evidence: group
          .slice(0, 3)
          .map((each) =>
            objectEvidence(
              view.snapshot,
              each,
              '.spec.schedulerName',
              `Pod ${each.metadata.name} has schedulerName ${scheduler} and no condition PodScheduled`,
            ),
          ),
        affects: [workload, ...group.map(refOf)],
        remedies: [
          instruct(
            scheduler === usual ? { kind: 'Addon', name: 'kube-scheduler' } : workload,
            scheduler === usual ? 'repair_scheduler' : 'patch_scheduler_name',
            scheduler === usual
              ? 'Look at the kube-scheduler of the control plane: it has not looked at these pods.'
              : `Set schedulerName of ${workload.kind} ${workload.name} to default-scheduler, or bring the scheduler ${scheduler} up.`,
            { reason: 'a pod waits for the scheduler that it names' },
          ),
        ],
        since: pod.metadata.creationTimestamp,
      }),
    ]
  })
}
