import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ContainerStatus, Job, Pod } from '#src/domain/kubernetes/objects.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { formatDuration } from '#src/rules/kit/format-duration.ts'
import { instruct } from '#src/rules/kit/instruct.ts'
import { listNames } from '#src/rules/kit/list-names.ts'

/** A helper may take a moment to notice that the work is done. */
const patience = 120_000

/** A job whose work is done while a helper of the same pod runs on: the job never completes. */
export function lingeringSidecars(view: ClusterView, job: Job): FindingDraft[] {
  const lingering = view.podsOf(job).flatMap((pod) => lingersIn(view, pod))
  const [first] = lingering
  if (!first) return []
  const { pod, done, running, age } = first
  const resource = view.workloadOf(job)
  const names = listNames(running.map(({ name }) => name))
  const whose = resource.kind === 'CronJob' ? ` of CronJob ${resource.name}` : ''
  return [
    draftFinding({
      mechanism: 'job_sidecar_running',
      resource,
      severity: 'medium',
      confidence: 0.88,
      confidence_reason:
        'one container ended with exit code 0, and others of the pod, which never end by themselves, run on',
      statement: `Job ${job.metadata.name}${whose} does not complete: container ${done.name} finished (exit code 0) ${formatDuration(age)} ago, but container ${names} of its pod still runs`,
      evidence: [
        objectEvidence(
          view.snapshot,
          pod,
          '.status.containerStatuses',
          `Pod ${pod.metadata.name}: ${done.name} ended with exit code 0 ${formatDuration(age)} ago; running: ${names}`,
        ),
      ],
      affects: [refOf(job), ...lingering.map((each) => refOf(each.pod))],
      remedies: [
        instruct(
          resource,
          'patch_job',
          `Make ${names} a sidecar that ends with the work: an init container with restartPolicy Always, or let it end when ${done.name} does. This run's work is done; once its owner agrees its Job may be deleted.`,
          { reason: 'a job completes only when every container of its pod has ended' },
        ),
      ],
      since: done.state?.terminated?.finishedAt,
    }),
  ]
}

function lingersIn(view: ClusterView, pod: Pod) {
  const statuses = pod.status?.containerStatuses ?? []
  const running = statuses.filter(({ state }) => state?.running)
  const ended = statuses.filter(({ state }) => state?.terminated)
  const isGood = ended.length > 0 && ended.every(({ state }) => state?.terminated?.exitCode === 0)
  const done = ended.toSorted(lastFirst)[0]
  const age = view.ageOf(done?.state?.terminated?.finishedAt)
  const isOver = pod.metadata.deletionTimestamp !== undefined || running.length === 0
  return !isOver && isGood && done && age !== undefined && age > patience ? [{ pod, done, running, age }] : []
}

function lastFirst(left: ContainerStatus, right: ContainerStatus): number {
  return (right.state?.terminated?.finishedAt ?? '').localeCompare(left.state?.terminated?.finishedAt ?? '')
}
