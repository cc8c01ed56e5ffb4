import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Service } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** What a host in a log stands for. `missing`: a name of the cluster that no Service bears; `proven` where the picture proves it. */
export type HostTarget =
  | { kind: 'service'; service: Service; pod?: string }
  | { kind: 'workload'; ref: ResourceRef }
  | { kind: 'missing'; name: string; namespace: string; proven: boolean; pod?: string }
  | { kind: 'local' }
  | { kind: 'external' }

const publicSuffix =
  /\.(?:com|net|org|io|dev|app|cloud|co|ai|gov|edu|eu|de|uk|us|fr|ch|info|biz|xyz|tech|internal|local|lan|corp|home|arpa)$/i
const address = /^\d{1,3}(?:\.\d{1,3}){3}$|^[0-9a-f]*:[0-9a-f:]+$/i

/** Resolves an address or a name as a pod of `namespace` would, as far as the picture tells. */
export function resolveHost(host: string, namespace: string, view: ClusterView): HostTarget {
  if (/^(?:localhost|127\.|0\.0\.0\.0|::1?$)/.test(host)) return { kind: 'local' }
  return address.test(host) ? resolveAddress(host, view) : resolveName(host.toLowerCase(), namespace, view)
}

function resolveAddress(host: string, view: ClusterView): HostTarget {
  const service = view
    .list('Service')
    .find((candidate) => candidate.spec.clusterIP === host || (candidate.spec.clusterIPs ?? []).includes(host))
  if (service) return { kind: 'service', service }
  const pod = view.list('Pod').find((candidate) => candidate.status?.podIP === host)
  return pod ? { kind: 'workload', ref: view.workloadOf(pod) } : { kind: 'external' }
}

function resolveName(host: string, namespace: string, view: ClusterView): HostTarget {
  const inCluster = /\.svc(?:\.cluster\.local)?\.?$|\.cluster\.local\.?$/.test(host)
  const parts = host
    .replace(/\.$/, '')
    .replace(/(?:\.svc)?(?:\.cluster\.local)?$/, '')
    .split('.')
  const [first = '', second, third] = parts
  if (third !== undefined) return inCluster ? lookUp(second ?? '', third, view, first) : { kind: 'external' }
  if (second === undefined) return lookUp(first, namespace, view)
  const direct = view.get('Service', second, first)
  if (direct) return { kind: 'service', service: direct }
  const headless = view.get('Service', namespace, second)
  if (headless) return { kind: 'service', service: headless, pod: first }
  if (isPeer(first, second, namespace, view)) return lookUp(second, namespace, view, first)
  if (!inCluster && publicSuffix.test(host) && !view.get('Namespace', undefined, second)) return { kind: 'external' }
  return lookUp(first, second, view)
}

/** `POD.SERVICE`: the name that a stateful set's governing service gives its pods, also where that service is missing. */
function isPeer(pod: string, service: string, namespace: string, view: ClusterView): boolean {
  const owner = view.get('StatefulSet', namespace, pod.replace(/-\d+$/, ''))
  return owner?.spec.serviceName === service && /-\d+$/.test(pod)
}

function lookUp(name: string, namespace: string, view: ClusterView, pod?: string): HostTarget {
  const service = view.get('Service', namespace, name)
  if (service) return { kind: 'service', service, ...(pod ? { pod } : {}) }
  const peer = pod === undefined ? {} : { pod }
  const proven =
    view.existence('Service', namespace, name) === 'absent' ||
    view.existence('Namespace', undefined, namespace) === 'absent'
  return { kind: 'missing', name, namespace, proven, ...peer }
}
