import { describe, expect, it } from 'vitest'
import { daemonSets } from '#src/rules/workloads/daemon-sets.ts'
import type { Node } from '#src/domain/kubernetes/cluster.ts'
import type { KubernetesObject, PodSpec } from '#src/domain/kubernetes/objects.ts'
import type { DaemonSet } from '#src/domain/kubernetes/workloads.ts'
import { clusterView, container, node, workload } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const ready = [{ type: 'Ready', status: 'True' }]
const closed = (name: string, taint: { key: string; value?: string; effect: string }): Node =>
  node(name, { spec: { taints: [taint] }, status: { conditions: ready } })
const gpu = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }
const shipper = (spec: Partial<PodSpec> = {}, desired = 1): KubernetesObject[] =>
  workload('DaemonSet', 'shipper', [container('ship')], { pods: 1, spec: { nodeName: 'node-1', ...spec } }).map(
    (object) =>
      object.kind === 'DaemonSet'
        ? ({ ...object, status: { desiredNumberScheduled: desired, numberReady: 1 } } as DaemonSet)
        : object,
  )
const judge = (objects: KubernetesObject[]) => daemonSets.find(clusterView(objects))

describe('src/rules/workloads/daemon-sets', () => {
  it.each([1, 3])('names the taint of %i nodes that are left out, and tolerates it', (count) => {
    const nodes = Array.from({ length: count }, (_, index) => closed(`gpu-${index}`, gpu))
    const [found, ...others] = judge([...shipper(), node('node-1'), ...nodes])
    expect(others).toEqual([])
    expect(found).toMatchObject({ mechanism: 'daemonset_node_excluded', severity: 'medium' })
    expect(missingFacts(found?.statement, 'dedicated=gpu:NoSchedule', 'gpu-0')).toEqual([])
    expect(found?.remedies[0]).toMatchObject({ kind: 'patch_scheduling', params: { toleration: { key: 'dedicated' } } })
  })

  it.each<[string, KubernetesObject[]]>([
    ['a node selector', [...shipper({ nodeSelector: { pool: 'general' } }), closed('n', gpu)]],
    ['a toleration', [...shipper({ tolerations: [{ operator: 'Exists' }] }), closed('n', gpu)]],
    [
      'a control plane',
      [...shipper(), closed('n', { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' })],
    ],
    ['a node that is not ready', [...shipper(), node('n', { spec: { taints: [gpu] }, status: { conditions: [] } })]],
    [
      'a set of the same image on that node',
      [
        ...shipper(),
        closed('n', gpu),
        ...workload('DaemonSet', 'gpu-shipper', [container('ship')], {
          spec: { nodeName: 'n', nodeSelector: { a: 'b' } },
        }),
      ],
    ],
  ])('is silent because of %s', (_, objects) => {
    expect(judge(objects)).toEqual([])
  })

  it('notes a selector that no node answers', () => {
    const selecting = shipper({ nodeSelector: { pool: 'edge' } }, 0)
    expect(judge([...selecting, node('n-1')])[0]).toMatchObject({
      mechanism: 'node_selector_mismatch',
      severity: 'low',
    })
    const labelled = node('n-1', { metadata: { name: 'n-1', uid: 'n', labels: { pool: 'edge' } } })
    expect(judge([...selecting, labelled])).toEqual([])
  })

  it('counts the nodes on which it is not ready', () => {
    expect(judge(shipper({}, 3))[0]).toMatchObject({ mechanism: 'daemonset_incomplete' })
  })
})
