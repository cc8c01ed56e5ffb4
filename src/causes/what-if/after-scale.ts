import type { WhatIf } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ChangedBy } from './changed-by.ts'
import { placesFor } from './places-for.ts'
import { quotaVerdict } from './quota-verdict.ts'
import { verdict } from './verdict.ts'
import { wantedReplicas } from './wanted-replicas.ts'

/** Fewer pods fit where more did not; from zero a node must take the first one. */
export function afterScale({ target, params }: ChangedBy<'scale'>, view: ClusterView): WhatIf {
  if (params.replicas === 0) return verdict.no('nothing would run')
  const spec = view.templateOf(target)?.spec
  if (!spec) return verdict.unknown('the pod template was not seen')
  const quota = quotaVerdict(view, target, spec, params.replicas)
  if (quota && !quota.fits) return verdict.no(quota.because)
  const before = wantedReplicas(view, target)
  if (before > 0 && params.replicas < before) {
    return quota ? verdict.yes(quota.because) : afterShrinking(params.replicas, target, view)
  }
  const places = placesFor(view, target, spec)
  if (view.list('Node').length > 0 && places.length === 0) return verdict.no('no node would take its pods')
  if (before > 0) return verdict.unknown('whether that many pods suffice is not in the picture')
  return verdict.yes(`it is scaled to zero, and ${places.length} nodes would take its pods`)
}

function afterShrinking(replicas: number, target: ChangedBy<'scale'>['target'], view: ClusterView): WhatIf {
  const running = view.list('Pod').filter((pod) => pod.spec.nodeName && view.workloadOf(pod).name === target.name)
  if (running.length >= replicas)
    return verdict.yes(`${running.length} pods have a node, which is all that it would want`)
  return verdict.no(`only ${running.length} pods have a node`)
}
