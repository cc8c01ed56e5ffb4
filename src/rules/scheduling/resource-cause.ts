import type { Remedy } from '#src/domain/action.ts'
import type { Node } from '#src/domain/kubernetes/cluster.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'
import { formatBytes, parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { addNode, describeAmount, describeClosed, type PendingCase, type PendingCause } from './pending-case.ts'
import type { Floor } from '#src/rules/kit/placement/node-fit.ts'
import { podRequests } from '#src/rules/kit/placement/pod-requests.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'
import { instruct, patchResources } from '#src/rules/kit/actions.ts'

export const capacityMechanisms = {
  insufficient_resources: {
    title: 'no node has the resources that the pod requests',
    category: 'scheduling',
    role: 'cause',
    layer: 'environment',
    detected: 'Every node that the pod may use lacks something that it requests.',
    from: [
      '.spec.containers[].resources.requests',
      'Node `.status.allocatable`',
      'requests of the pods on each node',
      'event `FailedScheduling`: `Insufficient ...`',
    ],
    suggests: ['rollback', 'patch_resources', 'custom_instruction'],
    limits:
      'Pods of namespaces that may not be read are missing in the sum: then only the scheduler says so. A smaller request is proposed only where the pod would fit no node even when empty.',
  },
} as const satisfies Declarations

const headroom = 0.85

/** No node has the resources that the pods request: with the request in its own words and the most that a node can give. */
export function resourceCause(pending: PendingCase): PendingCause {
  const { waiting, pod, constraint } = pending
  const resource = scarcest(pending)
  const wanted = podRequests(pod.spec)[resource]
  const demand =
    resource === 'pods' ? 'a free pod slot' : `${resource} ${literalRequest(pod.spec.containers, resource, wanted)}`
  const [node] = pinnedNodes(pending)
  if (node && resource !== 'pods') return pinnedCause(pending, node, resource, demand)
  const room = roomiest(pending, resource)
  const fits = room !== undefined && wanted !== undefined && wanted <= room.allocatable
  const offer =
    room === undefined
      ? 'no node has that much left'
      : isExtended(resource) && room.allocatable === 0
        ? `no node that they may use offers any ${resource}`
        : fits
          ? `no open node has that much free (the largest can allocate ${describeAmount(resource, room.allocatable)})`
          : `the largest open node can allocate only ${describeAmount(resource, room.allocatable)}`
  const more = addNode(resource === 'pods' ? demand : `requests ${demand}`, `no open node has ${demand} free`)
  const plugin = isExtended(resource) && room?.allocatable === 0 ? [checkPlugin(resource)] : []
  const patch = fits ? undefined : smallerRequest(pending, resource, room?.free)
  return {
    mechanism: 'insufficient_resources',
    statement:
      resource === 'pods'
        ? `Pods of ${waiting.workload.kind} ${waiting.workload.name} find no free pod slot: the open nodes hold as many pods as they may (Too many pods; at most ${room?.allocatable ?? 'few'} on one)${describeClosed(constraint.closed)}`
        : `Pods of ${waiting.workload.kind} ${waiting.workload.name} request ${demand}${defaultOf(pending, resource)}, but ${offer} (Insufficient ${resource})${describeClosed(constraint.closed)}`,
    remedies: [...(patch ? [patch] : []), more, ...plugin],
  }
}

/** A daemon set's pod has its node: another node does not help it, room on this one does. */
function pinnedCause(pending: PendingCase, node: Node, resource: string, demand: string): PendingCause {
  const { waiting, floor } = pending
  const { kind, name } = waiting.workload
  const host = node.metadata.name
  const { allocatable, free } = roomOn(node, floor, resource)
  const patch = smallerRequest(pending, resource, free)
  const taken = describeAmount(resource, allocatable - free)
  return {
    mechanism: 'insufficient_resources',
    statement: `The pod of ${kind} ${name} for node ${host} finds no room there: it requests ${demand}, and pods that were seen take ${taken} of ${describeAmount(resource, allocatable)} (Insufficient ${resource})`,
    remedies: [
      ...(patch ? [patch] : []),
      instruct(
        waiting.workload,
        'make_room',
        `Make room for ${demand} on node ${host}: move a pod that can run elsewhere, or give ${kind} ${name} a priority class, so that the scheduler makes room for it.`,
        { reason: 'a pod of a daemon set can run on its own node only' },
      ),
    ],
  }
}

/** Devices and the like, which a plugin of the node announces: `nvidia.com/gpu`. */
function isExtended(resource: string): boolean {
  return resource.includes('/')
}

function checkPlugin(resource: string): Remedy {
  return instruct(
    { kind: 'Addon', name: 'device-plugin' },
    'install_addon',
    `If a node does hold ${resource}, install or repair the device plugin that announces ${resource} there (it is a DaemonSet); the pods are then placed by themselves.`,
    { reason: `a node offers ${resource} only while its device plugin reports it` },
  )
}

/** The template asks for nothing of it: then a limit range gave the pods the figure. */
function defaultOf({ waiting, pod, floor: { view } }: PendingCase, resource: string): string {
  const written = view.templateOf(waiting.workload)?.spec.containers ?? pod.spec.containers
  const asks = written.some(({ resources }) => resources?.requests?.[resource] ?? resources?.limits?.[resource])
  const range = view
    .list('LimitRange')
    .find(
      ({ metadata, spec }) =>
        metadata.namespace === pod.metadata.namespace &&
        (spec?.limits ?? []).some((limit) => limit.defaultRequest?.[resource] ?? limit.default?.[resource]),
    )
  return !asks && range ? ` (the default of LimitRange ${range.metadata.name})` : ''
}

function scarcest({ constraint, waiting }: PendingCase): string {
  const counts = Map.groupBy(constraint.misfits, (misfit) => misfit.key)
  const byCount = [...counts].toSorted(
    ([left, a], [right, b]) =>
      b.length - a.length || Number(reported(waiting.message, right)) - Number(reported(waiting.message, left)),
  )
  return byCount[0]?.[0] ?? 'resources'
}

function reported(message: string, resource: string): boolean {
  return message.includes(`Insufficient ${resource}`)
}

/** The request as written where one container makes it, else the sum. */
function literalRequest(containers: Container[], resource: string, wanted: number | undefined): string {
  const written = containers.flatMap((container) => {
    const text = container.resources?.requests?.[resource] ?? container.resources?.limits?.[resource]
    return text === undefined ? [] : [text]
  })
  if (written.length === 1) return written[0] ?? ''
  return wanted === undefined ? '' : `${describeAmount(resource, wanted)} in sum`
}

/** The most that an open node can allocate, and what is left there of it as far as pods are seen. */
function roomiest(
  { floor, constraint }: PendingCase,
  resource: string,
): { allocatable: number; free: number } | undefined {
  const shut = new Set(constraint.closed.map(({ node }) => node.metadata.name))
  const meant = constraint.nodes.length > 0 ? constraint.nodes : floor.nodes
  const open = meant.filter((node) => !shut.has(node.metadata.name))
  const rooms = open.map((node) => roomOn(node, floor, resource))
  if (rooms.length === 0) return undefined
  return {
    allocatable: Math.max(...rooms.map((room) => room.allocatable)),
    free: Math.max(...rooms.map((room) => room.free)),
  }
}

function roomOn(node: Node, floor: Floor, resource: string): { allocatable: number; free: number } {
  const allocatable = parseQuantity(node.status?.allocatable?.[resource]) ?? 0
  const placed = floor.placed.get(node.metadata.name) ?? []
  const taken = placed.reduce((sum, pod) => sum + (podRequests(pod.spec)[resource] ?? 0), 0)
  return { allocatable, free: allocatable - taken }
}

function smallerRequest({ waiting, pod }: PendingCase, resource: string, free: number | undefined): Remedy | undefined {
  if (free === undefined || free <= 0 || !/^(cpu|memory|ephemeral-storage)$/.test(resource)) return undefined
  const amounts = pod.spec.containers.map((container) => ({
    name: container.name,
    amount: podRequests({ containers: [container] })[resource] ?? 0,
  }))
  const largest = amounts.toSorted((left, right) => right.amount - left.amount)[0]
  if (!largest) return undefined
  const others = amounts.reduce((sum, { amount }) => sum + amount, 0) - largest.amount
  const request = roundDown(resource, free * headroom - others)
  if (request === undefined) return undefined
  return patchResources(
    waiting.workload,
    { container: largest.name, requests: { [resource]: request } },
    {
      reason: `${request} fits the largest open node with headroom; its owner must know that the program can live with it`,
    },
  )
}

/** A round figure clearly below: whole Gi from 2Gi on, else steps of 64Mi; steps of 50m for cpu. */
function roundDown(resource: string, amount: number): string | undefined {
  if (resource === 'cpu') {
    const millis = Math.floor((amount * 1000) / 50) * 50
    return millis >= 50 ? `${millis}m` : undefined
  }
  const step = amount >= 2 * 2 ** 30 ? 2 ** 30 : 64 * 2 ** 20
  const bytes = Math.floor(amount / step) * step
  return bytes > 0 ? formatBytes(bytes) : undefined
}

/** The nodes for which the waiting pods were made: a daemon set writes the node into each of its pods. */
function pinnedNodes({ waiting, floor }: PendingCase): Node[] {
  if (waiting.workload.kind !== 'DaemonSet') return []
  const names = new Set(
    waiting.pods.flatMap((pod) =>
      (
        pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
      ).flatMap((term) =>
        (term.matchFields ?? []).flatMap(({ key, values }) => (key === 'metadata.name' ? (values ?? []) : [])),
      ),
    ),
  )
  return floor.nodes.filter((node) => names.has(node.metadata.name))
}
