import type { Remedy } from '#src/domain/action.ts'
import type { TopologySpreadConstraint } from '#src/domain/kubernetes/objects.ts'
import { listNames } from '#src/rules/kit/names.ts'
import { nodeFit } from '#src/rules/kit/placement/node-fit.ts'
import { addNode, describeClosed, type PendingCase, type PendingCause } from './pending-case.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'
import { instruct, patchScheduling, scale } from '#src/rules/kit/actions.ts'

export const otherPodsMechanisms = {
  pod_affinity_unsatisfiable: {
    title: 'a required pod affinity or anti-affinity cannot be met',
    category: 'scheduling',
    role: 'cause',
    layer: 'wiring',
    detected: 'A required pod affinity or anti-affinity term can be met on no open node.',
    from: [
      '.spec.affinity.podAffinity and podAntiAffinity',
      'labels of the pods on each node',
      'topology labels of nodes',
    ],
    suggests: ['rollback', 'scale', 'custom_instruction'],
    limits: 'Pods of namespaces that may not be read do not count; namespace selectors of a term are not judged.',
  },
  topology_spread_unsatisfiable: {
    title: 'a topology spread constraint cannot be met',
    category: 'scheduling',
    role: 'cause',
    layer: 'wiring',
    detected: 'A topology spread constraint with DoNotSchedule can be met on no open node.',
    from: ['.spec.topologySpreadConstraints', 'pods per topology domain', 'Node `.spec.taints`'],
    suggests: ['rollback', 'patch_scheduling', 'custom_instruction'],
  },
  host_port_conflict: {
    title: 'every open node already gives away the host port',
    category: 'scheduling',
    role: 'cause',
    layer: 'wiring',
    detected: 'Every open node has already given away the host port that the pod wants.',
    from: ['.spec.containers[].ports[].hostPort', 'host ports of the pods on each node'],
    suggests: ['rollback', 'scale', 'custom_instruction'],
    limits: 'A process of the node itself that holds the port is not seen.',
  },
} as const satisfies Declarations

/** Other pods are in the way, or those that the pod wants to be near are not there: host ports, pod affinity and anti-affinity. */
export function crowdingCause(pending: PendingCase): PendingCause {
  return pending.constraint.predicate === 'host_port' ? hostPortCause(pending) : podAffinityCause(pending)
}

/** How many pods of the workload run or could run beside each other: those that have a node. */
function runningCount({ waiting, floor, pod }: PendingCase): number {
  const placed = [...floor.placed.values()].flat()
  return placed.filter((other) => {
    const owner = floor.view.workloadOf(other)
    return owner.kind === waiting.workload.kind && owner.name === waiting.workload.name && other !== pod
  }).length
}

function scaleToFit(pending: PendingCase, reason: string): Remedy[] {
  const { waiting, floor, pod } = pending
  const candidate = { namespace: pod.metadata.namespace ?? '', labels: pod.metadata.labels, spec: pod.spec }
  const free = floor.nodes.filter((node) => nodeFit(candidate, node, floor).length === 0).length
  const replicas = runningCount(pending) + free
  if (replicas === 0 || !['Deployment', 'StatefulSet', 'ReplicaSet'].includes(waiting.workload.kind)) return []
  return [scale(waiting.workload, { replicas }, { reason })]
}

function hostPortCause(pending: PendingCase): PendingCause {
  const { waiting, pod, constraint } = pending
  const { kind, name } = waiting.workload
  const declared = pod.spec.containers.flatMap((container) =>
    (container.ports ?? []).flatMap((port) => (port.hostPort ? [String(port.hostPort)] : [])),
  )
  const taken = constraint.misfits.map((misfit) => misfit.key.split('/')[0] ?? '')
  const port = listNames(taken.length > 0 ? taken : declared)
  const holders = constraint.misfits.map((misfit) => String(misfit.available))
  const held = holders.length > 0 ? ` (held by ${listNames(holders)})` : ''
  return {
    mechanism: 'host_port_conflict',
    statement: `${kind} ${name} wants host port ${port}, which each node can give once, and no open node has it free${held}, so ${waiting.pods.length} of its pods stay Pending${describeClosed(constraint.closed)}`,
    remedies: [
      ...scaleToFit(pending, `as many pods as open nodes that can give host port ${port}`),
      instruct(
        waiting.workload,
        'remove_host_port',
        `Remove hostPort ${port} from the pod template of ${kind} ${name} and reach it through a Service, unless clients call the nodes themselves.`,
        { reason: 'without a host port several pods fit on one node' },
      ),
      addNode(`host port ${port} free`, 'each further pod needs a node of its own'),
    ],
  }
}

