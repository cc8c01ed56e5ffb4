import { refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, instruct } from '#src/rules/kit/actions.ts'

/** Real controllers give an address within a minute or two. */
const graceMs = 120_000

/** Services of type LoadBalancer that never get an address: nothing reports it where no controller runs. */
export const loadBalancers = defineRule({
  name: 'load-balancers',
  finds: {
    load_balancer_pending: {
      title: 'a load balancer never gets an address',
      category: 'network',
      role: 'cause',
      layer: 'workload',
      detected: 'A Service of type LoadBalancer has had no address for two minutes.',
      from: ['Service `.status.loadBalancer`', 'event `SyncLoadBalancerFailed` and its like'],
      suggests: ['custom_instruction', 'escalate'],
      limits: 'Where no controller runs, nothing reports it: then only its absence is supposed.',
    },
  },
  find: (view) =>
    view.list('Service').flatMap((service) => {
      if (service.spec.type !== 'LoadBalancer' || service.metadata.deletionTimestamp) return []
      if ((service.status?.loadBalancer?.ingress ?? []).length > 0) return []
      if ((view.ageOf(service.metadata.creationTimestamp) ?? 0) < graceMs) return []
      const { name } = service.metadata
      const resource = refOf(service)
      const failed = view
        .eventsOf(service)
        .find((event) => /SyncLoadBalancerFailed|LoadBalancer.*Failed|AllocationFailed/.test(event.reason))
      const classed = service.spec.loadBalancerClass ? ` (loadBalancerClass ${service.spec.loadBalancerClass})` : ''
      const why = failed
        ? `the load balancer controller fails: ${failed.message.slice(0, 140)}`
        : `no cloud controller / load balancer controller answers for it${classed} in this cluster`
      return [
        draftFinding({
          mechanism: 'load_balancer_pending',
          resource,
          severity: 'medium',
          confidence: failed ? 0.92 : 0.88,
          confidence_reason: 'status.loadBalancer has stayed empty for minutes',
          statement: `Service ${name} of type LoadBalancer has no external address (status.loadBalancer is empty): ${why}`,
          evidence: [
            objectEvidence(
              view.snapshot,
              service,
              '.status.loadBalancer',
              `Service ${name} (LoadBalancer) has an empty status.loadBalancer since ${service.metadata.creationTimestamp}`,
            ),
            ...(failed ? [eventEvidence(failed)] : []),
          ],
          remedies: [
            ...(failed
              ? []
              : [
                  instruct(
                    { kind: 'Addon', name: 'cloud-controller' },
                    'install_addon',
                    `Install or repair the load balancer implementation of this cluster (the cloud controller manager, or MetalLB where there is no cloud); Service ${name} then gets its address by itself.`,
                    { reason: 'the API server only stores the wish; a controller must fulfil it' },
                  ),
                ]),
            escalate(
              view,
              resource,
              `Which load balancer implementation serves this cluster, and why does ${service.metadata.namespace}/${name} get no address? ${failed?.message.slice(0, 150) ?? ''}`.trim(),
              'load balancers belong to the platform',
              'the platform team',
            ),
          ],
          since: service.metadata.creationTimestamp,
        }),
      ]
    }),
})
