import type { ClusterView } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ContainerState } from '#src/domain/kubernetes/objects.ts'
import { describeProbe } from '#src/rules/kit/containers.ts'
import { type Crash, crashOf, isBadEnd, readExit } from '#src/rules/kit/exits.ts'
import { groupFinding, nameGroup } from '#src/rules/kit/findings.ts'
import { formatDuration } from '#src/util/time.ts'
import { eventsOfContainer } from '#src/rules/kit/messages.ts'
import { type ContainerGroup, containerGroups, type ContainerInstance, statusPath } from '#src/rules/kit/pods.ts'
import { defineRule } from '#src/rules/rule.ts'
import { undoOrAsk } from '#src/rules/kit/actions.ts'

/*
 * What the kubelet shows of containers: the symptoms that the other families and the logs explain. A crash loop is reported by
 * state, lastState and restartCount together; CrashLoopBackOff is only one of its faces.
 */

const createFailures = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PreCreateHookError',
  'PreStartHookError',
  'PostStartHookError',
  'ImageInspectError',
])

const startFailures = new Set(['StartError', 'ContainerCannotRun'])

/** Waits that are part of every start; they are reported only when they last. */
const patientMs = 120_000

const hourMs = 60 * 60_000

/** Over a shorter time a rate says more about the back-off than about the program. */
const shortest = 10 * 60_000

const maxLineLength = 120

const telling =
  /error|fatal|panic|exception|fail|denied|refused|missing|required|invalid|cannot|unable|not found|no such|unknown/i

/** Crash loops, containers that cannot be created, and containers that never get ready. */
export const containerStates = defineRule({
  name: 'container-states',
  finds: {
    container_crash: {
      title: 'a container exits again and again',
      category: 'application',
      role: 'symptom',
      layer: 'symptom',
      explains: {
        rollout_stuck: 'a pod that crashes does not count for the rollout',
      },
      detected:
        'A container waits for its restart or has just ended though it should run, or it runs again and ended badly within the last ten minutes, or dies at a steady pace, at least once in an hour. Exit code 0 counts only for what is meant to run for ever.',
      from: [
        '.status.containerStatuses[].state',
        '.status.containerStatuses[].lastState.terminated (exitCode, signal, reason)',
        '.status.containerStatuses[].restartCount',
        '.status.containerStatuses[].lastState.terminated.message (the termination message)',
        'event `BackOff`',
      ],
      suggests: ['rollback', 'escalate'],
      limits:
        'Tells how it ends; why, only as far as the program wrote a termination message. The log tells more. A container that is ready and has outlived its last run clearly counts as recovered.',
    },
    container_not_ready: {
      title: 'a container runs and is not ready',
      category: 'application',
      role: 'symptom',
      layer: 'symptom',
      explains: {
        daemonset_incomplete: 'a pod with a container that is not ready is not ready',
      },
      detected:
        'A container has run for more than a minute without being ready, or all containers of a pod have hung in ContainerCreating or PodInitializing for two minutes.',
      from: [
        '.status.containerStatuses[].ready',
        '.status.containerStatuses[].state.running.startedAt',
        '.status.containerStatuses[].state.waiting.reason',
        'the newest warning of the pod, or `Pulling` without `Pulled`',
      ],
      suggests: ['rollback', 'escalate'],
      limits: 'The state does not tell the reason.',
    },
    container_create_failed: {
      title: 'the runtime could not create or start a container',
      category: 'application',
      role: 'symptom',
      layer: 'symptom',
      explains: {
        container_crash: 'a container that cannot be started counts as ended',
        container_not_ready: 'a container that does not exist is not ready',
        init_container_failed: 'an init container that cannot be started has failed',
      },
      detected:
        'The kubelet or the runtime reports that it cannot create or start the container, and the container does not run.',
      from: [
        '.status.containerStatuses[].state.waiting.reason (CreateContainerConfigError, CreateContainerError, RunContainerError, PostStartHookError and their like)',
        '.status.containerStatuses[].lastState.terminated.reason (StartError, ContainerCannotRun)',
        'the message beside that reason',
      ],
      suggests: ['rollback', 'escalate'],
      limits: 'The specific cause (a missing reference, a bad command, a security context) is a finding of its own.',
    },
  },
  find,
})

function find(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => [
    ...findCrash(view, group),
    ...findCreateFailure(view, group),
    ...findNotReady(view, group),
  ])
}

