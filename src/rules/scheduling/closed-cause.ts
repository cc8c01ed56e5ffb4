import { refOf } from '#src/domain/cluster-view.ts'
import { listNames } from '#src/rules/kit/list-names.ts'
import { addNode } from './add-node.ts'
import type { Misfit } from '#src/rules/kit/placement/misfit.ts'
import type { PendingCase, PendingCause } from './pending-case.ts'

/** The nodes that fit are closed: by a taint that the pod does not tolerate, or by a cordon. Taints are never taken away. */
export function closedCause(pending: PendingCase): PendingCause {
  return pending.constraint.predicate === 'cordon' ? cordonCause(pending) : taintCause(pending)
}

function describeTaint(taint: Misfit): string {
  return `${taint.key}${taint.wanted ? `=${taint.wanted}` : ''}:${taint.effect}`
}

function taintCause({ waiting, pod, floor, constraint }: PendingCase): PendingCause {
  const { kind, name } = waiting.workload
  const taints =
    constraint.misfits.length > 0 ? constraint.misfits : constraint.closed.flatMap(({ misfits }) => misfits)
  const described = listNames(taints.map(describeTaint))
  const nodes = constraint.nodes.map((node) => node.metadata.name)
  const chosen = describeChoice(pod.spec)
  const [first] = taints
  const isMeant = chosen !== '' && nodes.length < floor.nodes.length
  const which = isMeant
    ? `Only ${listNames(nodes)} matches ${chosen}`
    : `All ${nodes.length || ''} nodes that fit are tainted`
  return {
    mechanism: 'untolerated_taint',
    statement: `${which.replace('  ', ' ')}; ${kind} ${name} does not tolerate the taint ${described || 'told by the scheduler'}, so its pods stay Pending`,
    remedies: [
      ...(isMeant && first ? [tolerate(waiting.workload, first, nodes)] : []),
      addNode(
        `no taint other than those that ${kind} ${name} tolerates`,
        'every node that fits is reserved by a taint',
      ),
    ],
  }
}

function tolerate(
  target: PendingCase['waiting']['workload'],
  taint: Misfit,
  nodes: string[],
): PendingCause['remedies'][number] {
  const value = taint.wanted === undefined ? undefined : String(taint.wanted)
  return {
    kind: 'patch_scheduling',
    target,
    params: {
      toleration: { key: taint.key, operator: value === undefined ? 'Exists' : 'Equal', value, effect: taint.effect },
    },
    reason: `the pods ask for exactly the node that this taint reserves (${listNames(nodes)})`,
    risk: 'low',
    reversible: true,
  }
}

function describeChoice(spec: PendingCase['pod']['spec']): string {
  const pairs = Object.entries(spec.nodeSelector ?? {}).map(([key, value]) => `${key}=${value}`)
  if (pairs.length > 0) return `nodeSelector ${pairs.join(', ')}`
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return required ? 'the required node affinity' : ''
}

function cordonCause({ waiting, constraint }: PendingCase): PendingCause {
  const { kind, name } = waiting.workload
  const nodes = constraint.nodes.map((node) => node.metadata.name)
  const [only] = constraint.nodes
  return {
    mechanism: 'node_cordoned',
    // The one node whose cordon keeps them waiting is what has to be changed.
    ...(only && nodes.length === 1 ? { resource: refOf(only) } : {}),
    statement:
      nodes.length === 1
        ? `Node ${listNames(nodes)} is cordoned (unschedulable), and ${kind} ${name} would fit on no other node, so its pods stay Pending`
        : `${kind} ${name} would fit on ${listNames(nodes)}, which are cordoned (unschedulable), and on no other node, so its pods stay Pending`,
    remedies: [
      ...constraint.nodes.slice(0, 1).map((node) => ({
        kind: 'uncordon' as const,
        target: refOf(node),
        params: {},
        reason: 'the node would take the pods; ask whoever cordoned it whether its maintenance is over',
        risk: 'medium' as const,
        reversible: true,
      })),
      addNode(`room for the pods of ${kind} ${name}`, 'the only nodes that fit are cordoned'),
    ],
  }
}
