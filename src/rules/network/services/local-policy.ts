import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Service } from '#src/domain/kubernetes/network.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'
import { listNames } from '#src/rules/kit/names.ts'
import { neededServices } from '#src/rules/kit/network.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'
import { instruct } from '#src/rules/kit/actions.ts'

export const localPolicyMechanisms = {
  service_no_local_endpoint: {
    title: 'a service with traffic policy Local has no endpoint where the traffic arrives',
    category: 'network',
    role: 'cause',
    layer: 'environment',
    detected:
      'A Service has ready pods, but its policy keeps traffic on the node where it arrives: callers that are not ready, or that go on complaining, run where none of them does, or all of them run on nodes that are taken out of load balancers.',
    from: [
      'Service `.spec.internalTrafficPolicy` and `.spec.externalTrafficPolicy`',
      'nodes of its ready pods and of its callers',
      '.spec.containers[].env and ConfigMaps: the Services that a caller names',
      'Node label `node.kubernetes.io/exclude-from-external-load-balancers`',
    ],
    suggests: ['custom_instruction'],
    limits: 'To which nodes a load balancer really sends is not seen.',
  },
} as const satisfies Declarations

const excluded = 'node.kubernetes.io/exclude-from-external-load-balancers'

/** Services whose traffic must stay on its node (policy Local) and that have no ready pod on the nodes where it arrives. */
export function localPolicy(view: ClusterView, service: Service, ready: Pod[]): FindingDraft[] {
  return [...withinCluster(view, service, ready), ...fromOutside(view, service, ready)]
}

/**
 * Callers that are not well suffer from it. Where all are well the policy may do what it is for: it is noted, and counts where the
 * log of a caller blames the service.
 */
function withinCluster(view: ClusterView, service: Service, ready: Pod[]): FindingDraft[] {
  if (service.spec.internalTrafficPolicy !== 'Local') return []
  const served = new Set(ready.map((pod) => pod.spec.nodeName))
  const callers = view.list('Pod').filter((pod) => {
    const { nodeName } = pod.spec
    if (!nodeName || served.has(nodeName) || pod.metadata.deletionTimestamp) return false
    if (pod.status?.phase !== 'Running') return false
    return callsOf(view, pod).has(service)
  })
  if (callers.length === 0) return []
  const unwell = callers.filter((pod) => !isPodReady(pod))
  const suffering = unwell.length > 0 ? unwell : callers
  const workloads = [...new Map(suffering.map((pod) => view.workloadOf(pod)).map((ref) => [refKey(ref), ref])).values()]
  const who = listNames(workloads.map((ref) => `${ref.kind} ${ref.name}`))
  const empty = listNames([...new Set(suffering.map((pod) => pod.spec.nodeName ?? ''))])
  return [
    {
      ...describe(view, service, 'internalTrafficPolicy', `node ${empty}, where ${who} calls it`),
      severity: unwell[0] ? severityOf(view, view.workloadOf(unwell[0])) : 'info',
      affects: [...suffering.map(refOf), ...workloads],
    },
  ]
}

/** Every service with policy Local asks the same of the same pods. */
const cache = new WeakMap<ClusterView, Map<Pod, Set<Service>>>()

function callsOf(view: ClusterView, pod: Pod): Set<Service> {
  const calls = cache.get(view) ?? new Map<Pod, Set<Service>>()
  cache.set(view, calls)
  const known =
    calls.get(pod) ?? new Set(neededServices(view, pod.metadata.namespace ?? '', pod.spec).map((need) => need.service))
  calls.set(pod, known)
  return known
}

/** A load balancer sends nothing to nodes that are taken out of it, whatever runs there. */
function fromOutside(view: ClusterView, service: Service, ready: Pod[]): FindingDraft[] {
  if (service.spec.type !== 'LoadBalancer' || service.spec.externalTrafficPolicy !== 'Local') return []
  const nodes = [...new Set(ready.map((pod) => pod.spec.nodeName ?? ''))]
  const isOut = (name: string): boolean => view.get('Node', undefined, name)?.metadata.labels?.[excluded] !== undefined
  if (nodes.length === 0 || !nodes.every(isOut)) return []
  const where = `any node that the load balancer uses: its ready pods run on ${listNames(nodes)}, labelled ${excluded}`
  return [{ ...describe(view, service, 'externalTrafficPolicy', where), severity: 'high' }]
}

function describe(
  view: ClusterView,
  service: Service,
  field: 'internalTrafficPolicy' | 'externalTrafficPolicy',
  where: string,
): FindingDraft {
  const { name } = service.metadata
  return draftFinding({
    mechanism: 'service_no_local_endpoint',
    resource: refOf(service),
    severity: 'medium',
    confidence: 0.85,
    confidence_reason: 'the policy is in the service, and the nodes of its ready pods were seen',
    statement: `Service ${name} has ${field}: Local and no ready endpoint on ${where}; that traffic is dropped`,
    evidence: [objectEvidence(view.snapshot, service, `.spec.${field}`, `Service ${name} has ${field}: Local`)],
    remedies: [
      instruct(
        refOf(service),
        'patch_traffic_policy',
        `Set ${field} of Service ${name} to Cluster, or run one of its pods on every node where the traffic arrives (a DaemonSet, or a spread over these nodes).`,
        { reason: 'with policy Local a node without a ready pod drops the traffic' },
      ),
    ],
  })
}
