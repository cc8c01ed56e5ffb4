import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { Blame, FindingDraft } from '#src/domain/finding.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { type AwaitedHost, awaitedHosts } from './awaited-hosts.ts'
import { awaitedServiceRemedies } from './awaited-service-remedies.ts'
import { type Crash, crashOf } from '#src/rules/kit/crash-of.ts'
import { statusPath } from '#src/rules/kit/status-path.ts'
import { undoOrAsk } from '#src/rules/kit/undo-or-ask.ts'
import { formatDuration } from '#src/rules/kit/format-duration.ts'
import { groupFinding } from '#src/rules/kit/group-finding.ts'
import { isPodReady } from '#src/rules/kit/is-pod-ready.ts'
import { type ContainerGroup, type ContainerInstance, containerGroups } from '#src/rules/kit/pod-groups.ts'
import { readExit } from '#src/rules/kit/read-exit.ts'
import { serviceOfHost } from '#src/rules/kit/service-of-host.ts'

/** An init container that is at it for longer than this is told; most take seconds. */
const patientMs = 60_000

type Running = ContainerInstance & { runs: number }

/** Init containers that fail, and those that wait for something that does not come. */
export function initContainers(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => [...findFailed(view, group), ...findWaiting(view, group)])
}

function findFailed(view: ClusterView, group: ContainerGroup): FindingDraft[] {
  const failing = group.instances.flatMap((instance): (ContainerInstance & { crash: Crash })[] => {
    const crash = instance.role === 'init' ? crashOf(instance, view) : undefined
    return crash ? [{ ...instance, crash }] : []
  })
  const first = failing[0]
  if (!first) return []
  const { crash } = first
  return [
    groupFinding(
      view,
      group,
      failing,
      (instance) => [
        objectEvidence(
          view.snapshot,
          instance.pod,
          instance.crash.path,
          `init container ${group.container} ended with ${readExit(instance.crash.terminated)}, restartCount ${instance.crash.restarts}`,
        ),
      ],
      {
        mechanism: 'init_container_failed',
        confidence: 0.95,
        confidence_reason: 'the kubelet reports the exits; the log of the init container tells why',
        statement: `Init container ${group.container} of ${group.workload.kind} ${group.workload.name} fails with ${readExit(crash.terminated)}, ${crash.restarts} restarts, now ${crash.shown}; the pod's other containers do not start.`,
        since: crash.terminated.startedAt,
        remedies: undoOrAsk(
          view,
          group.workload,
          `Why does init container ${group.container} end with ${readExit(crash.terminated)}? Image ${first.spec.image}.`,
        ),
      },
    ),
  ]
}

function findWaiting(view: ClusterView, group: ContainerGroup): FindingDraft[] {
  const waiting = group.instances.flatMap((instance): Running[] => {
    const runs = view.ageOf(instance.status?.state?.running?.startedAt)
    return instance.role === 'init' && runs !== undefined && runs > patientMs ? [{ ...instance, runs }] : []
  })
  const first = waiting[0]
  if (!first) return []
  const hosts = awaitedHosts(first.spec).map((awaited) => ({
    awaited,
    target: serviceOfHost(view, awaited.host, group.workload.namespace),
  }))
  const missing = hosts.flatMap(({ awaited, target }) =>
    target?.existence === 'absent' ? [{ awaited, service: target.service }] : [],
  )
  const unready = hosts.flatMap(({ target }) =>
    target?.existence === 'present' && hasNoReadyPod(view, target.service) ? [target.service] : [],
  )
  return [
    describeWait(
      view,
      group,
      waiting,
      hosts.map(({ awaited }) => awaited),
      unready,
    ),
    ...missing.slice(0, 2).map(({ awaited, service }) => findMissing(view, group, waiting, awaited, service)),
  ]
}

function describeWait(
  view: ClusterView,
  group: ContainerGroup,
  waiting: Running[],
  hosts: AwaitedHost[],
  unready: ResourceRef[],
): FindingDraft {
  const [first] = waiting as [Running]
  const { workload, container } = group
  const line = [...(first.spec.command ?? []), ...(first.spec.args ?? [])].join(' ')
  const what =
    hosts.length > 0
      ? `waits for ${hosts.map(spell).slice(0, 3).join(', ')}`
      : `is still at it: ${line.slice(0, 110) || 'the entry point of its image'}`
  const blames: Blame[] = unready.map((service) => ({
    resource: service,
    because: `init container ${container} waits for Service ${service.name}, which has no ready pod`,
  }))
  const why = unready[0] ? `; Service ${unready[0].name} has no ready pod behind it` : ''
  return groupFinding(view, group, waiting, (instance) => [waitEvidence(view, instance)], {
    mechanism: 'init_container_waiting',
    confidence: blames.length > 0 ? 0.85 : 0.7,
    confidence_reason: 'its state says that it runs and never ends; what it waits for is read from its command',
    statement: `Init container ${container} of ${workload.kind} ${workload.name} runs for ${formatDuration(first.runs)} and does not end, so the pod does not start: it ${what}${why}.`,
    blames,
    remedies: undoOrAsk(
      view,
      workload,
      `What does init container ${container} wait for (${what}), and who provides it?`,
    ),
    since: first.status?.state?.running?.startedAt,
  })
}

function findMissing(
  view: ClusterView,
  group: ContainerGroup,
  waiting: Running[],
  awaited: AwaitedHost,
  service: ResourceRef,
): FindingDraft {
  const [first] = waiting as [Running]
  const { workload, container } = group
  return groupFinding(view, group, waiting, (instance) => [waitEvidence(view, instance)], {
    mechanism: 'service_missing',
    confidence: 0.9,
    confidence_reason: 'the command names the host, and the list of services lacks it',
    statement: `Init container ${container} of ${workload.kind} ${workload.name} waits for ${spell(awaited)} for ${formatDuration(first.runs)}, but no Service ${service.name} exists in namespace ${service.namespace} (not found).`,
    remedies: awaitedServiceRemedies(view, group, awaited, service),
    since: first.status?.state?.running?.startedAt,
  })
}

const spell = ({ host, port }: AwaitedHost): string => (port === undefined ? host : `${host}:${port}`)

function waitEvidence(view: ClusterView, instance: Running) {
  const line = [...(instance.spec.command ?? []), ...(instance.spec.args ?? [])].join(' ').slice(0, 160)
  return objectEvidence(
    view.snapshot,
    instance.pod,
    statusPath(instance, 'state.running'),
    `init container ${instance.spec.name} runs for ${formatDuration(instance.runs)}; its command: ${line}`,
  )
}

/** Only a list of pods that was seen whole proves that nobody answers. */
function hasNoReadyPod(view: ClusterView, ref: ResourceRef): boolean {
  const service = view.get('Service', ref.namespace, ref.name)
  if (!service?.spec.selector || !view.covers('Pod', ref.namespace)) return false
  return !view.podsOfService(service).some(isPodReady)
}
