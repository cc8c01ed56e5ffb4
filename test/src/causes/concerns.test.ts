import { describe, expect, it } from 'vitest'
import { concerns } from '#src/causes/concerns.ts'
import { clusterView, container, deployment, namespace, service } from '#test/helpers/build-cluster.ts'

const ref = (kind: string, name: string) => ({ kind, namespace, name })
const view = clusterView([
  ...deployment('api', [container('api')]),
  ...deployment('web', [container('web')]),
  service('front', {}, 'api'),
])
const isNear = concerns(ref('Pod', 'api-0'), view)

describe('src/causes/concerns', () => {
  it('takes the object itself, its workload, and a Service that selects it', () => {
    const near = [ref('Pod', 'api-0'), ref('Deployment', 'api'), ref('Service', 'front')]
    expect(near.map((resource) => isNear({ resource, affects: [] }))).toEqual([true, true, true])
  })

  it('takes what affects one of them', () => {
    expect(isNear({ resource: ref('ConfigMap', 'settings'), affects: [ref('Deployment', 'api')] })).toBe(true)
  })

  it('leaves out neighbours, and names of another kind or namespace', () => {
    const others = [
      ref('Deployment', 'web'),
      ref('Service', 'api'),
      { kind: 'Deployment', namespace: 'other', name: 'api' },
    ]
    expect(others.filter((resource) => isNear({ resource, affects: [] }))).toEqual([])
  })

  it('takes an object that is not in the picture for its own workload', () => {
    const isGone = concerns(ref('Deployment', 'gone'), view)
    expect(isGone({ resource: ref('Deployment', 'gone'), affects: [] })).toBe(true)
    expect(isGone({ resource: ref('Deployment', 'api'), affects: [] })).toBe(false)
  })
})
