import type { Remedy, WhatIf } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { matchesMap } from '#src/domain/kubernetes/label-selector.ts'
import type { Node } from '#src/domain/kubernetes/cluster.ts'
import type { Container, Pod, PodSpec } from '#src/domain/kubernetes/objects.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { revisionsOf } from '#src/domain/kubernetes/revisions.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'
import { nodeFit } from '#src/rules/kit/placement/node-fit.ts'
import { placedPods, podRequests } from '#src/rules/kit/placement/pod-requests.ts'
import { wantedPods } from '#src/rules/kit/objects.ts'

/** A remedy of one kind, with its params. */
type ChangedBy<Kind extends Remedy['kind']> = Extract<Remedy, { kind: Kind }>

const programUnknown = 'the snapshot does not show how the program will react'

/** The three answers to "would it resolve the incident?", each with a reason. */
const verdict = {
  yes: (because: string): WhatIf => ({ would_resolve: 'yes', because }),
  no: (because: string): WhatIf => ({ would_resolve: 'no', because }),
  unknown: (because: string): WhatIf => ({ would_resolve: 'unknown', because }),
}

/** Whether a number of pods fits into the quotas of the namespace. Absent where no quota counts what the pods request. */
interface QuotaVerdict {
  fits: boolean
  because: string
}

/** Whether a remedy would remove the cause, judged against the snapshot alone; `unknown` where the snapshot does not show it. */
export function whatIf(remedy: Remedy, view: ClusterView): WhatIf {
  if (remedy.needs?.length) {
    return verdict.unknown(`it depends on what is asked for: ${remedy.needs.map((need) => need.param).join(', ')}`)
  }
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
    case 'patch_probe':
      return afterProbe(remedy, view)
    case 'unsuspend_cronjob':
      return verdict.yes('the next run starts on schedule')
    case 'set_env':
      return afterEnv(remedy, view)
    case 'escalate':
    case 'custom_instruction':
      return verdict.unknown('a person carries it out')
    default:
      return verdict.unknown(programUnknown)
  }
}

/** A probe reaches a port that the container declares; the snapshot does not show whether a path or a time is right. */
function afterProbe({ target, params }: ChangedBy<'patch_probe'>, view: ClusterView): WhatIf {
  const container = view.templateOf(target)?.spec.containers.find((each) => each.name === params.container)
  if (!container || params.port === undefined)
    return verdict.unknown('the snapshot does not show how long the program takes')
  const declared = (container.ports ?? []).find(
    (port) => port.containerPort === params.port || port.name === params.port,
  )
  if (!declared) return verdict.unknown(`container ${params.container} does not declare port ${params.port}`)
  return verdict.yes(`container ${params.container} declares port ${params.port}`)
}

/** A revision with ready pods is proven to work; one without pods is not. */
function afterRollback({ target, params }: ChangedBy<'rollback'>, view: ClusterView): WhatIf {
  const earlier = revisionsOf(view, target).filter((revision) => !revision.current)
  const goal =
    params.to_revision === undefined ? earlier[0] : earlier.find((each) => each.revision === params.to_revision)
  if (!goal) return verdict.no('there is no earlier revision')
  if (goal.ready_replicas > 0) {
    return verdict.yes(`revision ${goal.revision} still has ${goal.ready_replicas} ready pods`)
  }
  return verdict.unknown(`revision ${goal.revision} exists, but it has no ready pod that shows that it works`)
}

/** Resolves the selector and the target port against the existing pods. */
function afterServicePatch({ target, params }: ChangedBy<'patch_service'>, view: ClusterView): WhatIf {
  const service = view.get('Service', target.namespace, target.name)
  if (!service) return verdict.unknown('the Service was not observed')
  const selector = params.selector ?? service.spec.selector
  const pods = view
    .list('Pod')
    .filter((pod) => pod.metadata.namespace === target.namespace && matchesMap(selector, pod.metadata.labels))
  if (pods.length === 0) return verdict.no('the selector would match no pod')
  const ready = pods.filter(isPodReady)
  if (ready.length === 0) return verdict.no(`it would match ${pods.length} pods, none of them ready`)
  const wanted = params.targetPort
  const declared = pods.flatMap((pod) => pod.spec.containers.flatMap((container) => container.ports ?? []))
  if (wanted !== undefined && !declared.some((port) => port.containerPort === wanted || port.name === wanted)) {
    return verdict.unknown(`no container declares port ${wanted}`)
  }
  return verdict.yes(`it would match ${pods.length} pods, ${ready.length} of them ready`)
}

