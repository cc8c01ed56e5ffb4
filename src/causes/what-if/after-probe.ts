import type { WhatIf } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ChangedBy } from './changed-by.ts'
import { verdict } from './verdict.ts'

/** A probe on a port that the container declares will reach it; whether a path or a time suffices, only the program can tell. */
export function afterProbe({ target, params }: ChangedBy<'patch_probe'>, view: ClusterView): WhatIf {
  const container = view.templateOf(target)?.spec.containers.find((each) => each.name === params.container)
  if (!container || params.port === undefined)
    return verdict.unknown('how long the program takes is not in the picture')
  const declared = (container.ports ?? []).find(
    (port) => port.containerPort === params.port || port.name === params.port,
  )
  if (!declared) return verdict.unknown(`container ${params.container} does not declare port ${params.port}`)
  return verdict.yes(`container ${params.container} declares port ${params.port}`)
}
