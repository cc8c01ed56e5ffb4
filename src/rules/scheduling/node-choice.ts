import type { Remedy } from '#src/domain/action.ts'
import { refOf } from '#src/domain/cluster-view.ts'
import { matchesNodeTerms } from '#src/domain/kubernetes/label-selector.ts'
import { listNames, nearName } from '#src/rules/kit/names.ts'
import { ownerOf } from '#src/rules/kit/objects.ts'
import type { Misfit } from '#src/rules/kit/placement/node-fit.ts'
import { addNode, type PendingCase, type PendingCause } from './pending-case.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'
import { escalate, instruct, patchScheduling, uncordon } from '#src/rules/kit/actions.ts'

export const nodeChoiceMechanisms = {
  node_selector_mismatch: {
    title: 'no node has the labels of the node selector',
    category: 'scheduling',
    role: 'cause',
    layer: 'wiring',
    detected:
      'No node has the labels of the node selector; for a daemon set, none does and it therefore wants no pod at all.',
    from: ['.spec.nodeSelector', 'Node `.metadata.labels`', 'DaemonSet `.status.desiredNumberScheduled`'],
    suggests: ['rollback', 'patch_scheduling', 'custom_instruction'],
    limits: 'A daemon set for hardware that is not there may be intended; it is reported with low severity.',
  },
  node_affinity_mismatch: {
    title: 'no node satisfies the required node affinity',
    category: 'scheduling',
    role: 'cause',
    layer: 'wiring',
    detected: 'No node satisfies the required node affinity.',
    from: ['.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution', 'Node `.metadata.labels`'],
    suggests: ['rollback', 'custom_instruction'],
  },
  untolerated_taint: {
    title: 'the nodes that would fit have a taint that is not tolerated',
    category: 'scheduling',
    role: 'cause',
    layer: 'wiring',
    detected: 'All nodes that would fit have a taint that the pod does not tolerate.',
    from: ['Node `.spec.taints`', '.spec.tolerations', '.spec.nodeSelector and required node affinity'],
    suggests: ['rollback', 'patch_scheduling', 'custom_instruction'],
    limits:
      'A toleration is proposed only where the pod itself asks for the reserved node. Taints are never taken away. Taints of a sick node blame the node instead.',
  },
  node_cordoned: {
    title: 'the nodes that would fit are cordoned',
    category: 'scheduling',
    role: 'cause',
    layer: 'node',
    detected: 'The only nodes that would take the pod are cordoned.',
    from: ['Node `.spec.unschedulable`'],
    suggests: ['rollback', 'uncordon', 'custom_instruction'],
    limits:
      'The node is the root where one node alone would take the pods, else the workload. Why a node was cordoned is not known: ask the person who did it first.',
  },
  volume_node_conflict: {
    title: 'the volume lives where the pod may not run',
    category: 'storage',
    role: 'cause',
    layer: 'wiring',
    detected: 'The volume of a claim lives where the pod may not run, or where no node is any more.',
    from: [
      'PersistentVolume `.spec.nodeAffinity`',
      'Node `.metadata.labels`',
      'event `FailedScheduling`: `volume node affinity conflict`',
    ],
    suggests: ['rollback', 'escalate', 'custom_instruction'],
    limits: 'Whether the data may be given up only their owner knows.',
  },
} as const satisfies Declarations

/** No node has the labels that the pod asks for: which label, with which value, and what the nodes have instead. */
export function labelCause(pending: PendingCase): PendingCause {
  return pending.constraint.predicate === 'affinity' ? affinityCause(pending) : selectorCause(pending)
}

function selectorCause({ waiting, pod, floor, constraint }: PendingCase): PendingCause {
  const selector = Object.entries(pod.spec.nodeSelector ?? {})
  const missing = selector.filter(([key, value]) => floor.nodes.every((node) => node.metadata.labels?.[key] !== value))
  const asked = missing.length > 0 ? missing : selector
  const described = asked.map(([key, value]) => `${key}=${value}`).join(', ')
  const others = asked.flatMap(([key]) =>
    floor.nodes.flatMap((node) => {
      const value = node.metadata.labels?.[key]
      return value === undefined ? [] : [`${key}=${value}`]
    }),
  )
  const have = others.length > 0 ? `; nodes have ${listNames(others)} instead` : ''
  const none = missing.length > 0 || constraint.reported ? 'no node has that label' : 'no node has all of these labels'
  const remedies = [
    ...asked.slice(0, 1).map(([key, value]) => patchSelector(waiting.workload, key, value, others)),
    labelNode(described),
  ]
  return {
    mechanism: 'node_selector_mismatch',
    statement: `${waiting.workload.kind} ${waiting.workload.name} has nodeSelector ${described} and ${none}, so its pods stay Pending${have}`,
    remedies,
  }
}

/** Towards a value that nodes have where the asked one looks like a slip, else away with the selector: its owner decides. */
function patchSelector(
  target: PendingCase['waiting']['workload'],
  key: string,
  value: string,
  others: string[],
): Remedy {
  const values = [
    ...new Set(others.filter((pair) => pair.startsWith(`${key}=`)).map((pair) => pair.slice(key.length + 1))),
  ]
  const meant = nearName(value, values)
  return patchScheduling(
    target,
    { nodeSelector: { [key]: meant ?? null } },
    {
      reason: meant
        ? `nodes have ${key}=${meant}; ${value} looks like a slip`
        : `no node has ${key}=${value}; without the selector the pods run on the nodes there are, if the program can do without`,
      override: { risk: 'medium', because: 'Where the pods run is the choice of their owner.' },
    },
  )
}

