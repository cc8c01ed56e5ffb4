import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'
import { formatBytes, parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { groupFinding } from '#src/rules/kit/group-finding.ts'
import { nameGroup } from '#src/rules/kit/name-group.ts'
import { type HeapOption, heapOptionsOf } from '#src/rules/kit/heap-option.ts'
import type { ContainerGroup, ContainerInstance } from '#src/rules/kit/pod-groups.ts'

/** A runtime takes memory beside its heap: metaspace, stacks, buffers. */
const heapShare = 0.75
const tooLargeShare = 0.9

/** The static reason behind an OOM kill: a heap that the runtime may grow past the limit of its container. */
export function heapOverLimit(view: ClusterView, group: ContainerGroup, killed: ContainerInstance[]): FindingDraft[] {
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
      remedies: remediesFor(group, first.spec, option, limit),
    }),
  ]
}

function remediesFor(
  { workload, container }: ContainerGroup,
  spec: Container,
  option: HeapOption,
  limit: number,
): Remedy[] {
  const base = { target: workload, risk: 'medium' as const, reversible: true }
  const room: Remedy = {
    ...base,
    kind: 'patch_resources',
    params: { container, limits: { memory: formatBytes(Math.max(option.bytes, limit) * 1.25) } },
    reason: `The heap of ${formatBytes(option.bytes)} and a quarter more for what the runtime takes beside it.`,
  }
  const fitting = option.withBytes(limit * heapShare)
  const reason = `${Math.round(heapShare * 100)} % of the limit for the heap leaves room for what the runtime takes beside it; the other options stay.`
  if (option.variable !== undefined) {
    const set: Remedy = {
      ...base,
      kind: 'set_env',
      params: { container, name: option.variable, value: fitting },
      reason,
    }
    return [set, room]
  }
  const swap = (words: string[] | undefined): string[] | undefined =>
    words?.includes(option.value) ? words.map((word) => (word === option.value ? fitting : word)) : undefined
  const [command, args] = [swap(spec.command), swap(spec.args)]
  const set: Remedy = {
    ...base,
    kind: 'set_command',
    params: { container, ...(command ? { command } : {}), ...(args ? { args } : {}) },
    reason,
  }
  return [set, room]
}
