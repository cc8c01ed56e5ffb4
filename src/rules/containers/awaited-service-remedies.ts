import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { AwaitedHost } from './awaited-hosts.ts'
import { escalate } from '#src/rules/kit/escalate.ts'
import { instruct } from '#src/rules/kit/instruct.ts'
import { selectsWorkload } from '#src/rules/kit/selects-workload.ts'
import { nearName } from '#src/rules/kit/near-name.ts'
import { ownerOf } from '#src/rules/kit/owner-of.ts'
import type { ContainerGroup } from '#src/rules/kit/pod-groups.ts'

/** What to do about a Service that is waited for and does not exist: the one that was meant, or the one that has to come. */
export function awaitedServiceRemedies(
  view: ClusterView,
  group: ContainerGroup,
  awaited: AwaitedHost,
  service: ResourceRef,
): Remedy[] {
  const { workload, container } = group
  const port = awaited.port === undefined ? 'its port' : `port ${awaited.port}`
  const behind = workloadsNamed(view, service)
  const selects = behind
    ? `selecting the pods of ${behind.kind} ${behind.name}`
    : `in front of the workload that answers there (none of that name is in the namespace: deploy it first)`
  return [
    ...rename(view, group, awaited, service),
    instruct(
      service,
      'create_service',
      `Create Service ${service.name} with ${port} in namespace ${service.namespace}, ${selects}; init container ${container} of ${workload.kind} ${workload.name} waits for it.`,
      {
        reason: `Service ${service.name} is waited for and does not exist.`,
        needs: behind ? [] : [{ param: 'selector', ask: `which pods stand behind ${service.name}` }],
      },
    ),
    escalate(
      workload,
      ownerOf(view, workload),
      `Deploy ${service.name} in namespace ${service.namespace}, or say what ${workload.name} should wait for instead.`,
      `${workload.kind} ${workload.name} cannot start without it.`,
    ),
  ]
}

/** A Service with nearly that name exists: the command, or the variable it reads, has a slip. */
function rename(
  view: ClusterView,
  { workload, container }: ContainerGroup,
  awaited: AwaitedHost,
  service: ResourceRef,
): Remedy[] {
  const names = view
    .list('Service')
    .filter((each) => each.metadata.namespace === workload.namespace && !selectsWorkload(view, each, workload))
  const near = nearName(
    service.name,
    names.map((each) => each.metadata.name),
  )
  if (!near) return []
  const reason = `Service ${near} exists in namespace ${workload.namespace}, ${service.name} does not.`
  if (awaited.variable !== undefined) {
    const params = { container, name: awaited.variable, value: near }
    return [{ kind: 'set_env', target: workload, params, reason, risk: 'medium', reversible: true }]
  }
  return [
    instruct(
      workload,
      'patch_init_command',
      `Let init container ${container} of ${workload.kind} ${workload.name} wait for ${near} instead of ${awaited.host}.`,
      { reason },
    ),
  ]
}

function workloadsNamed(view: ClusterView, { namespace, name }: ResourceRef): ResourceRef | undefined {
  const kind = (['Deployment', 'StatefulSet', 'DaemonSet'] as const).find((each) => view.get(each, namespace, name))
  return kind && { kind, namespace, name }
}
