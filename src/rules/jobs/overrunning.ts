import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Job } from '#src/domain/kubernetes/objects.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { escalate } from '#src/rules/kit/escalate.ts'
import { formatDuration } from '#src/rules/kit/format-duration.ts'
import { ownerOf } from '#src/rules/kit/owner-of.ts'
import { runsOf } from '#src/rules/kit/runs-of.ts'

/** With fewer good runs nobody knows what is usual. */
const fewest = 2
const factor = 3
const slack = 10 * 60_000

/** A run of a cron job that goes on far longer than any of its good runs took: it hangs, or has much more to do. */
export function overrunning(view: ClusterView, job: Job): FindingDraft[] {
  const age = view.ageOf(job.status?.startTime)
  if (age === undefined || (job.status?.active ?? 0) === 0) return []
  const times = runsOf(view, job).flatMap(({ job: { status }, end }) => {
    const took = Date.parse(status?.completionTime ?? '') - Date.parse(status?.startTime ?? '')
    return end === 'complete' && took >= 0 ? [took] : []
  })
  const longest = Math.max(...times)
  if (times.length < fewest || age < factor * longest + slack) return []
  const resource = view.workloadOf(job)
  const { name } = job.metadata
  const usual = `the longest of its ${times.length} good runs took ${formatDuration(longest)}`
  return [
    draftFinding({
      mechanism: 'job_overrunning',
      resource,
      severity: 'medium',
      confidence: 0.8,
      confidence_reason: 'held against the good runs that are remembered; it may have more to do this time',
      statement: `Job ${name} of ${resource.kind} ${resource.name} has been running for ${formatDuration(age)}, while ${usual}`,
      evidence: [
        objectEvidence(
          view.snapshot,
          job,
          '.status.startTime',
          `Job ${name} has been active for ${formatDuration(age)}; ${usual}`,
        ),
      ],
      affects: [refOf(job), ...view.podsOf(job).map(refOf)],
      remedies: [
        escalate(
          resource,
          ownerOf(view, resource),
          `What does Job ${name} wait for? Read its log; a run that hangs may be ended once its owner agrees, and activeDeadlineSeconds ends the next one by itself.`,
          'only its owner knows whether this run has more to do than usual',
        ),
      ],
      since: job.status?.startTime,
    }),
  ]
}
