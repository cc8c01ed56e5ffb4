import type { WhatIf } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { PodSpec } from '#src/domain/kubernetes/objects.ts'
import type { ChangedBy } from './changed-by.ts'
import { placesFor } from './places-for.ts'
import { verdict } from './verdict.ts'

/** Runs the scheduler's predicates over the changed pod. */
export function afterScheduling({ target, params }: ChangedBy<'patch_scheduling'>, view: ClusterView): WhatIf {
  const spec = view.templateOf(target)?.spec
  if (!spec || view.list('Node').length === 0) return verdict.unknown('the pod template or the nodes were not seen')
  const places = placesFor(view, target, changed(spec, params))
  if (places.length === 0) return verdict.no('still no node would take the pod')
  const names = places.slice(0, 3).map((node) => node.metadata.name)
  return verdict.yes(`${places.length === 1 ? 'node' : 'nodes'} ${names.join(', ')} would take the pod`)
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

/** A null takes a label out of the selector. */
function changedSelector(before: PodSpec['nodeSelector'], change: Record<string, string | null> | undefined) {
  const pairs = Object.entries({ ...before, ...change })
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== null))
}
