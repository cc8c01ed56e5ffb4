import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Container, Pod } from '#src/domain/kubernetes/objects.ts'
import { formatBytes, parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { groupFinding, nameGroup } from '#src/rules/kit/findings.ts'
import { heapOptionsOf, type HeapOption } from '#src/rules/kit/heap-options.ts'
import { type ContainerGroup, containerGroups, type ContainerInstance, statusPath } from '#src/rules/kit/pods.ts'
import { messagesOf } from '#src/rules/kit/messages.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, patchResources, rollBack, setCommand, setEnv } from '#src/rules/kit/actions.ts'

type Killed = ContainerInstance & { kill: Kill }

/** An OOM kill that still matters. */
interface Kill {
  exitCode: number
  restarts: number
  running: boolean
  finishedAt?: string
  path: string
}

const recentMs = 60 * 60_000

/** A runtime takes memory beside its heap: metaspace, stacks, buffers. */
const heapShare = 0.75

const tooLargeShare = 0.9

/** Containers that the kernel kills at their memory limit, also where they are running again, and heaps that cannot fit. */
export const memory = defineRule({
  name: 'memory',
  finds: {
    oom_killed: {
      title: 'the kernel kills a container at its memory limit',
      category: 'resources',
      role: 'cause',
      layer: 'workload',
      detected:
        'A container was OOMKilled and is down, or runs again and the kill was within the hour or comes back at its usual pace.',
      from: [
        '.status.containerStatuses[].state.terminated.reason',
        '.status.containerStatuses[].lastState.terminated.reason',
        '.spec.containers[].resources.limits.memory',
        'message: `OOM-killed (memory limit too low`',
        'log: children that end by SIGKILL while the first process lives on (gunicorn, php-fpm, celery, PostgreSQL, nginx)',
      ],
      suggests: ['rollback', 'patch_resources', 'escalate'],
      limits:
        'A leak and honest need look alike. Without a limit of its own the node ran out of memory, and no limit is proposed. A child process that is killed while the container lives does not show.',
    },
    heap_over_limit: {
      title: 'the runtime may take more memory than the container is given',
      category: 'resources',
      role: 'cause',
      layer: 'config',
      detected: 'A container is OOMKilled, and a heap option lets its runtime take 90 % of the memory limit or more.',
      from: [
        '.spec.containers[].env, command and args (`-Xmx`, `MaxRAMPercentage`, `--max-old-space-size` and their like)',
        '.spec.containers[].resources.limits.memory',
      ],
      suggests: ['set_env', 'set_command', 'patch_resources'],
      limits: 'Options that the image itself sets, or that stand in a ConfigMap or Secret, are not seen.',
    },
  },
  find,
})

function find(view: ClusterView): FindingDraft[] {
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
      confidence_reason: 'the kubelet reports OOMKilled; whether it leaks or needs that much is not known',
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
    view,
    workload,
    `Why does container ${container} take more than ${limit ?? 'its node has'}: a leak, an unbounded cache, or honest need? Image ${spec.image}.`,
    'A higher limit only moves the moment if memory grows without bound.',
  )
  const bytes = parseQuantity(limit)
  if (bytes === undefined) return [ask]
  const undo = rollBack(view, workload, {
    lacksFault: (template) => {
      const before = template.spec.containers.find((other) => other.name === container)
      const earlier = parseQuantity(before && memoryLimit(before))
      return before !== undefined && (before.image !== spec.image || (earlier ?? Number.POSITIVE_INFINITY) > bytes)
    },
  })
  // A heap that may grow beyond even twice the limit would only be killed later.
  const heaps = heapOptionsOf(spec, bytes).map((option) => option.bytes * 1.25)
  const raised: Remedy = patchResources(
    workload,
    { container, limits: { memory: formatBytes(Math.max(bytes * 2, ...heaps)) } },
    { reason: `At least twice the limit of ${limit} at which it is OOMKilled; the request stays.` },
  )
  // Only a revision that is seen to serve proves that the change, and not the load, brought the kills.
  return undo?.proof === 'ready' ? [undo.remedy, raised, ask] : [raised, ask]
}

