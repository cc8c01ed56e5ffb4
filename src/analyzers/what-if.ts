import type { Remedy, WhatIf } from '../domain/action.ts'
import type { ClusterView } from '../domain/cluster-view.ts'
import { matchesMap } from '../domain/kubernetes/label-selector.ts'
import type { Node, PodSpec, Toleration } from '../domain/kubernetes/objects.ts'
import { parseQuantity } from '../domain/kubernetes/quantity.ts'
import { revisionsOf } from '../domain/kubernetes/revisions.ts'

const yes = (because: string): WhatIf => ({ would_resolve: 'yes', because })
const no = (because: string): WhatIf => ({ would_resolve: 'no', because })
const unknown = (because: string): WhatIf => ({ would_resolve: 'unknown', because })

/** Would the change remove the cause? Judged against the picture alone, before anybody is asked; what cannot be judged is `unknown`. */
export function whatIf(remedy: Remedy, view: ClusterView): WhatIf {
  if (remedy.needs?.length)
    return unknown(`it depends on what is asked for: ${remedy.needs.map((need) => need.param).join(', ')}`)
  switch (remedy.kind) {
    case 'rollback':
      return afterRollback(remedy, view)
    case 'scale':
      return afterScale(remedy, view)
    case 'patch_service':
      return afterServicePatch(remedy, view)
    case 'patch_scheduling':
      return afterScheduling(remedy, view)
    case 'patch_resources':
      return afterResources(remedy, view)
    case 'set_env':
      return afterEnv(remedy, view)
    case 'escalate':
    case 'custom_instruction':
      return unknown('a person carries it out')
    default:
      return unknown('the picture does not show what the program will do with it')
  }
}

type Of<K extends Remedy['kind']> = Extract<Remedy, { kind: K }>

function afterRollback({ target, params }: Of<'rollback'>, view: ClusterView): WhatIf {
  const earlier = revisionsOf(view, target).filter((revision) => !revision.current)
  const goal =
    params.to_revision === undefined ? earlier[0] : earlier.find((revision) => revision.revision === params.to_revision)
  if (!goal) return no('no earlier revision is there to go back to')
  if (goal.ready_replicas > 0) return yes(`revision ${goal.revision} still has ${goal.ready_replicas} ready pods`)
  return unknown(`revision ${goal.revision} exists; no pod of it runs now to show that it works`)
}

function afterScale({ target, params }: Of<'scale'>, view: ClusterView): WhatIf {
  if (params.replicas === 0) return no('nothing would run')
  const pods = view.list('Pod').filter((pod) => view.workloadOf(pod).name === target.name)
  const open = view.list('Node').filter((node) => isOpen(node, view.templateOf(target)?.spec))
  const ports = (view.templateOf(target)?.spec.containers ?? [])
    .flatMap((container) => container.ports ?? [])
    .filter((port) => port.hostPort)
  if (ports.length > 0 && open.length > 0) {
    return params.replicas <= open.length
      ? yes(`${open.length} nodes can give the host port`)
      : no(`only ${open.length} nodes can give the host port`)
  }
  return pods.length === 0
    ? unknown('no pod of it has run in the picture')
    : unknown('whether that many pods suffice is not in the picture')
}

function afterServicePatch({ target, params }: Of<'patch_service'>, view: ClusterView): WhatIf {
  const service = view.get('Service', target.namespace, target.name)
  if (!service) return unknown('the service was not seen')
  const selector = params.selector ?? service.spec.selector
  const pods = view
    .list('Pod')
    .filter((pod) => pod.metadata.namespace === target.namespace && matchesMap(selector, pod.metadata.labels))
  if (pods.length === 0) return no('the selector would match no pod')
  const ready = pods.filter((pod) =>
    pod.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True'),
  )
  if (ready.length === 0) return no(`it would match ${pods.length} pods, none of them ready`)
  const wanted = params.targetPort
  const declared = pods.flatMap((pod) => pod.spec.containers.flatMap((container) => container.ports ?? []))
  if (wanted !== undefined && !declared.some((port) => port.containerPort === wanted || port.name === wanted)) {
    return unknown(`no container declares port ${wanted}`)
  }
  return yes(`it would match ${pods.length} pods, ${ready.length} of them ready`)
}

