import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { escalate } from '#src/rules/kit/escalate.ts'
import { formatDuration } from '#src/rules/kit/format-duration.ts'

/** A kubelet that is busy takes a minute or two beyond the grace period. */
const patience = 150_000

/** Past its time, with no finalizer left: the kubelet of its node has not ended it, mostly because the node is lost. */
export function overduePod(view: ClusterView, pod: Pod): FindingDraft[] {
  const late = view.ageOf(pod.metadata.deletionTimestamp) ?? 0
  const node = pod.spec.nodeName
  if (late <= patience || !node || (pod.metadata.finalizers ?? []).length > 0) return []
  const resource = view.workloadOf(pod)
  const gone = view.existence('Node', undefined, node) === 'absent'
  const { name } = pod.metadata
  return [
    draftFinding({
      mechanism: 'termination_slow',
      resource,
      severity: 'medium',
      confidence: 0.8,
      confidence_reason: 'the pod is past its deletion time and no finalizer is left',
      statement: `Pod ${name} of ${resource.kind} ${resource.name} has been Terminating for ${formatDuration(late)} past its grace period: the kubelet of node ${node}${gone ? ', which does not exist,' : ''} has not ended it`,
      evidence: [
        objectEvidence(
          view.snapshot,
          pod,
          '.metadata.deletionTimestamp',
          `Pod ${name} on node ${node} was to be gone at ${pod.metadata.deletionTimestamp}`,
        ),
      ],
      affects: [refOf(pod)],
      blames: [{ resource: { kind: 'Node', name: node }, because: `node ${node} has not ended the pod` }],
      remedies: [
        escalate(
          { kind: 'Node', name: node },
          'the platform team',
          `Pod ${pod.metadata.namespace}/${name} does not end on node ${node}: look at its kubelet and container runtime. Do not force-delete the pod before its processes are surely gone.`,
          'only the node can say that the processes have ended',
        ),
      ],
      since: pod.metadata.deletionTimestamp,
    }),
  ]
}
