import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { HttpRoute, RouteBackend } from '#src/domain/kubernetes/network.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { listNames, nearName } from '#src/rules/kit/names.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'
import { instruct } from '#src/rules/kit/actions.ts'

export const routeMechanisms = {
  route_backend_missing: {
    title: 'a route names a service or port that does not exist',
    category: 'network',
    role: 'cause',
    layer: 'wiring',
    detected: 'An HTTPRoute names a Service that is proved absent, or a port that the Service does not have.',
    from: ['HTTPRoute `.spec.rules[].backendRefs`', 'Service `.spec.ports`'],
    suggests: ['custom_instruction'],
    limits: 'Routes of other kinds (gRPC, TLS, TCP) and backends that are no Services are not judged.',
  },
  route_not_accepted: {
    title: 'a route is accepted by no gateway',
    category: 'network',
    role: 'cause',
    layer: 'environment',
    detected: 'The Gateway of an HTTPRoute does not exist, or reports Accepted or ResolvedRefs False of it.',
    from: ['HTTPRoute `.spec.parentRefs` and `.status.parents`', 'the Gateway of that name'],
    suggests: ['custom_instruction'],
    limits: 'Grants between namespaces are not read; the words of the controller tell of them.',
  },
} as const satisfies Declarations

/** Routes whose backend or gateway does not exist, or that their gateway does not accept. */
export function routes(view: ClusterView): FindingDraft[] {
  return view.list('HTTPRoute').flatMap((route) => {
    if (route.metadata.deletionTimestamp) return []
    const backends = missingBackends(view, route)
    return backends.length > 0 ? backends : [...missingGateways(view, route), ...refused(view, route)].slice(0, 1)
  })
}

interface Fault {
  what: string
  path: string
  right?: string
}

function missingBackends(view: ClusterView, route: HttpRoute): FindingDraft[] {
  const faults = (route.spec?.rules ?? []).flatMap((rule) =>
    (rule.backendRefs ?? []).flatMap((backend): Fault[] => {
      const fault = faultOf(view, route, backend)
      return fault ? [{ ...fault, path: rule.matches?.[0]?.path?.value ?? '/' }] : []
    }),
  )
  const distinct = [...new Map(faults.map((fault) => [fault.what, fault])).values()]
  const { name } = route.metadata
  return distinct.map(({ what, path, right }) =>
    draftFinding({
      mechanism: 'route_backend_missing',
      resource: refOf(route),
      severity: 'high',
      confidence: 0.95,
      confidence_reason: 'all services of the namespace were seen',
      statement: `HTTPRoute ${name} sends ${hostOf(route)}${path} to the backend ${what}`,
      evidence: [
        objectEvidence(view.snapshot, route, '.spec.rules', `HTTPRoute ${name}: ${hostOf(route)}${path} -> ${what}`),
      ],
      remedies: [
        instruct(
          refOf(route),
          'patch_route',
          right
            ? `In HTTPRoute ${name} replace ${what.split(',')[0]} by ${right}.`
            : `Let HTTPRoute ${name} name a Service and port that exist, or create ${what.split(',')[0]}.`,
          {
            reason: right ? `${right} exists and is the nearest` : 'requests to it end in an error of the gateway',
            ...(right ? {} : { needs: [{ param: 'backend', ask: 'Which Service and port shall serve it?' }] }),
          },
        ),
      ],
    }),
  )
}

function hostOf({ spec }: HttpRoute): string {
  return spec?.hostnames?.[0] ?? '*'
}

/** Backends of other namespaces need a grant, which only the controller's own words tell of. */
function faultOf(view: ClusterView, route: HttpRoute, backend: RouteBackend): Omit<Fault, 'path'> | undefined {
  const namespace = backend.namespace ?? route.metadata.namespace
  if ((backend.kind ?? 'Service') !== 'Service' || backend.group || backend.weight === 0) return undefined
  if (view.existence('Service', namespace, backend.name) === 'absent') {
    const services = view.list('Service').filter((each) => each.metadata.namespace === namespace)
    const right = nearName(
      backend.name,
      services.map((each) => each.metadata.name),
    )
    return { what: `Service ${backend.name}, which does not exist (not found)`, right }
  }
  const ports = view.get('Service', namespace, backend.name)?.spec.ports ?? []
  if (ports.length === 0 || ports.some(({ port }) => port === backend.port)) return undefined
  const offered = listNames(ports.map(({ name, port }) => (name ? `${name}=${port}` : String(port))))
  const what = `port ${backend.port ?? '(none)'} of Service ${backend.name}, which has no such port (it has ${offered})`
  return { what, right: ports.length === 1 ? `port ${ports[0]?.port}` : undefined }
}

function missingGateways(view: ClusterView, route: HttpRoute): FindingDraft[] {
  const parent = (route.spec?.parentRefs ?? []).find(
    ({ kind, namespace, name }) =>
      (kind ?? 'Gateway') === 'Gateway' &&
      view.existence('Gateway', namespace ?? route.metadata.namespace, name) === 'absent',
  )
  if (!parent) return []
  const where = parent.namespace ? ` in namespace ${parent.namespace}` : ''
  return [unaccepted(view, route, `its Gateway ${parent.name}${where} does not exist (not found)`, 0.93)]
}

/** What the controller of each gateway says of the route. */
function refused(view: ClusterView, route: HttpRoute): FindingDraft[] {
  return (route.status?.parents ?? []).flatMap(({ parentRef, conditions }) => {
    const bad = (conditions ?? []).find(
      ({ type, status }) => (type === 'Accepted' || type === 'ResolvedRefs') && status === 'False',
    )
    if (!bad) return []
    const said = `Gateway ${parentRef.name} reports ${bad.type} False, ${bad.reason ?? 'no reason'}: ${bad.message ?? ''}`
    return [unaccepted(view, route, said, 0.88)]
  })
}

function unaccepted(view: ClusterView, route: HttpRoute, why: string, confidence: number): FindingDraft {
  const { name } = route.metadata
  return draftFinding({
    mechanism: 'route_not_accepted',
    resource: refOf(route),
    severity: 'high',
    confidence,
    confidence_reason: 'read from the route, its gateway and what the gateway says of it',
    statement: `HTTPRoute ${name} for ${hostOf(route)} is not served: ${why}`,
    evidence: [objectEvidence(view.snapshot, route, '.status.parents', `HTTPRoute ${name}: ${why}`)],
    remedies: [
      instruct(
        refOf(route),
        'patch_route',
        `Let parentRefs of HTTPRoute ${name} name a gateway and listener that take it (namespace, hostname and section must fit), or let the gateway's owner admit it: ${why}`,
        { reason: 'a route is served only by a gateway that accepts it' },
      ),
    ],
  })
}
