import type { WhatIf } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'
import type { ChangedBy } from './changed-by.ts'
import { placesFor } from './places-for.ts'
import { quotaVerdict } from './quota-verdict.ts'
import { verdict } from './verdict.ts'
import { wantedReplicas } from './wanted-replicas.ts'

/** A node that takes the changed pod, and quotas that let all of them in. What a program will really use is not in the picture. */
export function afterResources({ target, params }: ChangedBy<'patch_resources'>, view: ClusterView): WhatIf {
  const template = view.templateOf(target)?.spec
  if (!template) return verdict.unknown('the pod template was not seen')
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
    return verdict.no('no node would take the pod with these resources')
  if (!params.requests || params.limits) return verdict.unknown('how much the program will use is not in the picture')
  if (quota) return verdict.yes(quota.because)
  const waits = view.list('Pod').some((pod) => !pod.spec.nodeName && view.workloadOf(pod).name === target.name)
  if (places.length === 0 || !waits) return verdict.unknown('no pod of it is seen to wait for a node')
  return verdict.yes(`node ${places[0]?.metadata.name} would take the pod, as far as the pods on it are seen`)
}
