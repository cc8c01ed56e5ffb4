import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { formatBytes, parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { type EvictedPod, evictedPods } from './evicted-pods.ts'
import { formatDuration } from '#src/util/time.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, instruct, patchResources } from '#src/rules/kit/actions.ts'

const recentMs = 15 * 60_000
const singleMs = 5 * 60_000

/** Pods that kubelets throw out, for their own use of disk or for their node's need; dozens of them are one finding. */
export const evictions = defineRule({
  name: 'evictions',
  finds: {
    evicted_ephemeral_storage: {
      title: 'a pod passes its ephemeral-storage limit and is evicted',
      category: 'resources',
      role: 'cause',
      layer: 'environment',
      detected:
        'The kubelet evicted pods within the last 15 minutes because a container or an emptyDir passed its own limit.',
      from: [
        'event `Evicted`: `exceeded its local ephemeral storage limit`, `Usage of EmptyDir volume`',
        '.status.reason and .status.message of evicted pods',
        '.spec.containers[].resources.limits.ephemeral-storage',
      ],
      suggests: ['patch_resources', 'custom_instruction', 'escalate'],
      limits: 'What is written, and whether it is bounded, is not seen. One eviction whose replacement serves is over.',
    },
    evicted_node_pressure: {
      title: 'a node under pressure evicts pods',
      category: 'node',
      role: 'cause',
      layer: 'container',
      explains: {
        dependency_unreachable: 'an evicted pod loses its connections',
        application_error: 'an evicted pod reports its end as an error',
      },
      detected: 'Pods were evicted or refused within the last 15 minutes because their node was short of something.',
      from: [
        'event `Evicted`: `The node was low on resource`, `The node had condition`',
        '.status.reason and .status.message of evicted pods',
      ],
      suggests: ['patch_resources', 'escalate'],
      limits:
        'Who used the resource up is not fully known. A larger request is proposed only where the kubelet names a use above the request.',
    },
  },
  find,
})

function find(view: ClusterView): FindingDraft[] {
  const recent = evictedPods(view).filter(({ at }) => (view.ageOf(at) ?? Number.POSITIVE_INFINITY) < recentMs)
  return [...Map.groupBy(recent, ({ workload }) => refKey(workload)).values()].flatMap((group) => {
    const [newest] = group as [EvictedPod]
    // One eviction whose replacement serves is over.
    const over =
      group.length === 1 && (view.ageOf(newest.at) ?? 0) > singleMs && severityOf(view, newest.workload) === 'medium'
    if (over) return []
    const own = group.filter(({ message }) => storageLimit(message))
    const pressure = group.filter(({ message }) => pressureOf(message))
    return [
      ...(own.length > 0 ? [findStorage(view, own)] : []),
      ...(pressure.length > 0 ? [findPressure(view, pressure)] : []),
    ]
  })
}

interface StorageLimit {
  limit?: string
  container?: string
  volume?: string
}

function storageLimit(message: string): StorageLimit | undefined {
  const container = /Container (\S+) exceeded its local ephemeral storage limit "([^"]+)"/.exec(message)
  if (container) return { container: container[1], limit: container[2] }
  const volume = /Usage of EmptyDir volume "([^"]+)" exceeds the limit "([^"]+)"/.exec(message)
  if (volume) return { volume: volume[1], limit: volume[2] }
  const total = /ephemeral local storage usage exceeds the total limit of containers (\d[\w.]*\w)/.exec(message)
  return total ? { limit: total[1] } : undefined
}

function findStorage(view: ClusterView, group: EvictedPod[]): FindingDraft {
  const [newest] = group as [EvictedPod]
  const { workload, message } = newest
  const reported = storageLimit(message) ?? {}
  const limited = (view.templateOf(workload)?.spec.containers ?? newest.object?.spec.containers ?? []).filter(
    (spec) => spec.resources?.limits?.['ephemeral-storage'],
  )
  const container = reported.container ?? (limited.length === 1 ? limited[0]?.name : undefined)
  const subject = reported.volume
    ? `emptyDir volume ${reported.volume} passes its sizeLimit`
    : container
      ? `container ${container} passes its ephemeral-storage limit`
      : 'its containers pass their ephemeral-storage limit'
  return draftFinding({
    ...common(view, group),
    mechanism: 'evicted_ephemeral_storage',
    ...(container === undefined ? {} : { container }),
    confidence: 0.95,
    confidence_reason: 'the kubelet names the limit that was passed',
    statement: `${countOf(group)} of ${workload.kind} ${workload.name} evicted${within(view, group)}: ${subject} of ${reported.limit} ("${message.trim().slice(0, 100)}").`,
    remedies: storageRemedies(
      view,
      workload,
      reported,
      limited.length > 0 ? (container ?? limited[0]?.name) : container,
    ),
  })
}

function storageRemedies(
  view: ClusterView,
  workload: ResourceRef,
  reported: StorageLimit,
  container: string | undefined,
): Remedy[] {
  const ask = escalate(
    view,
    workload,
    `What does ${workload.name} write to its local disk, and why does it grow past ${reported.limit}?`,
    'A higher limit only moves the moment if the files grow without bound.',
  )
  const spec = view.templateOf(workload)?.spec.containers.find((each) => each.name === container)
  const bytes = parseQuantity(
    reported.volume ? reported.limit : (spec?.resources?.limits?.['ephemeral-storage'] ?? reported.limit),
  )
  if (bytes === undefined) return [ask]
  const twice = formatBytes(bytes * 2)
  if (reported.volume !== undefined) {
    return [
      instruct(
        workload,
        'patch_volume',
        `Raise emptyDir.sizeLimit of volume ${reported.volume} in ${workload.kind} ${workload.name} from ${reported.limit} to ${twice}, and bound what is written there.`,
        { reason: `Twice the limit of ${reported.limit} that was passed.` },
      ),
      ask,
    ]
  }
  if (container === undefined) return [ask]
  const raise: Remedy = patchResources(
    workload,
    { container, limits: { 'ephemeral-storage': twice } },
    { reason: `Twice the limit of ${reported.limit} that was passed; the request stays.` },
  )
  return [raise, ask]
}

interface Pressure {
  resource: string
  container?: string
  usage?: string
  request?: string
}

function pressureOf(message: string): Pressure | undefined {
  const low = /node was low on resource: ([\w-]+)/i.exec(message)
  const using = /[Cc]ontainer (\S+) was using ([\w.]+), request is ([\w.]+)/.exec(message)
  if (low?.[1])
    return { resource: low[1], ...(using ? { container: using[1], usage: using[2], request: using[3] } : {}) }
  const refused = /node had condition: \[?(\w+)/i.exec(message)
  return refused?.[1] ? { resource: refused[1] } : undefined
}

/** A kubelet names a resource when it evicts, and its node's condition when it refuses. */
const shortOf = (resource: string): string =>
  resource.endsWith('Pressure') ? `has condition ${resource}` : `is low on ${resource}`

function findPressure(view: ClusterView, group: EvictedPod[]): FindingDraft {
  const [newest] = group as [EvictedPod]
  const { workload, message } = newest
  const pressure = pressureOf(message) as Pressure
  const nodes = [...new Set(group.flatMap(({ object }) => object?.spec.nodeName ?? []))]
  const where = nodes.length > 0 ? `node ${nodes.slice(0, 2).join(', ')}` : 'its node'
  const use = pressure.container
    ? `; container ${pressure.container} was using ${pressure.usage}, its request is ${pressure.request}`
    : ''
  return draftFinding({
    ...common(view, group),
    mechanism: 'evicted_node_pressure',
    ...(pressure.container === undefined ? {} : { container: pressure.container }),
    confidence: 0.85,
    confidence_reason: 'the kubelet names what the node is short of; who used it up is not fully known',
    statement: `${countOf(group)} of ${workload.kind} ${workload.name} evicted or refused${within(view, group)}: ${where} ${shortOf(pressure.resource)}${use}.`,
    blames: nodes.map((name) => ({
      resource: { kind: 'Node', name },
      because: `the kubelet of node ${name} evicts pods for lack of ${pressure.resource}`,
    })),
    remedies: pressureRemedies(view, workload, pressure, where),
  })
}

function pressureRemedies(
  view: ClusterView,
  workload: ResourceRef,
  { resource, container, usage, request }: Pressure,
  where: string,
): Remedy[] {
  const ask = escalate(
    view,
    workload,
    `${where} ${shortOf(resource)}: free it or add capacity.`,
    'The other pods on the node add to its pressure.',
    'the platform team',
  )
  const used = parseQuantity(usage)
  const asked = parseQuantity(request) ?? 0
  if (
    container === undefined ||
    used === undefined ||
    used <= asked ||
    !['memory', 'ephemeral-storage'].includes(resource)
  )
    return [ask]
  const params = { container, requests: { [resource]: formatBytes(used * 1.2) } }
  const reason = `It was using ${usage} with a request of ${request}: a request that tells the truth lets the scheduler find room.`
  return [patchResources(workload, params, { reason }), ask]
}

function common(view: ClusterView, group: EvictedPod[]) {
  const [newest] = group as [EvictedPod]
  return {
    resource: newest.workload,
    severity: severityOf(view, newest.workload),
    evidence: group.slice(0, 3).map(({ evidence }) => evidence),
    affects: group.map(({ pod }) => pod),
    since: group.at(-1)?.at,
  }
}

const countOf = (group: EvictedPod[]): string => (group.length === 1 ? '1 pod' : `${group.length} pods`)

function within(view: ClusterView, group: EvictedPod[]): string {
  return group.length === 1 ? '' : ` within ${formatDuration(view.ageOf(group.at(-1)?.at) ?? 0)}`
}
