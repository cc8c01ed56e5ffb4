import { listNames } from '#src/rules/kit/list-names.ts'
import type { Constraint } from './binding-constraint.ts'

/** The nodes that a taint or a cordon closes, as the end of a sentence; empty where there are none. */
export function describeClosed(closed: Constraint['closed']): string {
  if (closed.length === 0) return ''
  const reasons = closed.flatMap(({ misfits }) =>
    misfits.map((misfit) =>
      misfit.predicate === 'cordon'
        ? 'a cordon'
        : `taint ${misfit.key}${misfit.wanted ? `=${misfit.wanted}` : ''}:${misfit.effect}`,
    ),
  )
  return `; ${closed.length} ${closed.length === 1 ? 'node is' : 'nodes are'} closed by ${listNames(reasons)}`
}
