import { describe, expect, it } from 'vitest'
import { owningWorkload } from '#src/intake/owning-workload.ts'

const ownerOf = (kind: string, name: string) => {
  const owner = owningWorkload({ kind, namespace: 'shop', name })
  return `${owner.kind}/${owner.name}`
}

describe('src/intake/owning-workload', () => {
  it.each([
    ['Pod', 'gateway-5786466ccc-q9z7s', 'Deployment/gateway'],
    ['ReplicaSet', 'gateway-5786466ccc', 'Deployment/gateway'],
    ['Pod', 'orders-db-0', 'StatefulSet/orders-db'],
    ['Pod', 'fluent-bit-x8k2p', 'DaemonSet/fluent-bit'],
    ['Pod', 'report-29391840-q9z7s', 'CronJob/report'],
    ['Job', 'report-29391840', 'CronJob/report'],
    ['Pod', 'import-3-q9z7s', 'DaemonSet/import-3'],
    ['EndpointSlice', 'orders-q9z7s', 'Service/orders'],
    ['Pod', 'debug', 'Pod/debug'],
    ['Pod', 'kube-apiserver-control-plane', 'Pod/kube-apiserver-control-plane'],
    ['Deployment', 'api-0', 'Deployment/api-0'],
    ['Job', 'migrate', 'Job/migrate'],
    ['Node', 'worker-2', 'Node/worker-2'],
  ])('takes %s %s as %s', (kind, name, expected) => {
    expect(ownerOf(kind, name)).toBe(expected)
  })
})
