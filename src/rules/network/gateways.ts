import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Gateway } from '#src/domain/kubernetes/network.ts'
import type { Condition } from '#src/domain/kubernetes/objects.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { routes, routeMechanisms } from './gateways/routes.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, instruct } from '#src/rules/kit/actions.ts'

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
