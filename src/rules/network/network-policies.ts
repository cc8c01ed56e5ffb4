import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { NetworkPolicy, Service, NetworkPolicyPeer, NetworkPolicyPort } from '#src/domain/kubernetes/network.ts'
import type { ContainerPort } from '#src/domain/kubernetes/objects.ts'
import type { Deployment, StatefulSet } from '#src/domain/kubernetes/workloads.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'
import { listNames } from '#src/rules/kit/names.ts'
import { neededServices } from '#src/rules/kit/network.ts'
import { matchesSelector } from '#src/domain/kubernetes/label-selector.ts'
import { defineRule } from '#src/rules/rule.ts'
import { instruct } from '#src/rules/kit/actions.ts'

/** One end of a path: a pod as the policies see it. */
interface End {
  namespace: string
  labels?: Record<string, string>
  ports?: ContainerPort[]
}

/** Which way a policy isolates. */
type Direction = 'Ingress' | 'Egress'

/**
 * Policies that deny a path which a workload that is not well needs: to a Service that its settings name and that has ready pods,
 * or to DNS. What a policy denies to a workload that is well is noted, and counts where the log of that workload blames the path.
 */
export const networkPolicies = defineRule({
  name: 'network-policies',
  finds: {
    network_policy_blocks: {
      title: 'a network policy denies a path that is needed',
      category: 'network',
      role: 'cause',
      layer: 'wiring',
      explains: {
        dns_name_unresolved: 'a policy that denies the way to the name server lets no name resolve',
      },
      detected:
        'A workload needs a path that no policy rule allows: to a Service that its settings name and that has ready pods, or to DNS. It has no ready pod, or its log goes on complaining about that path.',
      from: [
        'NetworkPolicy `.spec`',
        '.spec.containers[].env and ConfigMaps: the Services that are named',
        'labels and ports of the pods on both ends',
      ],
      suggests: ['custom_instruction'],
      limits:
        'Whether the network plugin enforces policies is not known. Address blocks get the benefit of the doubt, policies of other kinds (Cilium, Calico) are not read.',
    },
  },
  find: (view) => {
    if (view.list('NetworkPolicy').length === 0) return []
    return [...view.list('Deployment'), ...view.list('StatefulSet')].flatMap((workload) => {
      const pods = view.podsOf(workload)
      const started = pods.filter((pod) => pod.spec.nodeName && (pod.status?.containerStatuses ?? []).length > 0)
      return started.length === 0 ? [] : judge(view, workload, pods.some(isPodReady))
    })
  },
})

interface Denied {
  policies: NetworkPolicy[]
  path: string
  service?: Service
  /** The labels that a rule asks for instead of those that the other end has. */
  missed?: string
}

function judge(view: ClusterView, workload: Deployment | StatefulSet, isWell: boolean): FindingDraft[] {
  const namespace = workload.metadata.namespace ?? ''
  const { template } = workload.spec
  const source: End = { namespace, labels: template.metadata?.labels }
  const outward = isolating(view, source, 'Egress')
  const needed = neededServices(view, namespace, template.spec)
  const denied = needed.flatMap(({ service, port, via }): Denied[] => {
    const pod = view.podsOfService(service).find(isPodReady)
    if (!pod) return []
    const wanted = (service.spec.ports ?? []).find((each) => each.port === port) ?? service.spec.ports?.[0]
    const ports = pod.spec.containers.flatMap((container) => container.ports ?? [])
    const named = ports.find((each) => each.name === wanted?.targetPort)?.containerPort
    const target = named ?? Number(wanted?.targetPort ?? wanted?.port)
    const goal: End = { namespace: service.metadata.namespace ?? namespace, labels: pod.metadata.labels, ports }
    const path = `to Service ${service.metadata.name} port ${wanted?.port ?? target} (${via})`
    const inward = isolating(view, goal, 'Ingress')
    if (!allows(view, inward, { direction: 'Ingress', owner: goal, peer: source, port: target }))
      return [{ policies: inward, path, service, missed: missedPeer(inward, 'Ingress', source) }]
    if (!allows(view, outward, { direction: 'Egress', owner: source, peer: goal, port: target }))
      return [{ policies: outward, path, service, missed: missedPeer(outward, 'Egress', goal) }]
    return []
  })
  const mute = needed.length > 0 && !allows(view, outward, { direction: 'Egress', owner: source, port: 53 })
  const first = mute ? { policies: outward, path: 'to DNS (port 53), so no name resolves' } : denied[0]
  return first ? [describe(view, workload, first, isWell)] : []
}

