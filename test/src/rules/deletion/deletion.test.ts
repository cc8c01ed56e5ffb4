import { describe, expect, it } from 'vitest'
import { deletion } from '#src/rules/deletion/deletion.ts'
import type { Namespace } from '#src/domain/kubernetes/cluster.ts'
import type { KubernetesObject, ObjectMeta } from '#src/domain/kubernetes/objects.ts'
import { ago, clusterView, container, deployment, namespace, pod } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const leaving = (meta: Partial<ObjectMeta>): KubernetesObject[] => {
  const objects = deployment('relay', [container('relay')])
  return [
    ...objects,
    pod('relay-gone', [container('relay')], {
      owner: objects[1],
      meta,
      status: { phase: 'Succeeded', containerStatuses: [] },
    }),
  ]
}
const judge = (objects: KubernetesObject[]) => deletion.find(clusterView(objects))

describe('src/rules/deletion/deletion', () => {
  it('names the finalizer on the workload, and asks its owner before anything is removed', () => {
    const [found, ...others] = judge(leaving({ deletionTimestamp: ago(300), finalizers: ['acme.io/drain'] }))
    expect(others).toEqual([])
    expect(found).toMatchObject({
      mechanism: 'finalizer_blocks_deletion',
      resource: { kind: 'Deployment', name: 'relay' },
    })
    expect(missingFacts(found?.statement, 'relay-gone', 'finalizer', 'acme.io/drain')).toEqual([])
    expect(found?.remedies.map(({ kind }) => kind)).toEqual(['escalate', 'custom_instruction'])
  })

  it('is silent within the grace period, and a little beyond it where no finalizer is left', () => {
    expect(judge(leaving({ deletionTimestamp: ago(10), finalizers: ['acme.io/drain'] }))).toEqual([])
    expect(judge(leaving({ deletionTimestamp: ago(100) }))).toEqual([])
  })

  it('points to the node of a pod that nothing but its kubelet can end', () => {
    const [found, ...others] = judge(leaving({ deletionTimestamp: ago(300) }))
    expect(others).toEqual([])
    expect(found).toMatchObject({
      mechanism: 'termination_slow',
      blames: [{ resource: { kind: 'Node', name: 'node-1' } }],
    })
    expect(found?.remedies.map(({ kind }) => kind)).toEqual(['escalate'])
  })

  it('warns before the data of a claim that is still mounted', () => {
    const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }]
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: 'data',
        namespace,
        uid: 'claim',
        deletionTimestamp: ago(300),
        finalizers: ['kubernetes.io/pvc-protection'],
      },
      spec: {},
    }
    const [found] = judge([claim, ...deployment('store', [container('db')], { spec: { volumes } })])
    expect(missingFacts(found?.statement, 'data', 'Deployment store')).toEqual([])
    expect(found?.remedies.map(({ kind }) => kind)).toEqual(['escalate'])
  })

  it('points from a namespace to what is left in it', () => {
    const space = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, uid: 'ns', deletionTimestamp: ago(600) },
      spec: { finalizers: ['kubernetes'] },
      status: {
        phase: 'Terminating',
        conditions: [
          {
            type: 'NamespaceFinalizersRemaining',
            status: 'True',
            message: 'Some content has finalizers remaining: acme.io/drain in 1 resource instances',
          },
        ],
      },
    }
    const found = judge([space, ...leaving({ deletionTimestamp: ago(300), finalizers: ['acme.io/drain'] })])
    const about = found.find(({ resource }) => resource.kind === 'Namespace')
    expect(about?.blames[0]?.resource).toMatchObject({ kind: 'Deployment', name: 'relay' })
    expect(about?.statement).toContain('acme.io/drain')
  })

  it('tells a long preStop hook while the pod is still within its grace period', () => {
    const hooked = [container('web', { lifecycle: { preStop: { exec: { command: ['sleep', '280'] } } } })]
    const meta = { deletionTimestamp: ago(-200), deletionGracePeriodSeconds: 300 }
    const [found] = judge(deployment('web', hooked, { podMeta: meta }))
    expect(found).toMatchObject({ mechanism: 'termination_slow', severity: 'low' })
    expect(missingFacts(found?.statement, '300 s', 'preStop', 'sleep 280')).toEqual([])
  })

  it('names the API that does not answer while a namespace is emptied', () => {
    const message =
      'Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1'
    const gone: Namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', uid: 'ns', deletionTimestamp: ago(900) },
      spec: { finalizers: ['kubernetes'] },
      status: {
        phase: 'Terminating',
        conditions: [
          { type: 'NamespaceContentRemaining', status: 'False', reason: 'ContentRemoved', message: 'all gone' },
          { type: 'NamespaceDeletionDiscoveryFailure', status: 'True', reason: 'DiscoveryFailed', message },
        ],
      },
    }
    const [found, ...others] = deletion.find(clusterView([gone]))
    expect(others).toEqual([])
    expect(found).toMatchObject({ mechanism: 'finalizer_blocks_deletion' })
    expect(missingFacts(found?.statement, 'DiscoveryFailed', 'metrics.k8s.io/v1beta1')).toEqual([])
    expect(found?.remedies.map(({ target }) => `${target.kind}/${target.name}`)).toEqual([
      'APIService/v1beta1.metrics.k8s.io',
      'Namespace/shop',
    ])
  })
})