function podAffinityCause(pending: PendingCase): PendingCause {
  const { waiting, constraint } = pending
  const { kind, name } = waiting.workload
  const terms = constraint.misfits.map((misfit) => `${misfit.wanted} per ${misfit.key}`)
  const described = listNames(terms.length > 0 ? terms : ['a required pod affinity term'])
  const repelled = constraint.misfits.some((misfit) => String(misfit.wanted).startsWith('podAntiAffinity'))
  return {
    mechanism: 'pod_affinity_unsatisfiable',
    statement: `The required pod ${repelled ? 'anti-affinity' : 'affinity'} of ${kind} ${name} (${described}) can be met on no open node, so its pods stay Pending${describeClosed(constraint.closed)}`,
    remedies: [
      ...(repelled ? scaleToFit(pending, 'as many pods as nodes that can hold one each') : []),
      instruct(
        waiting.workload,
        'patch_pod_affinity',
        `Turn the required term (${described}) of ${kind} ${name} into a preferred one, or correct its labels.`,
        { reason: 'the required term cannot be met with the nodes and pods there are' },
      ),
      ...(repelled
        ? [addNode(`a further ${constraint.misfits[0]?.key ?? 'domain'}`, 'each pod needs one of its own')]
        : []),
    ],
  }
}

/** A hard topology spread constraint that no open node can meet; often because a closed node still counts as a domain. */
export function spreadCause(pending: PendingCase): PendingCause {
  const { waiting, pod, constraint } = pending
  const hard = (pod.spec.topologySpreadConstraints ?? []).filter((each) => each.whenUnsatisfiable === 'DoNotSchedule')
  const broken = hard.find((each) => constraint.misfits.some((misfit) => misfit.key === each.topologyKey)) ?? hard[0]
  const { kind, name } = waiting.workload
  if (!broken) {
    return {
      mechanism: 'topology_spread_unsatisfiable',
      statement: `No node meets the topology spread constraints of ${kind} ${name}${describeClosed(constraint.closed)}`,
      remedies: [addNode('another topology domain', 'no open domain can take a further pod')],
    }
  }
  const rule = `topology spread (maxSkew ${broken.maxSkew} per ${broken.topologyKey}, DoNotSchedule)`
  const byTaint = broken.nodeTaintsPolicy !== 'Honor' && fitsWith(pending, { ...broken, nodeTaintsPolicy: 'Honor' })
  const because = byTaint
    ? ` because a tainted node still counts as a domain (nodeTaintsPolicy Ignore)${describeClosed(constraint.closed)}`
    : describeClosed(constraint.closed)
  return {
    mechanism: 'topology_spread_unsatisfiable',
    statement: `The ${rule} of ${kind} ${name} cannot be met${because}`,
    remedies: [
      ...(byTaint ? [ease(pending, broken, { nodeTaintsPolicy: 'Honor' })] : []),
      ease(pending, broken, { whenUnsatisfiable: 'ScheduleAnyway' }),
      addNode(`a further domain of ${broken.topologyKey}`, 'no open domain can take a further pod'),
    ],
  }
}

function fitsWith({ pod, floor }: PendingCase, changed: TopologySpreadConstraint): boolean {
  const constraints = (pod.spec.topologySpreadConstraints ?? []).map((each) =>
    each.topologyKey === changed.topologyKey ? changed : each,
  )
  const candidate = {
    namespace: pod.metadata.namespace ?? '',
    labels: pod.metadata.labels,
    spec: { ...pod.spec, topologySpreadConstraints: constraints },
  }
  return floor.nodes.some((node) => nodeFit(candidate, node, floor).length === 0)
}

function ease(
  { waiting, constraint }: PendingCase,
  broken: TopologySpreadConstraint,
  change: { nodeTaintsPolicy: 'Honor' } | { whenUnsatisfiable: 'ScheduleAnyway' },
): Remedy {
  const closed = constraint.closed.map(({ node }) => node.metadata.name)
  return patchScheduling(
    waiting.workload,
    { topologySpread: { topologyKey: broken.topologyKey, ...change } },
    {
      reason:
        'nodeTaintsPolicy' in change
          ? `the closed ${listNames(closed)} is then no domain, and the pods spread over the nodes that may take them`
          : 'the spread becomes a wish: pods run, less evenly',
    },
  )
}
