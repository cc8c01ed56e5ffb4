import type { Remedy } from '#src/domain/action.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { LimitRange } from '#src/domain/kubernetes/cluster.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { RefusalRule } from './refusals.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'
import { instruct, patchResources } from '#src/rules/kit/actions.ts'

export const limitRangeMechanisms = {
  limit_range_violation: {
    title: 'a limit range refuses the pods',
    category: 'admission',
    role: 'cause',
    layer: 'config',
    detected:
      'A limit range refuses pods for a figure above its maximum, below its minimum, or out of ratio; or its default limit lies below the request of a container.',
    from: [
      'event `FailedCreate`: `maximum ... usage per`, `minimum ... usage per`, `max limit to request ratio`, `must be less than or equal to ... limit`',
      'LimitRange `.spec.limits`',
      '.spec.template.spec.containers[].resources',
    ],
    suggests: ['rollback', 'patch_resources', 'custom_instruction'],
    limits: 'Whether the program can live with the bound is not known.',
  },
} as const satisfies Declarations

const bound = /(maximum|minimum) (\S+) usage per (Container|Pod) is ([^,\s\]]+), but (limit|request) is ([^,\s\]]+)/

const ratio = /(\S+) max limit to request ratio per (Container|Pod) is ([^,\s]+), but provided ratio is ([^,\s\]]+)/

interface Breach {
  extreme: string
  resource: string
  scope: string
  allowed: string
  field: 'limits' | 'requests'
  given: string
}

const contradictionPattern = /must be less than or equal to (cpu|memory|ephemeral-storage) limit/

/** A container that writes a request and no limit gets the limit range's default limit; where that is smaller, its pods are invalid. */
const defaultBelowRequest: RefusalRule = ({ view, workload, message }) => {
  const resource = contradictionPattern.exec(message)?.[1]
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
        patchResources(
          workload,
          { container: container.name, limits: { [resource]: request } },
          {
            reason: `a limit of its own, as large as the request of ${request}, takes the place of the default ${given}`,
          },
        ),
      ],
    }
  }
  return undefined
}

/** A limit range refuses the pods: which figure is too large or too small, and what is allowed. */
export const limitRangeRefusal: RefusalRule = (refusal) => {
  const { view, workload, message } = refusal
  const contradiction = defaultBelowRequest(refusal)
  if (contradiction) return contradiction
  const breach = parse(message)
  const range = view
    .list('LimitRange')
    .find((each) => each.metadata.namespace === workload.namespace && isBehind(each, breach))
  const named = range ? `LimitRange ${range.metadata.name}` : 'A LimitRange'
  const evidence = range
    ? [
        objectEvidence(
          view.snapshot,
          range,
          '.spec.limits',
          `LimitRange ${range.metadata.name}: ${breach?.extreme} ${breach?.resource} per ${breach?.scope} is ${breach?.allowed}`,
        ),
      ]
    : []
  if (!breach) {
    const reported = ratio.exec(message)?.[0]
    if (!reported) return undefined
    return {
      mechanism: 'limit_range_violation',
      evidence,
      statement: `${named} refuses the pods of ${workload.kind} ${workload.name}: ${reported}`,
      remedies: [adjust(workload, reported)],
    }
  }
  const { extreme, resource, scope, allowed, field, given } = breach
  const container = view.templateOf(workload)?.spec.containers.find((each) => hasFigure(each, breach))
  const side = extreme === 'maximum' ? 'above' : 'below'
  return {
    mechanism: 'limit_range_violation',
    evidence,
    statement: `${named} refuses the pods of ${workload.kind} ${workload.name}: ${field.slice(0, -1)} ${resource}=${given} is ${side} the ${extreme} of ${allowed} per ${scope} (${extreme} ${resource} usage per ${scope} is ${allowed}, but ${field.slice(0, -1)} is ${given})`,
    remedies: container && scope === 'Container' ? [patch(workload, container, breach)] : [adjust(workload, message)],
  }
}

function parse(message: string): Breach | undefined {
  const [, extreme, resource, scope, allowed, side, given] = bound.exec(message) ?? []
  if (!extreme || !resource || !scope || !allowed || !given) return undefined
  return {
    extreme,
    resource,
    scope,
    allowed: allowed.replace(/\.$/, ''),
    field: side === 'limit' ? 'limits' : 'requests',
    given: given.replace(/\.$/, ''),
  }
}

function isBehind(range: LimitRange, breach: Breach | undefined): boolean {
  if (!breach) return true
  const key = breach.extreme === 'maximum' ? 'max' : 'min'
  return (range.spec?.limits ?? []).some(
    (limit) =>
      limit.type === breach.scope && parseQuantity(limit[key]?.[breach.resource]) === parseQuantity(breach.allowed),
  )
}

function hasFigure(container: Container, { field, resource, given }: Breach): boolean {
  return parseQuantity(container.resources?.[field]?.[resource]) === parseQuantity(given)
}

/** To the bound itself; a request may not stay above a limit that is lowered, nor a limit below a request that is raised. */
function patch(
  workload: ResourceRef,
  container: Container,
  { extreme, field, resource, allowed, given }: Breach,
): Remedy {
  const other = field === 'limits' ? 'requests' : 'limits'
  const opposite = parseQuantity(container.resources?.[other]?.[resource])
  const edge = parseQuantity(allowed) ?? 0
  const follows = opposite !== undefined && (extreme === 'maximum' ? opposite > edge : opposite < edge)
  return patchResources(
    workload,
    {
      container: container.name,
      [field]: { [resource]: allowed },
      ...(follows ? { [other]: { [resource]: allowed } } : {}),
    },
    { reason: `${allowed} is the ${extreme} that the limit range allows; ${given} is refused` },
  )
}

function adjust(workload: ResourceRef, reported: string): Remedy {
  return instruct(
    workload,
    'patch_resources',
    `Bring requests and limits of ${workload.kind} ${workload.name} within the limit range: ${reported.slice(0, 200)}`,
    { reason: 'the pods are refused as they are' },
  )
}
