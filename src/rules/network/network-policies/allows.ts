import type { ClusterView } from '#src/domain/cluster-view.ts'
import { matchesSelector } from '#src/domain/kubernetes/label-selector.ts'
import type {
  ContainerPort,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '#src/domain/kubernetes/objects.ts'
import type { Direction, End } from './path-end.ts'

/** Does any of these policies let `peer` through on a port? `undefined` as peer asks for anything outside, such as DNS. */
export function allows(
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
