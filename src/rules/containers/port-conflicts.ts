import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { type Crash, crashOf, readExit } from '#src/rules/kit/exits.ts'
import { groupFinding, nameGroup } from '#src/rules/kit/findings.ts'
import { type ContainerGroup, containerGroups, type ContainerInstance } from '#src/rules/kit/pods.ts'
import { defineRule } from '#src/rules/rule.ts'
import { setCommand } from '#src/rules/kit/actions.ts'

type Clashing = ContainerInstance & { crash: Crash; other: string; port: number }

/** Two containers of a pod that declare one port, where one of them keeps dying. Without declarations only the logs can tell. */
export const portConflicts = defineRule({
  name: 'port-conflicts',
  finds: {
    port_conflict: {
      title: 'two processes of a pod want the same port',
      category: 'config',
      role: 'cause',
      layer: 'config',
      detected:
        'A container says that its address is in use, or it keeps dying while another container of the pod declares the same port.',
      from: [
        'log: `address already in use`, `EADDRINUSE`',
        '.spec.containers[].ports[].containerPort',
        '.status.containerStatuses[].lastState.terminated.exitCode',
      ],
      suggests: ['set_env', 'set_command'],
      limits: 'Which port is free and how the program is told to use it is asked for.',
    },
  },
  find,
})

function find(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => {
    const clashing = group.instances.flatMap((instance) => clashOf(view, instance))
    const [first] = clashing
    return first ? [findClash(view, group, clashing, first)] : []
  })
}

function clashOf(view: ClusterView, instance: ContainerInstance): Clashing[] {
  const crash = instance.role === 'init' ? undefined : crashOf(instance, view)
  const code = crash?.terminated.exitCode ?? 0
  if (!crash || code === 0 || code > 125) return []
  const { pod, spec } = instance
  const others = pod.spec.containers.filter((other) => other.name !== spec.name)
  for (const { containerPort, protocol = 'TCP' } of spec.ports ?? []) {
    const other = others.find((each) =>
      (each.ports ?? []).some((port) => port.containerPort === containerPort && (port.protocol ?? 'TCP') === protocol),
    )
    if (other) return [{ ...instance, crash, other: other.name, port: containerPort }]
  }
  return []
}

function findClash(view: ClusterView, group: ContainerGroup, clashing: Clashing[], first: Clashing): FindingDraft {
  const ask = { param: 'args', ask: `a free port for container ${group.container} and how it is told to listen on it` }
  return groupFinding(
    view,
    group,
    clashing,
    ({ pod, crash }) => [
      objectEvidence(
        view.snapshot,
        pod,
        '.spec.containers',
        `containers ${group.container} and ${first.other} both declare port ${first.port}`,
      ),
      objectEvidence(
        view.snapshot,
        pod,
        crash.path,
        `container ${group.container} ended with ${readExit(crash.terminated)}`,
      ),
    ],
    {
      mechanism: 'port_conflict',
      confidence: 0.75,
      confidence_reason: 'both declare the port and one of them dies; its log would say that the address is in use',
      statement: `${nameGroup(group)} keeps dying with ${readExit(first.crash.terminated)}: it declares port ${first.port}, which container ${first.other} of the same pod declares too; containers of a pod share their ports (address already in use).`,
      remedies: [
        setCommand(
          group.workload,
          { container: group.container },
          { needs: [ask], reason: `Port ${first.port} can be given once per pod.` },
        ),
      ],
    },
  )
}