function findCrash(view: ClusterView, group: ContainerGroup): FindingDraft[] {
  const crashing = group.instances.flatMap((instance) => {
    const crash = crashOf(instance, view) ?? recurrence(instance, view)
    return crash && !isEviction(crash) ? [{ ...instance, crash }] : []
  })
  const first = crashing.toSorted((left, right) => right.crash.restarts - left.crash.restarts)[0]
  if (!first || first.role === 'init') return []
  const { crash } = first
  const restarts = crash.restarts > 0 ? `${crash.restarts} restart${crash.restarts === 1 ? '' : 's'}` : 'no restart'
  const pods = crashing.length > 1 ? `, ${crashing.length} pods` : ''
  const rate = restartRate(first, view)
  const often = rate === undefined ? '' : ` (about ${rate} per hour)`
  const end = crash.terminated.finishedAt ? `, last at ${crash.terminated.finishedAt.slice(11, 19)} UTC` : ''
  const words = lastWords(crash.terminated)
  const said = words === undefined ? '' : `; its last words: "${words}"`
  return [
    groupFinding(view, group, crashing, (instance) => crashEvidence(view, instance), {
      mechanism: 'container_crash',
      confidence: 0.95,
      confidence_reason: 'the kubelet reports the exits and restarts',
      statement: `${nameGroup(group, crashing)} keeps exiting with ${readExit(crash.terminated)}: ${restarts}${often}${pods}, now ${crash.shown}${end}${said}.`,
      since: crash.terminated.startedAt,
      remedies: undoOrAsk(
        view,
        group.workload,
        `Why does container ${group.container} end with ${readExit(crash.terminated)}? Image ${first.spec.image}.`,
      ),
    }),
  ]
}

function crashEvidence(view: ClusterView, instance: ContainerInstance & { crash: Crash }) {
  const { crash, pod, spec } = instance
  const reported = `container ${spec.name} ended with ${readExit(crash.terminated)}, restartCount ${crash.restarts}, now ${crash.shown}`
  const backOff = eventsOfContainer(view, instance).find((event) => event.reason === 'BackOff')
  const words = lastWords(crash.terminated)
  return [
    objectEvidence(view.snapshot, pod, crash.path, reported),
    ...(words === undefined
      ? []
      : [
          objectEvidence(
            view.snapshot,
            pod,
            `${crash.path}.message`,
            `container ${spec.name} wrote as its termination message: ${words}`,
            'workload_text',
          ),
        ]),
    ...(backOff ? [eventEvidence(backOff)] : []),
  ]
}

/** The kubelet writes this where an evicted pod's container was never seen to end. */
function isEviction({ terminated }: Crash): boolean {
  return terminated.reason === 'ContainerStatusUnknown'
}

function findCreateFailure(view: ClusterView, group: ContainerGroup): FindingDraft[] {
  const failing = group.instances.flatMap((instance) => {
    const failure = createFailureOf(instance)
    return failure ? [{ ...instance, failure }] : []
  })
  const first = failing[0]
  if (!first) return []
  return [
    groupFinding(
      view,
      group,
      failing,
      ({ pod, failure }) => [
        objectEvidence(view.snapshot, pod, failure.path, `${failure.reason}: ${failure.message}`, 'workload_text'),
      ],
      {
        mechanism: 'container_create_failed',
        confidence: 0.95,
        confidence_reason: 'the kubelet reports the failure with its message',
        statement: `${nameGroup(group, failing)} cannot be started (${first.failure.reason}): ${innermost(first.failure.message)}`,
        remedies: undoOrAsk(
          view,
          group.workload,
          `Container ${group.container} cannot be started (${first.failure.reason}): ${first.failure.message.slice(0, 160)}`,
        ),
      },
    ),
  ]
}

function createFailureOf(instance: ContainerInstance): { reason: string; message: string; path: string } | undefined {
  const { state, lastState } = instance.status ?? {}
  if (state?.waiting?.reason && createFailures.has(state.waiting.reason)) {
    const message = state.waiting.message ?? lastState?.terminated?.message ?? 'no message'
    return { reason: state.waiting.reason, message, path: statusPath(instance, 'state.waiting') }
  }
  for (const field of ['state', 'lastState'] as const) {
    const end = instance.status?.[field]?.terminated
    const running = field === 'lastState' && state?.running
    if (end?.reason && startFailures.has(end.reason) && !running) {
      return {
        reason: end.reason,
        message: end.message ?? 'no message',
        path: statusPath(instance, `${field}.terminated`),
      }
    }
  }
  return undefined
}