/** Fewer pods may fit where more did not; from zero, a node must have room for the first one. */
function afterScale({ target, params }: ChangedBy<'scale'>, view: ClusterView): WhatIf {
  if (params.replicas === 0) return verdict.no('nothing would run')
  const spec = view.templateOf(target)?.spec
  if (!spec) return verdict.unknown('the pod template was not observed')
  const quota = quotaVerdict(view, target, spec, params.replicas)
  if (quota && !quota.fits) return verdict.no(quota.because)
  const before = wantedReplicas(view, target)
  if (before > 0 && params.replicas < before) {
    return quota ? verdict.yes(quota.because) : afterShrinking(params.replicas, target, view)
  }
  const places = placesFor(view, target, spec)
  if (view.list('Node').length > 0 && places.length === 0) return verdict.no('its pods fit on no node')
  if (before > 0) return verdict.unknown('the snapshot does not show whether this many pods are enough')
  return verdict.yes(`it is scaled to zero, and its pods fit on ${places.length} nodes`)
}

function afterShrinking(replicas: number, target: ChangedBy<'scale'>['target'], view: ClusterView): WhatIf {
  const running = view.list('Pod').filter((pod) => pod.spec.nodeName && view.workloadOf(pod).name === target.name)
  if (running.length >= replicas) return verdict.yes(`${running.length} pods have a node, and it would want no more`)
  return verdict.no(`only ${running.length} pods have a node`)
}

/** Applies the predicates of the scheduler to the changed pod. */
function afterScheduling({ target, params }: ChangedBy<'patch_scheduling'>, view: ClusterView): WhatIf {
  const spec = view.templateOf(target)?.spec
  if (!spec || view.list('Node').length === 0) return verdict.unknown('the pod template or the nodes were not observed')
  const places = placesFor(view, target, changed(spec, params))
  if (places.length === 0) return verdict.no('the pod would still fit on no node')
  const names = places.slice(0, 3).map((node) => node.metadata.name)
  return verdict.yes(`the pod would fit on ${places.length === 1 ? 'node' : 'nodes'} ${names.join(', ')}`)
}

function changed(spec: PodSpec, params: ChangedBy<'patch_scheduling'>['params']): PodSpec {
  const spread = params.topologySpread
  return {
    ...spec,
    tolerations: params.toleration ? [...(spec.tolerations ?? []), params.toleration] : spec.tolerations,
    nodeSelector: changedSelector(spec.nodeSelector, params.nodeSelector),
    topologySpreadConstraints: (spec.topologySpreadConstraints ?? []).map((constraint) =>
      spread && constraint.topologyKey === spread.topologyKey ? { ...constraint, ...spread } : constraint,
    ),
  }
}

/** A null removes a label from the selector. */
function changedSelector(before: PodSpec['nodeSelector'], change: Record<string, string | null> | undefined) {
  const pairs = Object.entries({ ...before, ...change })
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== null))
}

/** The changed pod must fit on a node, and all pods into the quotas. The snapshot does not show what the program will use. */
function afterResources({ target, params }: ChangedBy<'patch_resources'>, view: ClusterView): WhatIf {
  const template = view.templateOf(target)?.spec
  if (!template) return verdict.unknown('the pod template was not observed')
  const change = (container: Container): Container => ({
    ...container,
    resources: {
      requests: { ...container.resources?.requests, ...params.requests },
      limits: { ...container.resources?.limits, ...params.limits },
    },
  })
  const spec = {
    ...template,
    containers: template.containers.map((each) => (each.name === params.container ? change(each) : each)),
  }
  const quota = quotaVerdict(view, target, spec, wantedReplicas(view, target))
  if (quota && !quota.fits) return verdict.no(quota.because)
  const places = placesFor(view, target, spec)
  if (view.list('Node').length > 0 && places.length === 0)
    return verdict.no('the pod fits on no node with these resources')
  if (!params.requests || params.limits)
    return verdict.unknown('the snapshot does not show how much the program will use')
  if (quota) return verdict.yes(quota.because)
  const waits = view.list('Pod').some((pod) => !pod.spec.nodeName && view.workloadOf(pod).name === target.name)
  if (places.length === 0 || !waits) return verdict.unknown('none of its pods is waiting for a node')
  return verdict.yes(`the pod would fit on node ${places[0]?.metadata.name}, as far as the pods on it were observed`)
}

/** How many pods a workload wants; 1 where it does not say. */
function wantedReplicas(view: ClusterView, workload: ResourceRef): number {
  return wantedPods(view, workload) ?? 1
}

