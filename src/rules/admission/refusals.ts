import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { CronJob } from '#src/domain/kubernetes/workloads.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'

/** The API server refuses the pods of a controller, now: what it says, in its own words. */
export interface Refusal {
  view: ClusterView
  workload: ResourceRef
  controller: KubernetesObject
  message: string
  evidence: EvidenceDraft[]
  since?: string
}

const recent = 60 * 60_000
const decoration =
  /^\(combined from similar events\):\s*|^Error creating(?: job)?:\s*|^create (?:Pod|Claim) \S+ .*?failed error:\s*/i

/** Refusals that still hold: pods are missing and the controller says why, by its condition or by its events. One per controller. */
export function refusals(view: ClusterView): Refusal[] {
  const controllers: KubernetesObject[] = [
    ...view.list('ReplicaSet').filter((set) => (set.status?.replicas ?? 0) < (set.spec.replicas ?? 0)),
    ...view.list('StatefulSet').filter((set) => (set.status?.replicas ?? 0) < (set.spec.replicas ?? 1)),
    ...view
      .list('DaemonSet')
      .filter((set) => (set.status?.currentNumberScheduled ?? 0) < (set.status?.desiredNumberScheduled ?? 0)),
    ...view.list('Job').filter((job) => {
      const ended = conditionOf(job, 'Complete')?.status === 'True' || conditionOf(job, 'Failed')?.status === 'True'
      return !ended && !job.spec.suspend && (job.status?.active ?? 0) < (job.spec.parallelism ?? 1)
    }),
    ...view.list('CronJob').filter((cron) => !cron.spec.suspend && missesStart(view, cron)),
  ]
  const reported = controllers.flatMap((controller) => refusalOf(view, controller) ?? [])
  return [...new Map(reported.map((refusal) => [`${refKey(refusal.workload)}/${refusal.message}`, refusal])).values()]
}

/** A cron job tries again every few seconds: a refusal after its last start means that the next one is still owed. */
function missesStart(view: ClusterView, cron: CronJob): boolean {
  const refused = view.eventsOf(cron).find(({ reason }) => reason === 'FailedCreate')
  const age = view.ageOf(refused?.last_seen)
  const started = view.ageOf(cron.status?.lastScheduleTime) ?? Number.POSITIVE_INFINITY
  return age !== undefined && age < recent && age < started
}

function refusalOf(view: ClusterView, controller: KubernetesObject): Refusal | undefined {
  if (controller.metadata.deletionTimestamp) return undefined
  const condition = conditionOf(controller, 'ReplicaFailure')
  const event = view.eventsOf(controller).find((each) => each.reason === 'FailedCreate')
  const text = event?.message ?? (condition?.status === 'True' ? condition.message : undefined)
  if (!text) return undefined
  const message = strip(text)
  return {
    view,
    workload: view.workloadOf(controller),
    controller,
    message,
    evidence: [
      ...(condition?.status === 'True'
        ? [
            objectEvidence(
              view.snapshot,
              controller,
              '.status.conditions[?(@.type=="ReplicaFailure")]',
              `${controller.kind} ${refOf(controller).name} cannot create pods: ${strip(condition.message ?? '')}`,
            ),
          ]
        : []),
      ...(event ? [eventEvidence(event)] : []),
    ],
    since: condition?.lastTransitionTime ?? event?.first_seen,
  }
}

function strip(text: string): string {
  let rest = text
  for (let before = ''; before !== rest; ) {
    before = rest
    rest = rest.replace(decoration, '')
  }
  return rest
}

/** What a rule about one sort of refusal answers; the rest is the same for all of them. */
export type RefusalCause = Pick<FindingDraft, 'mechanism' | 'statement' | 'remedies'> &
  Partial<Pick<FindingDraft, 'resource' | 'affects' | 'blames' | 'evidence' | 'confidence' | 'confidence_reason'>>

/** Undefined where the refusal is of another sort. */
export type RefusalRule = (refusal: Refusal) => RefusalCause | undefined

/** What a workload may not create: a cron job makes Jobs, everything else makes pods. */
export function refusedThings({ kind }: ResourceRef): string {
  return kind === 'CronJob' ? 'Jobs' : 'pods'
}
