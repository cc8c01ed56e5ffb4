import { describe, expect, it } from 'vitest'
import { placedPods, podRequests } from '#src/rules/kit/placement/pod-requests.ts'
import { clusterView, container, pod } from '#test/helpers/build-cluster.ts'

const mebi = 2 ** 20
const asking = (name: string, cpu: string, memory: string, more: object = {}) =>
  container(name, { resources: { requests: { cpu, memory } }, ...more })

describe('src/rules/kit/placement/pod-requests', () => {
  it('sums up containers and sidecars, and reserves for the largest init container', () => {
    const spec = {
      containers: [asking('api', '200m', '64Mi'), asking('web', '300m', '64Mi')],
      initContainers: [
        asking('proxy', '100m', '10Mi', { restartPolicy: 'Always' }),
        asking('migrate', '100m', '500Mi'),
      ],
    }
    const { cpu, memory } = podRequests(spec)
    expect(cpu).toBeCloseTo(0.6)
    expect(memory).toBe(500 * mebi)
  })

  it('takes a limit for the request where there is none', () => {
    const api = container('api', { resources: { limits: { memory: '64Mi', cpu: '1' }, requests: { cpu: '250m' } } })
    expect(podRequests({ containers: [api] })).toEqual({ memory: 64 * mebi, cpu: 0.25 })
  })

  it('reserves nothing for a pod that asks for nothing', () => {
    expect(podRequests({ containers: [container('api')] })).toEqual({})
  })

  it('places pods that have a node and have not ended', () => {
    const view = clusterView([
      pod('a', [container('a')]),
      pod('b', [container('b')], { spec: { nodeName: 'node-2' } }),
      pod('done', [container('c')], { status: { phase: 'Succeeded' } }),
      pod('failed', [container('d')], { status: { phase: 'Failed' } }),
      pod('waiting', [container('e')], { spec: { nodeName: undefined } }),
    ])
    const placed = [...placedPods(view)].map(([node, pods]) => [node, pods.map(({ metadata }) => metadata.name)])
    expect(placed).toEqual([
      ['node-1', ['a']],
      ['node-2', ['b']],
    ])
  })
})
