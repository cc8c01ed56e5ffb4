import type { WhatIf } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { PodSpec } from '#src/domain/kubernetes/objects.ts'
import { revisionsOf } from '#src/domain/kubernetes/revisions.ts'
import type { ChangedBy } from './changed-by.ts'
import { verdict } from './verdict.ts'

/** The key that would be read, the Service that would be called, or an earlier revision that ran with the value. */
export function afterEnv({ target, params }: ChangedBy<'set_env'>, view: ClusterView): WhatIf {
  if (params.valueFrom) return afterReference(params.valueFrom, target.namespace, view)
  const host = /^(?:[a-z]+:\/\/)?([a-z0-9.-]+)/.exec(params.value ?? '')?.[1]?.split('.')[0]
  if (host && view.get('Service', target.namespace, host)) {
    return verdict.yes(`Service ${host} exists in namespace ${target.namespace}`)
  }
  const earlier = revisionsOf(view, target).find(
    (revision) => !revision.current && holds(revision.template.spec, params.name, params.value),
  )
  if (earlier) return verdict.yes(`revision ${earlier.revision} ran with this value`)
  return verdict.unknown('the picture does not show what the program will do with it')
}

function afterReference(
  from: NonNullable<ChangedBy<'set_env'>['params']['valueFrom']>,
  namespace: string | undefined,
  view: ClusterView,
): WhatIf {
  const object = view.get(from.kind, namespace, from.name)
  if (!object) return verdict.unknown(`${from.kind} ${from.name} was not seen`)
  const keys = object.kind === 'Secret' ? object.keys : Object.keys(object.data ?? {})
  return keys.includes(from.key)
    ? verdict.yes(`${from.kind} ${from.name} has the key ${from.key}`)
    : verdict.no(`${from.kind} ${from.name} has no key ${from.key}`)
}

function holds(spec: PodSpec, name: string, value: string | undefined): boolean {
  return spec.containers.some((container) =>
    (container.env ?? []).some((variable) => variable.name === name && variable.value === value),
  )
}
