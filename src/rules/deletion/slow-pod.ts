import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { formatDuration } from '#src/rules/kit/format-duration.ts'
import { instruct } from '#src/rules/kit/instruct.ts'

const slow = 30_000

/** Deleted, within its grace period, and still busy: a long preStop hook or a program that does not listen to SIGTERM. */
export function slowPod(view: ClusterView, pod: Pod): FindingDraft[] {
  const grace = pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30
  const left = -(view.ageOf(pod.metadata.deletionTimestamp) ?? Number.NaN)
  const spent = grace * 1000 - left
  const running = (pod.status?.containerStatuses ?? []).some((status) => status.state?.running)
  if (!running || Number.isNaN(left) || left < 0 || spent < slow || (pod.metadata.finalizers ?? []).length > 0)
    return []
  const hooked = pod.spec.containers.find((container) => container.lifecycle?.preStop)
  const hook = hooked?.lifecycle?.preStop
  const what = hook
    ? `preStop hook of container ${hooked.name} (${hook.exec?.command?.join(' ') ?? (hook.sleep ? `sleep ${hook.sleep.seconds}` : 'httpGet')})`
    : 'program does not end on SIGTERM'
  const resource = view.workloadOf(pod)
  const event = view.eventsOf(pod).find((each) => each.reason === 'Killing')
  return [
    draftFinding({
      mechanism: 'termination_slow',
      resource,
      severity: 'low',
      confidence: 0.75,
      confidence_reason: 'the pod was deleted a while ago and its containers still run',
      statement: `Pod ${pod.metadata.name} of ${resource.kind} ${resource.name} has been Terminating for ${formatDuration(spent)} of its grace period of ${grace} s (terminationGracePeriodSeconds ${grace}): its ${what}`,
      evidence: [
        objectEvidence(
          view.snapshot,
          pod,
          '.metadata.deletionTimestamp',
          `Pod ${pod.metadata.name} may run until ${pod.metadata.deletionTimestamp} (terminationGracePeriodSeconds ${grace})`,
        ),
        ...(event ? [eventEvidence(event)] : []),
      ],
      affects: [refOf(pod)],
      remedies: [
        instruct(
          resource,
          'patch_lifecycle',
          `Shorten the preStop hook or terminationGracePeriodSeconds (${grace}) of ${resource.kind} ${resource.name} to what draining its connections really takes, and let the program end on SIGTERM.`,
          {
            reason: 'each deletion and each rollout waits for it',
            needs: [{ param: 'terminationGracePeriodSeconds', ask: 'How long does a clean stop take?' }],
          },
        ),
      ],
      since: event?.last_seen,
    }),
  ]
}
