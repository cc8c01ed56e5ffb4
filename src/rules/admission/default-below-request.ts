import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import type { RefusalRule } from './refusal-cause.ts'

const contradiction = /must be less than or equal to (cpu|memory|ephemeral-storage) limit/

/** A container that writes a request and no limit gets the limit range's default limit; where that is smaller, its pods are invalid. */
export const defaultBelowRequest: RefusalRule = ({ view, workload, message }) => {
  const resource = contradiction.exec(message)?.[1]
  const containers = view.templateOf(workload)?.spec.containers ?? []
  if (resource === undefined) return undefined
  const asks = ({ resources }: Container) => resources?.requests?.[resource]
  const ranges = view.list('LimitRange').filter(({ metadata }) => metadata.namespace === workload.namespace)
  for (const range of ranges) {
    const given = range.spec?.limits?.find(({ type }) => type === 'Container')?.default?.[resource]
    const container = containers.find(
      (each) =>
        each.resources?.limits?.[resource] === undefined &&
        (parseQuantity(asks(each)) ?? 0) > (parseQuantity(given) ?? Number.POSITIVE_INFINITY),
    )
    const request = container && asks(container)
    if (!container || !request || !given) continue
    const { name } = range.metadata
    return {
      mechanism: 'limit_range_violation',
      evidence: [
        objectEvidence(
          view.snapshot,
          range,
          '.spec.limits',
          `LimitRange ${name}: default limit ${resource}=${given} per Container`,
        ),
      ],
      statement: `LimitRange ${name} gives container ${container.name} of ${workload.kind} ${workload.name} the default limit ${resource}=${given}, below its own request ${resource}=${request}, so its pods are invalid (must be less than or equal to ${resource} limit)`,
      remedies: [
        {
          kind: 'patch_resources',
          target: workload,
          params: { container: container.name, limits: { [resource]: request } },
          reason: `a limit of its own, as large as the request of ${request}, takes the place of the default ${given}`,
          risk: 'low',
          reversible: true,
        },
      ],
    }
  }
  return undefined
}
