import type { Remedy } from '#src/domain/action.ts'
import { instruct } from '#src/rules/kit/instruct.ts'
import { listNames } from '#src/rules/kit/list-names.ts'
import { nearName } from '#src/rules/kit/near-name.ts'
import type { PendingCase, PendingCause } from './pending-case.ts'

/** No node bears the labels that the pod asks for: which label, with which value, and what the nodes have instead. */
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
  const none = missing.length > 0 || constraint.told ? 'no node bears that label' : 'no node bears all of these labels'
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

/** Towards a value that nodes bear where the asked one looks like a slip, else away with the selector: its owner decides. */
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
  return {
    kind: 'patch_scheduling',
    target,
    params: { nodeSelector: { [key]: meant ?? null } },
    reason: meant
      ? `nodes bear ${key}=${meant}; ${value} looks like a slip`
      : `no node bears ${key}=${value}; dropping it lets the pods run on the nodes there are, if the program can do without`,
    risk: 'medium',
    reversible: true,
  }
}

function labelNode(described: string): Remedy {
  return instruct(
    { kind: 'Node', name: 'any' },
    'label_node',
    `If a node really has what ${described} stands for, label it: kubectl label node NODE ${described.replaceAll(', ', ' ')}`,
    {
      reason: `no node bears ${described}`,
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
        `Correct requiredDuringSchedulingIgnoredDuringExecution of ${kind} ${name}: no node satisfies ${wanted}; name a value that nodes bear, or make it a preference.`,
        { reason: `no node satisfies ${wanted}` },
      ),
      labelNode(wanted),
    ],
  }
}
