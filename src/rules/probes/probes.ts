import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { formatDuration } from '#src/util/time.ts'
import { groupFinding, nameGroup } from '#src/rules/kit/findings.ts'
import { type ContainerGroup, containerGroups } from '#src/rules/kit/pods.ts'
import { type ProbeFailure, probeFailures, type ProbeKind, probeOf } from './probe-failure.ts'
import { probeFault } from './probe-fault.ts'
import { describeProbe, probePort } from '#src/rules/kit/containers.ts'
import { readExit } from '#src/rules/kit/exits.ts'
import { defineRule } from '#src/rules/rule.ts'
import { patchProbe, rollBack, undoOrAsk } from '#src/rules/kit/actions.ts'

const symptoms = {
  readiness: 'readiness_failing',
  liveness: 'liveness_killing',
  startup: 'startup_probe_failing',
} as const

/** Probes that fail now, and those that are wrong themselves: a port or path that is not served, a start that is given too little time. */
export const probes = defineRule({
  name: 'probes',
  finds: {
    readiness_failing: {
      title: 'the readiness probe fails',
      category: 'probe',
      role: 'symptom',
      layer: 'symptom',
      explains: {
        rollout_stuck: 'a pod that is not ready does not count for the rollout',
        container_not_ready: 'the readiness probe decides whether the container is ready',
        container_crash: 'the probe says more about the container than its restarts',
      },
      detected:
        'A container runs for half a minute or longer without being ready, does not crash, and the kubelet reports its readiness probe; or it is ready at the moment and loses readiness again and again.',
      from: [
        'event `Unhealthy` (Readiness probe)',
        '.status.containerStatuses[].ready',
        '.status.conditions[type=Ready].lastTransitionTime',
        '.spec.containers[].readinessProbe',
      ],
      suggests: ['rollback', 'escalate'],
      limits:
        'The kubelet counts repeats late or not at all, so the state decides; a failure or two at the start is none.',
    },
    liveness_killing: {
      title: 'the kubelet kills a container for its liveness probe',
      category: 'probe',
      role: 'symptom',
      layer: 'symptom',
      explains: {
        container_crash: 'the kubelet ends the container',
        container_not_ready: 'a container that is restarted is not ready',
        job_failed: 'a container that is killed fails the Job',
      },
      detected:
        'The kubelet kills a container for its liveness probe, or is about to; the event is at most ten minutes old.',
      from: [
        'events `Unhealthy` (Liveness probe) and `Killing`',
        '.status.containerStatuses[].lastState.terminated.exitCode',
        '.spec.containers[].livenessProbe',
      ],
      suggests: ['rollback', 'escalate'],
      limits: 'Whether probe or program is wrong is said by other findings. A probe is never taken away.',
    },
    startup_probe_failing: {
      title: 'the startup probe fails',
      category: 'probe',
      role: 'symptom',
      layer: 'symptom',
      explains: {
        container_crash: 'the kubelet ends the container',
        container_not_ready: 'a container that has not started is not ready',
        job_failed: 'a container that is killed fails the Job',
      },
      detected:
        'The startup probe of a container fails and it has not started after a minute, or it is killed for that.',
      from: [
        'events `Unhealthy` (Startup probe) and `Killing`',
        '.status.containerStatuses[].started',
        '.spec.containers[].startupProbe',
      ],
      suggests: ['rollback', 'escalate'],
    },
    probe_misconfigured: {
      title: 'a probe asks a port or path that the container does not serve',
      category: 'probe',
      role: 'cause',
      layer: 'wiring',
      detected:
        'A failing probe asks a port name or number that the container does not declare, the wrong scheme, a path that answers 400, 401, 403, 404, 405 or 410, a program that the image lacks, or a gRPC service that the server does not know.',
      from: [
        '.spec.containers[].readinessProbe, livenessProbe, startupProbe and ports',
        'event `Unhealthy`: `connection refused`, `statuscode:`, `HTTP response to HTTPS client`, `executable file not found`',
        'ports that a Service or the other probes use',
      ],
      suggests: ['rollback', 'patch_probe', 'custom_instruction'],
      limits:
        'A container may listen on a port that it does not declare, and a path may have been lost by the program: confidence is lower there. What nobody declares is asked for.',
    },
    liveness_too_aggressive: {
      title: 'the liveness probe kills a container before it can have started',
      category: 'probe',
      role: 'cause',
      layer: 'wiring',
      detected:
        'The liveness probe kills a container before it can have started: without a startup probe each run ends in the time that the probe grants, with the port still closed or before the log says that it serves.',
      from: [
        '.spec.containers[].livenessProbe (initialDelaySeconds, periodSeconds, failureThreshold)',
        'events `Killing` and `Unhealthy`: `connection refused`',
        'length of the last run',
        'log or settings: how long a start takes',
      ],
      suggests: ['patch_probe'],
      limits: 'How long a start takes is often not known: then a generous time is proposed, or it is asked for.',
    },
    startup_probe_too_short: {
      title: 'the startup probe gives up before the container can have started',
      category: 'probe',
      role: 'cause',
      layer: 'container',
      explains: {
        application_error: 'a program that is killed while it starts reports errors',
      },
      detected:
        'The startup probe gives up while the port is still closed, and each run lives no longer than the probe grants; or the program says that it needs longer.',
      from: [
        '.spec.containers[].startupProbe',
        'events `Killing` (failed startup probe) and `Unhealthy`: `connection refused`',
        'length of the last run',
        'log or settings: how long a start takes',
      ],
      suggests: ['patch_probe'],
      limits: 'A program that would never come up looks alike until its log is read; any specific cause ranks higher.',
    },
  },
  find,
})

