import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Service } from '#src/domain/kubernetes/network.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { editDistance } from '#src/util/edit-distance.ts'
import type { Situation } from './situation.ts'

const url =
  /\b(?:https?|amqps?|rediss?|mongodb(?:\+srv)?|postgres(?:ql)?|mysql|mariadb|kafka|nats|grpc|tcp|ldaps?):\/\/(?:[^@/\s"']*@)?([\w.-]+)(?::(\d+))?/i
const hostVariable = /(?:^|_)(?:HOST|ADDR|ADDRESS|URL|URI|DSN|BROKERS?|ENDPOINT|SERVER)$/

/** Host and port as captured, else from the called URL, else from the only variable that names a host. */
export function addressOf(situation: Situation, match: SignatureMatch): { host?: string; port?: string } {
  const { host, port, url: calledUrl } = match.facts
  if (host) return { host, ...(port ? { port } : {}) }
  const parsed =
    /^\w+:\/\/(?:[^@/\s]*@)?([\w.-]+)(?::(\d+))?/.exec(calledUrl ?? '') ??
    url.exec(match.record.text) ??
    serverAt(match.record.text)
  if (parsed?.[1]) return { host: parsed[1], ...(parsed[2] ? { port: parsed[2] } : {}) }
  const named = (situation.spec.env ?? []).filter((variable) => hostVariable.test(variable.name) && variable.value)
  const value = named.length === 1 ? (named[0]?.value ?? '') : ''
  // In `jdbc:mysql://db:3306/x` the host is in the inner URL, not before the first colon.
  const only = url.exec(value) ?? /^(?:\w+:\/\/)?(?:[^@/\s]*@)?([a-z][\w.-]*)(?::(\d+))?(?!:)/i.exec(value)
  return only?.[1] ? { host: only[1], ...(only[2] ? { port: only[2] } : {}) } : {}
}

/** The name of the server that clients of PostgreSQL and Kafka print next to its address. */
function serverAt(text: string): RegExpExecArray | null {
  return (
    /connection to server at "([\w.-]+)"(?: \([^)]*\))?, port (\d+)/.exec(text) ??
    /\d+(?:\.\d+){3}:\d+ \(([a-z][\w.-]+)\)/.exec(text) ??
    /\(([a-z][\w.-]+)\/\d+(?:\.\d+){3}:(\d+)\)/.exec(text)
  )
}

/** What a host in a log stands for. `missing`: a name of the cluster without a Service; `proven` where the snapshot proves it. */
export type HostTarget =
  | { kind: 'service'; service: Service; pod?: string }
  | { kind: 'workload'; ref: ResourceRef }
  | { kind: 'missing'; name: string; namespace: string; proven: boolean; pod?: string }
  | { kind: 'local' }
  | { kind: 'external' }

const publicSuffix =
  /\.(?:com|net|org|io|dev|app|cloud|co|ai|gov|edu|eu|de|uk|us|fr|ch|info|biz|xyz|tech|internal|local|lan|corp|home|arpa)$/i
const address = /^\d{1,3}(?:\.\d{1,3}){3}$|^[0-9a-f]*:[0-9a-f:]+$/i

/** Resolves an address or a name as a pod of `namespace` would, as far as the snapshot shows. */
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

/** `POD.SERVICE`: the name of a pod by the governing Service of its StatefulSet, also where that Service is missing. */
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

/**
 * The Service that was most likely meant by a name: the same name in another namespace, else a name of this namespace with a typing
 * error. Undefined where two are equally close. `mayBeMeant`: false for Services that cannot have been meant.
 */
export function closestService(
  name: string,
  { view, namespace }: Pick<Situation, 'view' | 'namespace'>,
  mayBeMeant: (service: Service) => boolean,
): Service | undefined {
  const services = view
    .list('Service')
    .filter((service) => service.metadata.name !== 'kubernetes' && mayBeMeant(service))
  const sameName = services.filter((service) => service.metadata.name === name)
  const near = sameName.find((service) => service.metadata.namespace === namespace)
  if (near) return near
  if (sameName.length === 1) return sameName[0]
  const maxDistance = Math.max(1, Math.floor(name.length / 4))
  const ranked = services
    .filter((service) => service.metadata.namespace === namespace)
    .map((service) => ({ service, distance: distance(name, service.metadata.name) }))
    .filter((entry) => entry.distance <= maxDistance)
    .toSorted((left, right) => left.distance - right.distance)
  const [best, second] = ranked
  return best && best.distance !== second?.distance ? best.service : undefined
}

/** A name with added words (`orders-postgres` for `postgres`) is as close as one changed character. */
function distance(left: string, right: string): number {
  const [shorter, longer] = left.length < right.length ? [left, right] : [right, left]
  const contained = shorter.length >= 3 && (longer.startsWith(`${shorter}-`) || longer.endsWith(`-${shorter}`))
  return contained ? 1 : editDistance(left, right)
}
