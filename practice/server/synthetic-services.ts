import type { ApiObject } from './api-object.ts'
import { type PodPlace, podIp, podName, uidOf } from './synthetic-pod.ts'

/** The Service in front of a synthetic deployment, and the endpoints behind it. */
export function buildService(places: PodPlace[]): ApiObject[] {
  const [place] = places
  if (place === undefined) return []
  const { deployment, namespace, created } = place
  const metadata = (name: string, labels: Record<string, string>) => ({
    name,
    namespace,
    uid: uidOf(`${namespace}/service/${name}`),
    resourceVersion: '950',
    creationTimestamp: created,
    labels,
  })
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(deployment, { app: deployment }),
      spec: {
        type: 'ClusterIP',
        clusterIP: `10.96.${Math.floor(place.index / 250) % 250}.${(place.index % 250) + 2}`,
        selector: { app: deployment },
        ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
      },
      status: { loadBalancer: {} },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: metadata(`${deployment}-slice`, { 'kubernetes.io/service-name': deployment }),
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      endpoints: places.map((pod) => ({
        addresses: [podIp(pod)],
        conditions: {
          ready: pod.fate === 'running',
          serving: pod.fate === 'running',
          terminating: false,
        },
        nodeName: pod.node,
        targetRef: {
          kind: 'Pod',
          namespace,
          name: podName(pod),
          uid: uidOf(`${namespace}/${podName(pod)}`),
        },
      })),
    },
  ]
}