/**
 * Nodes with room for one pod of the workload with this spec. Where pods of it wait for a node, its running pods keep their places;
 * otherwise the change replaces them, and their places count as free. Pods of namespaces that were not observed are not counted.
 */
function placesFor(view: ClusterView, workload: ResourceRef, spec: PodSpec): Node[] {
  const own = view.podsOfWorkload(workload)
  const waits = own.some((pod) => !pod.spec.nodeName)
  const placed = waits ? placedPods(view) : without(placedPods(view), new Set(own))
  const cluster = { view, nodes: view.list('Node'), placed }
  const labels = view.templateOf(workload)?.metadata?.labels
  const candidate = { namespace: workload.namespace ?? '', labels, spec }
  return cluster.nodes.filter((node) => nodeFit(candidate, node, cluster).length === 0)
}

/** Lists without any of these pods stay the same objects, because sums over them are cached by list. */
function without(placed: Map<string, Pod[]>, left: ReadonlySet<Pod>): Map<string, Pod[]> {
  const touched = new Set([...left].map((pod) => pod.spec.nodeName))
  return new Map(
    [...placed].map(([node, pods]) => [node, touched.has(node) ? pods.filter((pod) => !left.has(pod)) : pods]),
  )
}

/** The referenced key exists, or the Service in the value exists, or an earlier revision ran with the value. */
function afterEnv({ target, params }: ChangedBy<'set_env'>, view: ClusterView): WhatIf {
  if (params.valueFrom) return afterReference(params.valueFrom, target.namespace, view)
  const host = /^(?:[a-z]+:\/\/)?([a-z0-9.-]+)/.exec(params.value ?? '')?.[1]?.split('.')[0]
  if (host && view.get('Service', target.namespace, host)) {
    return verdict.yes(`Service ${host} exists in namespace ${target.namespace}`)
  }
  const earlier = revisionsOf(view, target).find(
    (revision) => !revision.current && setsVariable(revision.template.spec, params.name, params.value),
  )
  if (earlier) return verdict.yes(`revision ${earlier.revision} ran with this value`)
  return verdict.unknown(programUnknown)
}

function afterReference(
  from: NonNullable<ChangedBy<'set_env'>['params']['valueFrom']>,
  namespace: string | undefined,
  view: ClusterView,
): WhatIf {
  const object = view.get(from.kind, namespace, from.name)
  if (!object) return verdict.unknown(`${from.kind} ${from.name} was not observed`)
  const keys = object.kind === 'Secret' ? object.keys : Object.keys(object.data ?? {})
  return keys.includes(from.key)
    ? verdict.yes(`${from.kind} ${from.name} has the key ${from.key}`)
    : verdict.no(`${from.kind} ${from.name} has no key ${from.key}`)
}

function setsVariable(spec: PodSpec, name: string, value: string | undefined): boolean {
  return spec.containers.some((container) =>
    (container.env ?? []).some((variable) => variable.name === name && variable.value === value),
  )
}

/** Adds what the workload would use to the used quota, without what its pods use now. */
function quotaVerdict(
  view: ClusterView,
  workload: ResourceRef,
  spec: PodSpec,
  replicas: number,
): QuotaVerdict | undefined {
  const quotas = view.list('ResourceQuota').filter((each) => each.metadata.namespace === workload.namespace)
  if (quotas.length === 0) return undefined
  const own = view.podsOfWorkload(workload)
  const wanted = podRequests(spec)
  const fitting: string[] = []
  for (const quota of quotas) {
    for (const [key, hard] of Object.entries(quota.status?.hard ?? {})) {
      const resource = key.replace(/^requests\./, '')
      const each =
        key.startsWith('requests.') || resource === 'cpu' || resource === 'memory' ? wanted[resource] : undefined
      const limit = parseQuantity(hard)
      const used = parseQuantity(quota.status?.used?.[key])
      if (each === undefined || limit === undefined || used === undefined) continue
      const freed = own.reduce((sum, pod) => sum + (podRequests(pod.spec)[resource] ?? 0), 0)
      if (used - freed + each * replicas > limit) {
        return {
          fits: false,
          because: `${replicas} pods would still exceed ${key} ${hard} of quota ${quota.metadata.name}`,
        }
      }
      fitting.push(`${replicas} pods fit into ${key} ${hard} of quota ${quota.metadata.name}`)
    }
  }
  return fitting.length > 0 ? { fits: true, because: fitting.join('; ') } : undefined
}
