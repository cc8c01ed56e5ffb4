import { describe, expect, it } from 'vitest'
import { loadBalancers } from '#src/rules/network/load-balancers.ts'
import type { Service } from '#src/domain/kubernetes/network.ts'
import { ago, clusterView, event, service } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const balanced = (age: number, status?: Service['status']): Service => {
  const base = service('web', { type: 'LoadBalancer' })
  return { ...base, metadata: { ...base.metadata, creationTimestamp: ago(age) }, status }
}

describe('src/rules/network/load-balancers', () => {
  it('tells an address that never came', () => {
    const [found] = loadBalancers.find(clusterView([balanced(300, { loadBalancer: {} })]))
    expect(found).toMatchObject({ mechanism: 'load_balancer_pending', resource: { kind: 'Service', name: 'web' } })
    expect(missingFacts(found?.statement, 'Service web', 'LoadBalancer', 'cloud controller')).toEqual([])
  })

  it('repeats what a controller says', () => {
    const pending = balanced(300)
    const events = [event(pending, 'SyncLoadBalancerFailed', 'Error syncing load balancer: quota of addresses reached')]
    expect(loadBalancers.find(clusterView([pending], { events }))[0]?.statement).toContain('quota of addresses reached')
  })

  it('is silent in the first two minutes, with an address, and about other types', () => {
    const addressed = balanced(300, { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } })
    expect(loadBalancers.find(clusterView([balanced(60), addressed, service('other')]))).toEqual([])
  })
})
