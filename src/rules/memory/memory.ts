import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Container, Pod } from '#src/domain/kubernetes/objects.ts'
import { formatBytes, parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { escalate } from '#src/rules/kit/escalate.ts'
import { groupFinding } from '#src/rules/kit/group-finding.ts'
import { nameGroup } from '#src/rules/kit/name-group.ts'
import { heapOptionsOf } from '#src/rules/kit/heap-option.ts'
import { heapOverLimit } from './heap-over-limit.ts'
import { type Kill, killOf } from './oom-kill.ts'
import { ownerOf } from '#src/rules/kit/owner-of.ts'
import { type ContainerGroup, type ContainerInstance, containerGroups } from '#src/rules/kit/pod-groups.ts'
import { rollBackTo } from '#src/rules/kit/roll-back-to.ts'

type Killed = ContainerInstance & { kill: Kill }

/** Containers that the kernel kills at their memory limit, also where they are running again, and heaps that cannot fit. */
export function memory(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => {
    const killed = group.instances.flatMap((instance): Killed[] => {
      const kill = killOf(instance, view)
      return kill ? [{ ...instance, kill }] : []
    })
    const first = killed.toSorted((left, right) => right.kill.restarts - left.kill.restarts)[0]
    return first ? [findKill(view, group, killed, first), ...heapOverLimit(view, group, killed)] : []
  })
}

function findKill(view: ClusterView, group: ContainerGroup, killed: Killed[], first: Killed): FindingDraft {
  const limit = memoryLimit(first.spec)
  const times = first.kill.restarts > 0 ? `, ${first.kill.restarts} restarts` : ''
  const now = first.kill.running ? ', running again now' : ''
  const where =
    limit === undefined
      ? 'it has no memory limit of its own, so its node ran out of memory'
      : `it needs more than its memory limit of ${limit}`
  return groupFinding(
    view,
    group,
    killed,
    ({ pod, kill }) => [
      objectEvidence(
        view.snapshot,
        pod,
        kill.path,
        `container ${group.container} was OOMKilled (exit code ${kill.exitCode}), restartCount ${kill.restarts}`,
      ),
      ...(limit === undefined
        ? []
        : [
            objectEvidence(
              view.snapshot,
              pod,
              limitPath(pod, group.container),
              `memory limit of container ${group.container} is ${limit}`,
            ),
          ]),
    ],
    {
      mechanism: 'oom_killed',
      confidence: limit === undefined ? 0.75 : 0.95,
      confidence_reason: 'the kubelet reports OOMKilled; whether it leaks or needs that much is not told',
      statement: `${nameGroup(group)} is OOMKilled (exit code ${first.kill.exitCode}): ${where}${times}${now}.`,
      remedies: remediesFor(view, group, first.spec),
      since: first.kill.finishedAt,
    },
  )
}

function limitPath(pod: Pod, container: string): string {
  const index = pod.spec.containers.findIndex((spec) => spec.name === container)
  return index === -1 ? '.spec.initContainers' : `.spec.containers[${index}].resources.limits.memory`
}

function memoryLimit(spec: Container): string | undefined {
  return spec.resources?.limits?.['memory']
}

function remediesFor(view: ClusterView, group: ContainerGroup, spec: Container): Remedy[] {
  const { workload, container } = group
  const limit = memoryLimit(spec)
  const ask = escalate(
    workload,
    ownerOf(view, workload),
    `Why does container ${container} take more than ${limit ?? 'its node has'}: a leak, an unbounded cache, or honest need? Image ${spec.image}.`,
    'A higher limit only moves the moment if memory grows without bound.',
  )
  const bytes = parseQuantity(limit)
  if (bytes === undefined) return [ask]
  const undo = rollBackTo(view, workload, (template) => {
    const before = template.spec.containers.find((other) => other.name === container)
    const earlier = parseQuantity(before && memoryLimit(before))
    return before !== undefined && (before.image !== spec.image || (earlier ?? Number.POSITIVE_INFINITY) > bytes)
  })
  // A heap that may grow beyond even twice the limit would only be killed later.
  const heaps = heapOptionsOf(spec, bytes).map((option) => option.bytes * 1.25)
  const raised: Remedy = {
    kind: 'patch_resources',
    target: workload,
    params: { container, limits: { memory: formatBytes(Math.max(bytes * 2, ...heaps)) } },
    reason: `At least twice the limit of ${limit} at which it is OOMKilled; the request stays.`,
    risk: 'medium',
    reversible: true,
  }
  // Only a revision that is seen to serve proves that the change, and not the load, brought the kills.
  return undo && undo.revision.ready_replicas > 0 ? [undo.remedy, raised, ask] : [raised, ask]
}
