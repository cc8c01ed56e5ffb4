import { describe, expect, it } from 'vitest'
import { scaledToZero } from '#src/rules/workloads/scaled-to-zero.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { clusterView, container, deployment, event, service } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const idle = (annotations?: Record<string, string>): KubernetesObject[] =>
  deployment('shop', [container('api')], { replicas: 0, pods: 0 }).map((object) =>
    object.kind === 'Deployment' && annotations ? { ...object, metadata: { ...object.metadata, annotations } } : object,
  )

describe('src/rules/workloads/scaled-to-zero', () => {
  it.each(['Scaled down replica set shop-1 from 3 to 0', 'Scaled down replica set shop-1 to 0 from 3'])(
    'goes back to the count before: %s',
    (message) => {
      const objects = [...idle(), service('shop')]
      const owner = objects.find((object) => object.kind === 'Deployment') as KubernetesObject
      const events = [event(owner, 'ScalingReplicaSet', message, { type: 'Normal' })]
      const [found] = scaledToZero.find(clusterView(objects, { events }))
      expect(missingFacts(found?.statement, 'Deployment shop', '0 replicas')).toEqual([])
      expect(found?.remedies[0]).toMatchObject({ kind: 'scale', params: { replicas: 3 } })
    },
  )

  it('takes the count from what was last applied, else one', () => {
    const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{"spec":{"replicas":4}}' }
    const replicas = (objects: KubernetesObject[]) => scaledToZero.find(clusterView(objects))[0]?.remedies[0]?.params
    expect(replicas([...idle(applied), service('shop')])).toEqual({ replicas: 4 })
    expect(replicas([...idle(), service('shop')])).toEqual({ replicas: 1 })
  })

  it('is silent about a workload at rest that nobody asks for, or that another one stands in for', () => {
    expect(scaledToZero.find(clusterView(idle()))).toEqual([])
    const twin = deployment('green', [container('api')], { podMeta: { labels: { app: 'shop' } } })
    expect(scaledToZero.find(clusterView([...idle(), ...twin, service('shop')]))).toEqual([])
  })
})