function describe(
  view: ClusterView,
  workload: Deployment | StatefulSet,
  { policies, path, service, missed }: Denied,
  isWell: boolean,
): FindingDraft {
  const names = listNames(policies.map((policy) => policy.metadata.name))
  const [policy] = policies
  const resource = policy ? refOf(policy) : refOf(workload)
  return draftFinding({
    mechanism: 'network_policy_blocks',
    resource,
    severity: isWell ? 'info' : 'medium',
    confidence: 0.7,
    confidence_reason:
      'no rule of the policies allows the path; whether the network plugin enforces them is not in the snapshot',
    statement: `NetworkPolicy ${names} denies ${workload.kind} ${workload.metadata.name} the path ${path}; no rule allows it${missed ? ` (a rule asks for the label ${missed})` : ''}${isWell ? '' : ' and the workload is not ready'}`,
    evidence: policies
      .slice(0, 3)
      .map((each) =>
        objectEvidence(
          view.snapshot,
          each,
          '.spec',
          `NetworkPolicy ${each.metadata.name} selects the pods and has no rule that allows the path ${path}`,
        ),
      ),
    affects: [refOf(workload)],
    remedies: [
      instruct(
        resource,
        'patch_network_policy',
        `Add a rule that allows exactly this path: from pods of ${workload.kind} ${workload.metadata.name} ${service ? `${path}, selected by ${JSON.stringify(service.spec.selector ?? {})}` : 'to port 53 (UDP and TCP) of the DNS pods in kube-system'}. Keep the other rules as they are.`,
        { reason: 'the workload needs this path and nothing more' },
      ),
    ],
  })
}

/** Policies that isolate a pod in a direction. Without any, everything is allowed. */
function isolating(view: ClusterView, end: End, direction: Direction): NetworkPolicy[] {
  return view.list('NetworkPolicy').filter((policy) => {
    const { spec } = policy
    if (policy.metadata.namespace !== end.namespace || !spec) return false
    const types = spec.policyTypes ?? (spec.egress ? ['Ingress', 'Egress'] : ['Ingress'])
    return types.includes(direction) && matchesSelector(spec.podSelector ?? {}, end.labels)
  })
}

/**
 * The label by which a rule misses the other end: it asks for the same key with another value, which is most often a slip. Said as
 * `app=shop-api, while they have app=shop`.
 */
function missedPeer(policies: readonly NetworkPolicy[], direction: Direction, other: End): string | undefined {
  const peers = policies.flatMap(({ spec }) =>
    direction === 'Ingress'
      ? (spec?.ingress ?? []).flatMap((rule) => rule.from ?? [])
      : (spec?.egress ?? []).flatMap((rule) => rule.to ?? []),
  )
  const wanted = peers.flatMap((peer) => Object.entries(peer.podSelector?.matchLabels ?? {}))
  const missed = wanted.find(([key, value]) => other.labels?.[key] !== undefined && other.labels[key] !== value)
  return missed && `${missed[0]}=${missed[1]}, while they have ${missed[0]}=${other.labels?.[missed[0]]}`
}

/** Does any of these policies let `peer` through on a port? `undefined` as peer asks for anything outside, such as DNS. */
function allows(
  view: ClusterView,
  policies: NetworkPolicy[],
  path: { direction: Direction; owner: End; peer?: End; port?: number },
): boolean {
  if (policies.length === 0) return true
  return policies.some((policy) => {
    const rules =
      path.direction === 'Ingress'
        ? (policy.spec?.ingress ?? []).map((rule) => ({ peers: rule.from, ports: rule.ports }))
        : (policy.spec?.egress ?? []).map((rule) => ({ peers: rule.to, ports: rule.ports }))
    const serving = path.direction === 'Ingress' ? path.owner.ports : path.peer?.ports
    return rules.some(
      (rule) =>
        (!rule.peers?.length || rule.peers.some((peer) => admits(view, peer, path.owner, path.peer))) &&
        (!rule.ports?.length || rule.ports.some((port) => covers(port, path.port, serving))),
    )
  })
}

/** Blocks of addresses cannot be judged from labels: they get the benefit of the doubt. */
function admits(view: ClusterView, peer: NetworkPolicyPeer, owner: End, other: End | undefined): boolean {
  if (peer.ipBlock || !other) return true
  if (!peer.namespaceSelector && other.namespace !== owner.namespace) return false
  if (peer.namespaceSelector) {
    const namespace = view.get('Namespace', undefined, other.namespace)
    const labels = namespace?.metadata.labels ?? { 'kubernetes.io/metadata.name': other.namespace }
    if (!matchesSelector(peer.namespaceSelector, labels)) return false
  }
  return !peer.podSelector || matchesSelector(peer.podSelector, other.labels)
}

function covers(rule: NetworkPolicyPort, port: number | undefined, serving: ContainerPort[] | undefined): boolean {
  if (rule.port === undefined || port === undefined) return true
  if (typeof rule.port === 'string')
    return (serving ?? []).some((each) => each.name === rule.port && each.containerPort === port)
  return port >= rule.port && port <= (rule.endPort ?? rule.port)
}