/** The OOM kill of a container: the one that it is down with, or one that will come again though it runs at the moment. */
function killOf(instance: ContainerInstance, view: ClusterView): Kill | undefined {
  const { status } = instance
  for (const field of ['state', 'lastState'] as const) {
    const end = status?.[field]?.terminated
    if (end?.reason !== 'OOMKilled' || status === undefined) continue
    const running = field === 'lastState' && status.state?.running !== undefined
    if (running && !comesAgain(instance, end.finishedAt, view)) return undefined
    return {
      exitCode: end.exitCode,
      restarts: status.restartCount,
      running,
      finishedAt: end.finishedAt,
      path: statusPath(instance, `${field}.terminated`),
    }
  }
  const reported = messagesOf(view, instance).find(({ text }) => /OOM-killed \(memory limit too low/.test(text))
  if (!reported || !status) return undefined
  const path = statusPath(instance, 'state')
  return { exitCode: 128, restarts: status.restartCount, running: false, path }
}

/** Killed within the hour, or as often as its age divided by its restarts says that it is due. */
function comesAgain({ pod, status }: ContainerInstance, finishedAt: string | undefined, view: ClusterView): boolean {
  const since = view.ageOf(finishedAt)
  if (since === undefined) return (status?.restartCount ?? 0) > 1
  if (since < recentMs) return true
  const age = view.ageOf(pod.status?.startTime ?? pod.metadata.creationTimestamp) ?? 0
  const restarts = status?.restartCount ?? 0
  return restarts > 2 && since < (2 * age) / restarts
}

/** The static reason behind an OOM kill: a heap that the runtime may grow past the limit of its container. */
function heapOverLimit(view: ClusterView, group: ContainerGroup, killed: ContainerInstance[]): FindingDraft[] {
  const first = killed[0]
  const limitText = first?.spec.resources?.limits?.['memory']
  const limit = parseQuantity(limitText)
  if (!first || limit === undefined) return []
  const option = heapOptionsOf(first.spec, limit).toSorted((left, right) => right.bytes - left.bytes)[0]
  if (!option || option.bytes < limit * tooLargeShare) return []
  const place = option.variable === undefined || option.text.startsWith(option.variable) ? '' : ` in ${option.variable}`
  const index = first.pod.spec.containers.findIndex((spec) => spec.name === group.container)
  return [
    groupFinding(view, group, killed, () => [], {
      mechanism: 'heap_over_limit',
      confidence: option.bytes >= limit ? 0.95 : 0.8,
      confidence_reason: 'the option and the limit stand in the pod spec, and the container is OOMKilled',
      statement: `${nameGroup(group)} may grow its heap to ${formatBytes(option.bytes)}, the maximum that ${option.name.replace(/^-+(?:XX:)?/, '')} sets (${option.text}${place}), while its memory limit is ${limitText}, so it is OOMKilled before the runtime reaches its own limit.`,
      evidence: [
        objectEvidence(
          view.snapshot,
          first.pod,
          `.spec.containers[${index}]`,
          `${option.text}${place}; limits.memory is ${limitText}`,
        ),
      ],
      remedies: heapRemedies(group, first.spec, option, limit),
    }),
  ]
}

function heapRemedies(
  { workload, container }: ContainerGroup,
  spec: Container,
  option: HeapOption,
  limit: number,
): Remedy[] {
  const room = patchResources(
    workload,
    { container, limits: { memory: formatBytes(Math.max(option.bytes, limit) * 1.25) } },
    { reason: `The heap of ${formatBytes(option.bytes)} and a quarter more for what the runtime takes beside it.` },
  )
  const fitting = option.withBytes(limit * heapShare)
  const reason = `${Math.round(heapShare * 100)} % of the limit for the heap leaves room for what the runtime takes beside it; the other options stay.`
  if (option.variable !== undefined) {
    return [setEnv(workload, { container, name: option.variable, value: fitting }, { reason }), room]
  }
  const swap = (words: string[] | undefined): string[] | undefined =>
    words?.includes(option.value) ? words.map((word) => (word === option.value ? fitting : word)) : undefined
  const [command, args] = [swap(spec.command), swap(spec.args)]
  const params = { container, ...(command ? { command } : {}), ...(args ? { args } : {}) }
  return [setCommand(workload, params, { reason }), room]
}
