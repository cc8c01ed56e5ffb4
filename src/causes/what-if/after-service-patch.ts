import type { WhatIf } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { matchesMap } from '#src/domain/kubernetes/label-selector.ts'
import { isPodReady } from '#src/rules/kit/is-pod-ready.ts'
import type { ChangedBy } from './changed-by.ts'
import { verdict } from './verdict.ts'

/** Resolves the selector and the target port against the pods that are there. */
export function afterServicePatch({ target, params }: ChangedBy<'patch_service'>, view: ClusterView): WhatIf {
  const service = view.get('Service', target.namespace, target.name)
  if (!service) return verdict.unknown('the service was not seen')
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
