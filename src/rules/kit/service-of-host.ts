import type { ClusterView, Existence } from '#src/domain/cluster-view.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** Endings of names that lie outside the cluster. */
const outside = /\.(?:com|net|org|io|dev|app|cloud|internal|local|lan|corp|test|example|[a-z]{2})$/i

/** The Service that a host name stands for inside the cluster, and whether it exists; undefined for names from outside. */
export function serviceOfHost(
  view: ClusterView,
  host: string,
  namespace: string | undefined,
): { service: ResourceRef; existence: Existence } | undefined {
  const [name = '', second, third] = host.split('.')
  if (/^\d/.test(host) && /^[\d.]+$/.test(host)) return undefined
  // `db-0.db` is one pod of the headless Service db.
  if (second !== undefined && third === undefined && view.get('Service', namespace, second)) {
    return { service: { kind: 'Service', namespace, name: second }, existence: 'present' }
  }
  const inCluster = second === undefined || third === 'svc'
  if (!inCluster && (third !== undefined || view.existence('Namespace', undefined, second) !== 'present')) {
    if (outside.test(host) || third !== undefined) return undefined
  }
  const service = { kind: 'Service', namespace: second ?? namespace, name }
  const seen = view.existence('Service', service.namespace, name)
  const elsewhere = second !== undefined && second !== namespace
  const noNamespace = elsewhere && view.existence('Namespace', undefined, second) === 'absent'
  return { service, existence: seen !== 'present' && noNamespace ? 'absent' : seen }
}