/** Runtimes wrap an error in many layers; the last ones hold the fact. */
function innermost(message: string): string {
  const known =
    /(?:error mounting |exec: |unable to start container process: (?!error during container init)).*$/s.exec(message)
  const words = (known?.[0] ?? message).replace(/: Are you trying to mount.*$|: unknown$/s, '')
  // What went wrong stands at the end, with what at the beginning.
  return words.length <= 180 ? words : `${words.slice(0, 60)} … ${words.slice(-115)}`
}

function findNotReady(view: ClusterView, group: ContainerGroup): FindingDraft[] {
  const unready = group.instances.flatMap((instance) => {
    const { status } = instance
    const runs = view.ageOf(status?.state?.running?.startedAt)
    const tells = instance.role !== 'init' && status?.ready === false && runs !== undefined && runs > patientMs / 2
    return tells && !crashOf(instance, view) ? [{ ...instance, runs }] : []
  })
  const first = unready[0]
  if (!first) return []
  const pods = unready.length > 1 ? ` (${unready.length} pods)` : ''
  const wait = `runs for ${formatDuration(first.runs)} and is not ready`
  const probe = first.spec.readinessProbe
  const asked = probe ? `; its readiness probe calls ${describeProbe(probe, first.spec)}` : ''
  return [
    groupFinding(
      view,
      group,
      unready,
      (instance) => [
        objectEvidence(view.snapshot, instance.pod, statusPath(instance, 'state'), `${instance.spec.name}: ${wait}`),
      ],
      {
        mechanism: 'container_not_ready',
        confidence: 0.9,
        confidence_reason: 'the kubelet reports the state; it does not tell the reason',
        statement: `${nameGroup(group, unready)} ${wait}${pods}${asked}.`,
        remedies: undoOrAsk(
          view,
          group.workload,
          `Why is container ${group.container} not ready? Image ${first.spec.image}.`,
        ),
      },
    ),
  ]
}

/** Restarts per hour over the life of the pod, as people say it: `0.5`, `4`; undefined where the pod is too young for a rate. */
function restartRate({ pod, status }: ContainerInstance, view: ClusterView): string | undefined {
  const age = view.ageOf(pod.status?.startTime ?? pod.metadata.creationTimestamp)
  const restarts = status?.restartCount ?? 0
  if (age === undefined || age < shortest || restarts < 2) return undefined
  const rate = (restarts * hourMs) / age
  if (rate >= 10) return String(Math.round(rate))
  return rate >= 0.1 ? String(Number(rate.toFixed(1))) : undefined
}

/**
 * The line of a termination message that tells most: the last one that speaks of a failure, else the last one. Programs write it on
 * purpose (terminationMessagePath), or the kubelet takes it from the end of the log (FallbackToLogsOnError).
 */
function lastWords(terminated: NonNullable<ContainerState['terminated']>): string | undefined {
  const lines = (terminated.message ?? '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const line = lines.findLast((each) => telling.test(each)) ?? lines.at(-1)
  return line && line.length > maxLineLength ? `${line.slice(0, maxLineLength - 3)}...` : line
}

const fewest = 3
/** A run that was shorter belongs to a crash loop, which is over once the container stays up. */
const shortestRun = 5 * 60_000

/**
 * A container that is up at the moment and has died again and again after runs of about this length: a leak, a lock, a probe under
 * load. Reported only where the run before was not yet clearly outlived and where it comes at least once in an hour.
 */
function recurrence(instance: ContainerInstance, view: ClusterView): Crash | undefined {
  const { status, pod } = instance
  const last = status?.lastState?.terminated
  const up = view.ageOf(status?.state?.running?.startedAt)
  if (!status || !last || up === undefined || status.restartCount < fewest) return undefined
  if (!isBadEnd(instance, last, status.restartCount)) return undefined
  const lived = Date.parse(last.finishedAt ?? '') - Date.parse(last.startedAt ?? '')
  const age = view.ageOf(pod.status?.startTime ?? pod.metadata.creationTimestamp)
  if (Number.isNaN(lived) || lived < shortestRun || age === undefined) return undefined
  const interval = age / status.restartCount
  const steady = interval <= hourMs && interval <= 3 * lived
  if (!steady || up > 1.5 * lived) return undefined
  return {
    terminated: last,
    restarts: status.restartCount,
    shown: `up for ${formatDuration(up)} after a run of ${formatDuration(lived)}`,
    path: statusPath(instance, 'lastState.terminated'),
  }
}