function find(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => {
    const failures = group.instances.flatMap((instance) => probeFailures(view, instance))
    return [...Map.groupBy(failures, (failure) => failure.kind).entries()].flatMap(([kind, failing]) => [
      findSymptom(view, group, kind, failing),
      ...findFault(view, group, kind, failing),
      ...findAggressiveLiveness(view, group, kind, failing),
      ...shortStartup(view, group, kind, failing),
    ])
  })
}

/** In a stateful set it matters which ordinal it is. */
function name({ container, workload }: ContainerGroup, failing: readonly ProbeFailure[]): string {
  const [first] = failing
  const which = workload.kind === 'StatefulSet' && failing.length === 1 ? ` of pod ${first?.pod.metadata.name}` : ''
  return `container ${container}${which} (${workload.kind} ${workload.name})`
}

const title = (kind: ProbeKind): string => `${kind[0]?.toUpperCase()}${kind.slice(1)} probe`

const cite = ({ event, killing }: ProbeFailure) => [
  eventEvidence(event),
  ...(killing && killing !== event ? [eventEvidence(killing)] : []),
]

function findSymptom(view: ClusterView, group: ContainerGroup, kind: ProbeKind, failing: ProbeFailure[]): FindingDraft {
  const [first] = failing as [ProbeFailure]
  const why = first.event.message.replace(/^\w+ probe (?:failed|errored): /, '').slice(0, 140)
  const runs = view.ageOf(first.status?.state?.running?.startedAt)
  const end = first.status?.state?.terminated ?? first.status?.lastState?.terminated
  const restarts = `${end ? `${readExit(end)}, ` : ''}${first.status?.restartCount ?? 0} restarts`
  const effect =
    kind === 'readiness'
      ? `it is not ready${runs === undefined ? '' : ` after ${formatDuration(runs)}`}`
      : `the kubelet kills it for that: ${restarts}`
  return groupFinding(view, group, failing, cite, {
    mechanism: symptoms[kind],
    confidence: 0.9,
    confidence_reason: 'the kubelet reports the failing probe, and the state of the container agrees',
    statement: `${title(kind)} of ${name(group, failing)} fails, ${describeProbe(first.probe, first.spec)}; ${effect}: ${why}`,
    remedies: undoOrAsk(
      view,
      group.workload,
      `Why does the ${kind} probe of container ${group.container} fail (${why})? Image ${first.spec.image}.`,
    ),
  })
}

function findFault(view: ClusterView, group: ContainerGroup, kind: ProbeKind, failing: ProbeFailure[]): FindingDraft[] {
  const [first] = failing as [ProbeFailure]
  const fault = probeFault(view, group, first)
  if (!fault) return []
  const undo = undoProbe(view, group, kind, first)
  return [
    groupFinding(view, group, failing, cite, {
      mechanism: 'probe_misconfigured',
      confidence: fault.confidence,
      confidence_reason: fault.because,
      statement: `The ${kind} probe of ${name(group, failing)} ${fault.says}.`,
      evidence: [specEvidence(view, first, kind)],
      remedies: [...undo, ...fault.remedies],
    }),
  ]
}

/** Going back is the smallest change only where the probe is what changed, and the earlier revision is seen to serve. */
function undoProbe(view: ClusterView, group: ContainerGroup, kind: ProbeKind, { probe }: ProbeFailure): Remedy[] {
  const undo = rollBack(view, group.workload, {
    lacksFault: (template) => {
      const before = template.spec.containers.find((spec) => spec.name === group.container)
      return before !== undefined && JSON.stringify(probeOf(before, kind)) !== JSON.stringify(probe)
    },
  })
  return undo?.proof === 'ready' ? [undo.remedy] : []
}

function specEvidence(view: ClusterView, { pod, spec, probe }: ProbeFailure, kind: ProbeKind) {
  const index = pod.spec.containers.findIndex((container) => container.name === spec.name)
  const ports = (spec.ports ?? []).map((port) => port.containerPort).join(', ') || 'none'
  return objectEvidence(
    view.snapshot,
    pod,
    `.spec.containers[${index}].${kind}Probe`,
    `${kind} probe: ${describeProbe(probe, spec)}; declared ports: ${ports}`,
  )
}

