import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Condition } from '#src/domain/kubernetes/objects.ts'
import type { Gateway, HttpRoute, RouteBackend } from '#src/domain/kubernetes/network.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, instruct } from '#src/rules/kit/actions.ts'
import { listNames, nearName } from '#src/rules/kit/names.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'

const routeMechanisms = {
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
    limits: 'Grants between namespaces are not read; the messages of the controller report them.',
  },
} as const satisfies Declarations

interface Fault {
  what: string
  path: string
  right?: string
}

/** A controller needs a moment for a new gateway. */
const graceMs = 120_000

/** The Gateway API: classes that nobody serves, gateways that are not set up, and routes that lead nowhere. */
export const gateways = defineRule({
  name: 'gateways',
  finds: {
    ...routeMechanisms,
    gateway_class_missing: {
      title: 'a gateway names a class that does not exist or that nobody serves',
      category: 'network',
      role: 'cause',
      layer: 'wiring',
      detected: 'The GatewayClass of a Gateway does not exist, or no controller accepts it.',
      from: ['Gateway `.spec.gatewayClassName`', 'the GatewayClass of that name and its condition Accepted'],
      suggests: ['custom_instruction'],
      limits: 'Looked for only where the cluster serves the Gateway API; without it there is nothing to find.',
    },
    gateway_not_ready: {
      title: 'a gateway or one of its listeners is not set up',
      category: 'network',
      role: 'cause',
      layer: 'environment',
      explains: {
        route_not_accepted: 'a gateway that is not set up accepts no route',
      },
      detected:
        'A Gateway older than two minutes, or one of its listeners, reports Accepted, Programmed or ResolvedRefs False.',
      from: ['Gateway `.status.conditions` and `.status.listeners[].conditions`'],
      suggests: ['escalate'],
      limits: 'Gateways of other namespaces are read only where a route of the namespace names them.',
    },
  },
  find: (view) => [
    ...view
      .list('Gateway')
      .flatMap((gateway) => (gateway.metadata.deletionTimestamp ? [] : judgeGateway(view, gateway))),
    ...routes(view),
  ],
})

function judgeGateway(view: ClusterView, gateway: Gateway): FindingDraft[] {
  const age = view.ageOf(gateway.metadata.creationTimestamp) ?? graceMs
  if (age < graceMs) return []
  const classless = missingClass(view, gateway)
  return classless.length > 0 ? classless : notReady(view, gateway)
}

function missingClass(view: ClusterView, gateway: Gateway): FindingDraft[] {
  const wanted = gateway.spec?.gatewayClassName
  if (!wanted) return []
  const found = view.get('GatewayClass', undefined, wanted)
  const refused = (found?.status?.conditions ?? []).find(({ type, status }) => type === 'Accepted' && status !== 'True')
  const absent = view.existence('GatewayClass', undefined, wanted) === 'absent'
  if (!absent && !refused) return []
  const { name } = gateway.metadata
  const what = refused
    ? `is accepted by no controller (Accepted ${refused.status}: ${refused.reason})`
    : 'does not exist (not found)'
  return [
    draftFinding({
      mechanism: 'gateway_class_missing',
      resource: refOf(gateway),
      severity: 'high',
      confidence: absent ? 0.93 : 0.85,
      confidence_reason: absent ? 'the class was asked for by its name' : 'the class itself reports it',
      statement: `Gateway ${name} names gatewayClassName ${wanted}, which ${what}, so no controller serves it`,
      evidence: [
        objectEvidence(view.snapshot, gateway, '.spec.gatewayClassName', `gatewayClassName: ${wanted}, which ${what}`),
      ],
      affects: routesOf(view, gateway),
      remedies: [
        instruct(
          refOf(gateway),
          refused ? 'install_addon' : 'patch_gateway',
          refused
            ? `Let the controller of GatewayClass ${wanted} run: ${refused.message ?? refused.reason ?? ''}`
            : `Let Gateway ${name} name a GatewayClass that exists, or install the controller that brings ${wanted}.`,
          {
            reason: 'only the controller of an accepted class serves a gateway',
            ...(refused ? {} : { needs: [{ param: 'gatewayClassName', ask: `Which class shall serve ${name}?` }] }),
          },
        ),
      ],
    }),
  ]
}

/** Conditions of the gateway and of its listeners that are False; Unknown is what stands there before a controller came. */
function notReady(view: ClusterView, gateway: Gateway): FindingDraft[] {
  const { status } = gateway
  const own = (status?.conditions ?? []).filter(isBad).map((condition) => ({ condition, at: '' }))
  const listeners = (status?.listeners ?? []).flatMap(({ name, conditions }) =>
    (conditions ?? []).filter(isBad).map((condition) => ({ condition, at: `listener ${name}: ` })),
  )
  // A listener names the reason; the gateway only sums them up.
  const [first] = [...listeners, ...own]
  if (!first) return []
  const { condition, at } = first
  const { name } = gateway.metadata
  const words = `${at}${condition.type} ${condition.status}, ${condition.reason ?? 'no reason'}: ${condition.message ?? ''}`
  return [
    draftFinding({
      mechanism: 'gateway_not_ready',
      resource: refOf(gateway),
      severity: condition.type === 'Programmed' || condition.type === 'Accepted' ? 'high' : 'medium',
      confidence: 0.85,
      confidence_reason: 'its controller reports it',
      statement: `Gateway ${name} is not ready: ${words}`,
      evidence: [objectEvidence(view.snapshot, gateway, '.status', `Gateway ${name}: ${words}`)],
      affects: routesOf(view, gateway),
      remedies: [
        escalate(
          view,
          refOf(gateway),
          `Why is Gateway ${name} not ready? ${words}`,
          'a gateway serves many routes; its owner changes it',
        ),
      ],
      since: condition.lastTransitionTime,
    }),
  ]
}

const telling: ReadonlySet<string> = new Set(['Accepted', 'Programmed', 'ResolvedRefs'])

function isBad({ type, status, reason }: Condition): boolean {
  return telling.has(type) && (status === 'False' || (status === 'Unknown' && reason === 'Pending'))
}

function routesOf(view: ClusterView, gateway: Gateway): FindingDraft['affects'] {
  const { namespace, name } = gateway.metadata
  return view
    .list('HTTPRoute')
    .filter(({ metadata, spec }) =>
      (spec?.parentRefs ?? []).some(
        (parent) => parent.name === name && (parent.namespace ?? metadata.namespace) === namespace,
      ),
    )
    .map(refOf)
}

/** Routes whose backend or gateway does not exist, or that their gateway does not accept. */
function routes(view: ClusterView): FindingDraft[] {
  return view.list('HTTPRoute').flatMap((route) => {
    if (route.metadata.deletionTimestamp) return []
    const backends = missingBackends(view, route)
    return backends.length > 0 ? backends : [...missingGateways(view, route), ...refusedRoute(view, route)].slice(0, 1)
  })
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

/** Backends of other namespaces need a grant, which only the controller's own messages report. */
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
function refusedRoute(view: ClusterView, route: HttpRoute): FindingDraft[] {
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
