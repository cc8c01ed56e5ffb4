import type { Remedy } from '#src/domain/action.ts'
import type { TopologySpreadConstraint } from '#src/domain/kubernetes/objects.ts'
import { listNames } from '#src/rules/kit/list-names.ts'
import { addNode } from './add-node.ts'
import { describeClosed } from './describe-closed.ts'
import { nodeFit } from '#src/rules/kit/placement/node-fit.ts'
import type { PendingCase, PendingCause } from './pending-case.ts'

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
  return {
    kind: 'patch_scheduling',
    target: waiting.workload,
    params: { topologySpread: { topologyKey: broken.topologyKey, ...change } },
    reason:
      'nodeTaintsPolicy' in change
        ? `the closed ${listNames(closed)} is then no domain, and the pods spread over the nodes that may take them`
        : 'the spread becomes a wish: pods run, less evenly',
    risk: 'low',
    reversible: true,
  }
}