/** A liveness probe that only ever met a closed port killed a program that had not yet come up. */
function findAggressiveLiveness(
  view: ClusterView,
  group: ContainerGroup,
  kind: ProbeKind,
  failing: ProbeFailure[],
): FindingDraft[] {
  const [first] = failing as [ProbeFailure]
  const { probe, spec, event } = first
  if (kind !== 'liveness' || spec.startupProbe || !first.killing || !/connection refused/.test(event.message)) return []
  if (probeFault(view, group, first)) return []
  const delay = probe.initialDelaySeconds ?? 0
  const period = probe.periodSeconds ?? 10
  const budget = delay + period * (probe.failureThreshold ?? 3)
  const end = first.status?.lastState?.terminated ?? first.status?.state?.terminated
  const lived = (Date.parse(end?.finishedAt ?? '') - Date.parse(end?.startedAt ?? '')) / 1000
  // One that lived for long after its start had been up before it closed its port.
  if (Number.isNaN(lived) || lived > budget + 60) return []
  return [
    groupFinding(view, group, failing, cite, {
      mechanism: 'liveness_too_aggressive',
      confidence: 0.75,
      confidence_reason:
        'each run ends in the time that the probe grants, with the port still closed; the log would show how long a start takes',
      statement: `The liveness probe of ${name(group, failing)} kills it before it can have started: it grants ${budget}s (initialDelaySeconds ${delay}), there is no startupProbe, and each run still refuses connections on port ${probePort(probe)} when it is killed after ${Math.round(lived)}s.`,
      evidence: [specEvidence(view, first, kind)],
      remedies: giveTime(group, first, budget),
    }),
  ]
}

function giveTime({ workload, container }: ContainerGroup, { probe }: ProbeFailure, budget: number): Remedy[] {
  const port = probePort(probe)
  const longer = Math.max(120, 6 * budget)
  const period = probe.periodSeconds ?? 10
  const asked = {
    ...(port === undefined ? {} : { port }),
    ...(probe.httpGet ? { path: probe.httpGet.path ?? '/' } : {}),
  }
  return [
    patchProbe(
      workload,
      {
        container,
        probe: 'startup',
        add: true,
        ...asked,
        periodSeconds: period,
        failureThreshold: Math.ceil(longer / period),
      },
      { reason: `A startup probe grants the start up to ${longer}s and leaves the liveness probe as strict as it is.` },
    ),
    patchProbe(
      workload,
      { container, probe: 'liveness', initialDelaySeconds: longer },
      { reason: `The liveness probe would wait ${longer}s before its first check.` },
    ),
  ]
}

/** A startup probe that gives up while the program is still coming up: each run lives as long as the probe grants and no longer. */
function shortStartup(
  view: ClusterView,
  group: ContainerGroup,
  kind: ProbeKind,
  failing: ProbeFailure[],
): FindingDraft[] {
  const [first] = failing
  if (kind !== 'startup' || !first?.killing || !/connection refused/.test(first.event.message)) return []
  if (probeFault(view, group, first)) return []
  const { probe } = first
  const [delay, period, tries] = [
    probe.initialDelaySeconds ?? 0,
    probe.periodSeconds ?? 10,
    probe.failureThreshold ?? 3,
  ]
  const granted = delay + period * tries
  const end = first.status?.lastState?.terminated ?? first.status?.state?.terminated
  const lived = (Date.parse(end?.finishedAt ?? '') - Date.parse(end?.startedAt ?? '')) / 1000
  const grace = (first.pod.spec.terminationGracePeriodSeconds ?? 30) + period
  if (Number.isNaN(lived) || lived > granted + grace) return []
  const rule = `${delay > 0 ? `initialDelaySeconds ${delay} + ` : ''}failureThreshold ${tries} x periodSeconds ${period}`
  const index = first.pod.spec.containers.findIndex((spec) => spec.name === group.container)
  return [
    groupFinding(
      view,
      group,
      failing,
      ({ event, killing }) => [eventEvidence(event), ...(killing ? [eventEvidence(killing)] : [])],
      {
        mechanism: 'startup_probe_too_short',
        confidence: 0.7,
        confidence_reason:
          'each run ends when the probe gives up, with the port still closed; the log would show how long a start takes',
        statement: `${nameGroup(group, failing)} is killed before it has started: its startup probe (startupProbe) grants about ${granted} s (${rule}), and port ${probePort(probe)} still refuses connections when it is killed after ${Math.round(lived)} s.`,
        evidence: [
          objectEvidence(view.snapshot, first.pod, `.spec.containers[${index}].startupProbe`, `startup probe: ${rule}`),
        ],
        remedies: [giveStartupTime(group, granted, delay, period)],
      },
    ),
  ]
}

/** Four times what was granted, at least three minutes: a startup probe ends as soon as the program serves. */
function giveStartupTime(
  { workload, container }: ContainerGroup,
  granted: number,
  delay: number,
  period: number,
): Remedy {
  const longer = Math.max(180, 4 * granted)
  return patchProbe(
    workload,
    {
      container,
      probe: 'startup',
      periodSeconds: period,
      failureThreshold: Math.ceil((longer - delay) / period),
    },
    { reason: `A start of up to ${longer} s would be waited for; a faster one is served as soon as it is up.` },
  )
}
