import { describe, expect, it } from 'vitest'
import type { Node } from '#src/domain/kubernetes/cluster.ts'
import type { Pod, PodSpec } from '#src/domain/kubernetes/objects.ts'
import { nodeFit, untoleratedTaints } from '#src/rules/kit/placement/node-fit.ts'
import { placedPods } from '#src/rules/kit/placement/pod-requests.ts'
import { clusterView, container, namespace, node, pod } from '#test/helpers/build-cluster.ts'

const zoned = (name: string, zone: string) =>
  node(name, { metadata: { name, uid: `uid-${name}`, labels: { zone, 'kubernetes.io/hostname': name } } })

function misfits(spec: Partial<PodSpec>, nodes: Node[], pods: Pod[] = []): string[] {
  const view = clusterView([...nodes, ...pods])
  const floor = { view, nodes, placed: placedPods(view) }
  const seeking = { namespace, labels: { app: 'api' }, spec: { containers: [container('api')], ...spec } }
  return nodeFit(seeking, nodes[0]!, floor).map(({ predicate, key }) => `${predicate} ${key}`)
}

const selects = { labelSelector: { matchLabels: { app: 'api' } } }
const tainted = (effect: string) => node('node-1', { spec: { taints: [{ key: 'gpu', value: 'yes', effect }] } })

describe('src/rules/kit/placement/node-fit', () => {
  it('takes a plain pod anywhere', () => {
    expect(misfits({}, [node('node-1')])).toEqual([])
  })

  it('misses the label that a selector or an affinity wants', () => {
    const terms = [{ matchExpressions: [{ key: 'disk', operator: 'In' as const, values: ['ssd'] }] }]
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } }
    expect(misfits({ nodeSelector: { disk: 'ssd' } }, [node('node-1')])).toEqual(['selector disk'])
    expect(misfits({ affinity }, [node('node-1')])).toEqual(['affinity disk'])
    expect(misfits({ nodeSelector: { zone: 'a' } }, [zoned('node-1', 'a')])).toEqual([])
  })

  it('is kept away by taints and by a cordon, unless the pod tolerates them', () => {
    expect(misfits({}, [tainted('NoSchedule')])).toEqual(['taint gpu'])
    expect(misfits({}, [tainted('PreferNoSchedule')])).toEqual([])
    expect(misfits({ tolerations: [{ key: 'gpu', value: 'yes' }] }, [tainted('NoSchedule')])).toEqual([])
    const closed = node('node-1', { spec: { unschedulable: true } })
    expect(misfits({}, [closed])).toEqual(['cordon node-1'])
    expect(misfits({ tolerations: [{ operator: 'Exists' }] }, [closed])).toEqual([])
  })

  it.each([
    [{ key: 'gpu', operator: 'Exists' as const }, 0],
    [{ key: 'gpu', value: 'yes', effect: 'NoExecute' }, 1],
    [{ key: 'gpu', value: 'no' }, 1],
    [{ key: 'other', operator: 'Exists' as const }, 1],
    [{ operator: 'Exists' as const }, 0],
  ])('holds the toleration %j against a taint', (toleration, left) => {
    expect(untoleratedTaints(tainted('NoSchedule'), [toleration])).toHaveLength(left)
  })

  it('has no room for more than what its pods leave, nor for a resource that it does not have', () => {
    const asks = (requests: Record<string, string>) => [container('api', { resources: { requests } })]
    const full = pod('big', asks({ cpu: '3', memory: '1Gi' }))
    expect(misfits({ containers: asks({ cpu: '2' }) }, [node('node-1')])).toEqual([])
    expect(misfits({ containers: asks({ cpu: '2' }) }, [node('node-1')], [full])).toEqual(['resources cpu'])
    expect(misfits({ containers: asks({ 'example.com/gpu': '1' }) }, [node('node-1')])).toEqual([
      'resources example.com/gpu',
    ])
  })

  it('gives a port of the host to one pod', () => {
    const containers = [container('api', { ports: [{ containerPort: 80, hostPort: 8080 }] })]
    expect(misfits({ containers }, [node('node-1')], [pod('other', containers)])).toEqual(['host_port 8080/TCP'])
  })

  it('spreads pods over domains as evenly as it must', () => {
    const constraint = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' as const, ...selects }
    const nodes = [zoned('node-1', 'a'), zoned('node-2', 'b')]
    const here = pod('api-1', [container('api')])
    expect(misfits({ topologySpreadConstraints: [constraint] }, nodes)).toEqual([])
    expect(misfits({ topologySpreadConstraints: [constraint] }, nodes, [here])).toEqual(['spread zone'])
    expect(misfits({ topologySpreadConstraints: [constraint] }, [node('node-1')])).toEqual(['spread zone'])
  })

  it('keeps pods apart and together, and lets the first of a group go anywhere', () => {
    const term = { topologyKey: 'zone', ...selects }
    const apart = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } }
    const together = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } }
    const nodes = [zoned('node-1', 'a'), zoned('node-2', 'b')]
    const here = pod('api-1', [container('api')])
    const there = pod('api-2', [container('api')], { spec: { nodeName: 'node-2' } })
    expect(misfits({ affinity: apart }, nodes, [there])).toEqual([])
    expect(misfits({ affinity: apart }, nodes, [here])).toEqual(['pod_affinity zone'])
    expect(misfits({ affinity: together }, nodes)).toEqual([])
    expect(misfits({ affinity: together }, nodes, [there])).toEqual(['pod_affinity zone'])
    expect(misfits({ affinity: together }, nodes, [here])).toEqual([])
  })
})