function afterScheduling({ target, params }: Of<'patch_scheduling'>, view: ClusterView): WhatIf {
  const spec = view.templateOf(target)?.spec
  if (!spec || view.list('Node').length === 0) return unknown('the pod template or the nodes were not seen')
  const changed: PodSpec = {
    ...spec,
    tolerations: params.toleration ? [...(spec.tolerations ?? []), params.toleration] : spec.tolerations,
    nodeSelector: changedSelector(spec.nodeSelector, params.nodeSelector),
  }
  const open = view.list('Node').filter((node) => isOpen(node, changed) && hasRoom(node, changed))
  if (open.length === 0) return no('still no node would take the pod')
  if (params.topologySpread) return yes(`${open.length} nodes would take the pod once the constraint is eased`)
  return yes(`node ${open[0]?.metadata.name} would take the pod`)
}

function changedSelector(
  before: Record<string, string> | undefined,
  change: Record<string, string | null> | undefined,
) {
  const merged = { ...before, ...change }
  const kept = Object.entries(merged).filter((pair): pair is [string, string] => pair[1] !== null)
  return Object.fromEntries(kept)
}

/** Labels, taints and cordon let the pod in; affinity and spread are not reckoned here. */
function isOpen(node: Node, spec: PodSpec | undefined): boolean {
  if (!spec || node.spec?.unschedulable) return false
  const selector = Object.entries(spec.nodeSelector ?? {})
  if (!selector.every(([key, value]) => node.metadata.labels?.[key] === value)) return false
  return (node.spec?.taints ?? []).every(
    (taint) =>
      taint.effect === 'PreferNoSchedule' ||
      (spec.tolerations ?? []).some((toleration) => tolerates(toleration, taint)),
  )
}

function tolerates(toleration: Toleration, taint: { key: string; value?: string; effect: string }): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.operator === 'Exists') return toleration.key === undefined || toleration.key === taint.key
  return toleration.key === taint.key && (toleration.value ?? '') === (taint.value ?? '')
}

function hasRoom(node: Node, spec: PodSpec): boolean {
  return ['cpu', 'memory'].every((resource) => {
    const wanted = spec.containers.reduce(
      (sum, container) => sum + (parseQuantity(container.resources?.requests?.[resource]) ?? 0),
      0,
    )
    const there = parseQuantity(node.status?.allocatable?.[resource])
    return there === undefined || wanted <= there
  })
}

function afterResources({ target, params }: Of<'patch_resources'>, view: ClusterView): WhatIf {
  const spec = view.templateOf(target)?.spec
  if (!spec) return unknown('the pod template was not seen')
  const containers = spec.containers.map((container) =>
    container.name === params.container
      ? {
          ...container,
          resources: {
            requests: { ...container.resources?.requests, ...params.requests },
            limits: { ...container.resources?.limits, ...params.limits },
          },
        }
      : container,
  )
  const nodes = view.list('Node').filter((node) => isOpen(node, spec))
  if (nodes.length > 0 && !nodes.some((node) => hasRoom(node, { ...spec, containers })))
    return no('no open node could hold these requests')
  if (params.requests && !params.limits)
    return unknown('a node is large enough; what other pods take there is not fully seen')
  return unknown('how much the program will take is not in the picture')
}

function afterEnv({ target, params }: Of<'set_env'>, view: ClusterView): WhatIf {
  const from = params.valueFrom
  if (from) {
    const object = view.get(from.kind, target.namespace, from.name)
    if (!object) return unknown(`${from.kind} ${from.name} was not seen`)
    const keys = object.kind === 'Secret' ? object.keys : Object.keys(object.data ?? {})
    return keys.includes(from.key)
      ? yes(`${from.kind} ${from.name} has the key ${from.key}`)
      : no(`${from.kind} ${from.name} has no key ${from.key}`)
  }
  const host = /^(?:[a-z]+:\/\/)?([a-z0-9.-]+)/.exec(params.value ?? '')?.[1]?.split('.')[0]
  if (host && view.get('Service', target.namespace, host))
    return yes(`Service ${host} exists in namespace ${target.namespace}`)
  const earlier = revisionsOf(view, target).find(
    (revision) => !revision.current && holds(revision.template.spec, params.name, params.value),
  )
  return earlier
    ? yes(`revision ${earlier.revision} ran with this value`)
    : unknown('the picture does not show what the program will do with it')
}

function holds(spec: PodSpec, name: string, value: string | undefined): boolean {
  return spec.containers.some((container) =>
    (container.env ?? []).some((variable) => variable.name === name && variable.value === value),
  )
}
