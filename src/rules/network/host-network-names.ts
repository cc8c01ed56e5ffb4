import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { DaemonSet, Deployment, StatefulSet } from '#src/domain/kubernetes/workloads.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'
import { neededServices } from '#src/rules/kit/network.ts'
import { defineRule } from '#src/rules/rule.ts'
import { instruct } from '#src/rules/kit/actions.ts'

/**
 * Pods in the network of their node ask the node's name server unless dnsPolicy says otherwise: names of Services do not resolve
 * there. Said only of workloads without a ready pod whose settings name a Service.
 */
export const hostNetworkNames = defineRule({
  name: 'host-network-names',
  finds: {
    dns_policy_mismatch: {
      title: 'pods in the network of their node cannot resolve names of Services',
      category: 'network',
      role: 'cause',
      layer: 'wiring',
      explains: {
        dns_name_unresolved: 'the name server of the node does not know names of Services',
      },
      detected:
        'A workload without any ready pod runs with hostNetwork and the dnsPolicy ClusterFirst, and its settings name a Service.',
      from: ['`.spec.template.spec` hostNetwork and dnsPolicy', '`.spec.containers[].env` and ConfigMaps'],
      suggests: ['custom_instruction'],
      limits: 'A node whose name server knows the names of the cluster is rare and cannot be distinguished.',
    },
  },
  find: (view) =>
    [...view.list('Deployment'), ...view.list('StatefulSet'), ...view.list('DaemonSet')].flatMap((workload) => {
      const { spec } = workload.spec.template
      if (!spec.hostNetwork || (spec.dnsPolicy ?? 'ClusterFirst') !== 'ClusterFirst') return []
      const started = view.podsOf(workload).filter((pod) => (pod.status?.containerStatuses ?? []).length > 0)
      if (started.length === 0 || started.some(isPodReady)) return []
      const [needed] = neededServices(view, workload.metadata.namespace ?? '', spec)
      return needed ? [describe(view, workload, needed.service.metadata.name, needed.via)] : []
    }),
})

function describe(view: ClusterView, workload: Deployment | StatefulSet | DaemonSet, service: string, via: string) {
  const resource = refOf(workload)
  const { kind, name } = resource
  return draftFinding({
    mechanism: 'dns_policy_mismatch',
    resource,
    severity: severityOf(view, resource),
    confidence: 0.75,
    confidence_reason: 'with hostNetwork and ClusterFirst the node resolves names, and nodes do not know Services',
    statement: `${kind} ${name} runs with hostNetwork and dnsPolicy ClusterFirst, so its pods ask the name server of the node, which does not know Service ${service} (${via})`,
    evidence: [
      objectEvidence(
        view.snapshot,
        workload,
        '.spec.template.spec.dnsPolicy',
        `hostNetwork: true, dnsPolicy: ${workload.spec.template.spec.dnsPolicy ?? 'ClusterFirst (default)'}; ${via} names Service ${service}`,
      ),
    ],
    remedies: [
      instruct(
        resource,
        'patch_dns_policy',
        `Set dnsPolicy of ${kind} ${name} to ClusterFirstWithHostNet, or take hostNetwork away if it is not needed.`,
        { reason: 'only then pods in the network of their node resolve names of Services' },
      ),
    ],
  })
}