function labelNode(described: string): Remedy {
  return instruct(
    { kind: 'Node', name: 'any' },
    'label_node',
    `If a node really has what ${described} stands for, label it: kubectl label node NODE ${described.replaceAll(', ', ' ')}`,
    {
      reason: `no node has ${described}`,
      needs: [{ param: 'node', ask: `Which node, if any, has what ${described} stands for?` }],
    },
  )
}

function affinityCause({ waiting, constraint }: PendingCase): PendingCause {
  const wanted = listNames(constraint.misfits.map((misfit) => String(misfit.wanted ?? misfit.key)))
  const { kind, name } = waiting.workload
  return {
    mechanism: 'node_affinity_mismatch',
    statement: `The required node affinity of ${kind} ${name} (${wanted}) is satisfied by no node, so its pods stay Pending`,
    remedies: [
      instruct(
        waiting.workload,
        'patch_node_affinity',
        `Correct requiredDuringSchedulingIgnoredDuringExecution of ${kind} ${name}: no node satisfies ${wanted}; name a value that nodes have, or make it a preference.`,
        { reason: `no node satisfies ${wanted}` },
      ),
      labelNode(wanted),
    ],
  }
}

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
    statement: `${which.replace('  ', ' ')}; ${kind} ${name} does not tolerate the taint ${described || 'reported by the scheduler'}, so its pods stay Pending`,
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
  return patchScheduling(
    target,
    {
      toleration: { key: taint.key, operator: value === undefined ? 'Exists' : 'Equal', value, effect: taint.effect },
    },
    { reason: `the pods ask for exactly the node that this taint reserves (${listNames(nodes)})` },
  )
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
      ...constraint.nodes
        .slice(0, 1)
        .map((node) =>
          uncordon(
            refOf(node),
            {},
            { reason: 'the node would take the pods; ask the person who cordoned it whether its maintenance is over' },
          ),
        ),
      addNode(`room for the pods of ${kind} ${name}`, 'the only nodes that fit are cordoned'),
    ],
  }
}

/** The pod's volume is bound to nodes that cannot take the pod, or that are gone: the claim is what a person must look at. */
export function volumeConflict({ waiting, pod, floor, constraint }: PendingCase): PendingCause {
  const { view } = floor
  const namespace = pod.metadata.namespace
  const claims = (pod.spec.volumes ?? []).flatMap((volume) => {
    const name = volume.persistentVolumeClaim?.claimName
    const claim = name ? view.get('PersistentVolumeClaim', namespace, name) : undefined
    return claim ? [claim] : []
  })
  const claim =
    claims.find((each) => constraint.misfits.some((misfit) => misfit.key === each.metadata.name)) ?? claims[0]
  const volume = claim?.spec.volumeName ? view.get('PersistentVolume', undefined, claim.spec.volumeName) : undefined
  const terms = volume?.spec.nodeAffinity?.required?.nodeSelectorTerms ?? []
  const places = terms.flatMap((term) =>
    [...(term.matchExpressions ?? []), ...(term.matchFields ?? [])].map(
      (each) => `${each.key} ${(each.values ?? []).join('|')}`,
    ),
  )
  const where = places.length > 0 ? ` (node affinity ${listNames(places)})` : ''
  const isAnywhere = floor.nodes.some((node) => matchesNodeTerms(terms, node.metadata.labels, node.metadata.name))
  const lost = terms
    .flatMap((term) => term.matchExpressions ?? [])
    .filter(({ key }) => key === 'kubernetes.io/hostname')
    .flatMap(({ values = [] }) => values)
    .filter((host) => floor.nodes.every((node) => node.metadata.labels?.['kubernetes.io/hostname'] !== host))
  const target = claim ? refOf(claim) : waiting.workload
  const reported = claim
    ? `PersistentVolumeClaim ${claim.metadata.name} is bound to PersistentVolume ${volume?.metadata.name ?? claim.spec.volumeName}${where}`
    : 'Its volume'
  return {
    mechanism: 'volume_node_conflict',
    resource: target,
    statement: `${reported}, but ${isAnywhere ? `no node that may take ${waiting.workload.kind} ${waiting.workload.name} matches it` : `no node in the cluster matches it${lost.length > 0 ? ` (node ${listNames(lost)} does not exist)` : ''}`}, so ${waiting.workload.kind} ${waiting.workload.name} stays Pending (volume node affinity conflict)`,
    remedies: [
      escalate(
        view,
        target,
        `Bring back the node that holds the volume${where}, or say whether its content may be given up and restored from a backup on a new volume.`,
        'the data lie on a volume that only that node can reach',
        ownerOf(view, waiting.workload),
      ),
      instruct(
        target,
        'recreate_pvc',
        `After its owner confirmed that the data are saved or not needed any more: create a new claim on a volume that the nodes can reach and let ${waiting.workload.kind} ${waiting.workload.name} use it.`,
        {
          reason: 'the pods can only run where their volume can be reached',
          override: { risk: 'high', reversible: false, because: 'The data on the old volume are lost with it.' },
        },
      ),
    ],
  }
}
