import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { conditionOf, ownerOf, wantedPods } from '#src/rules/kit/objects.ts'
import { clusterView, container, deployment, namespace, workload } from '#test/helpers/build-cluster.ts'

const refTo = (kind: string, name: string) => ({ kind, namespace, name })

describe('src/rules/kit/objects', () => {
  it('finds a condition by its type', () => {
    const ready = { type: 'Ready', status: 'False' as const }
    expect(conditionOf({ kind: 'Node', status: { conditions: [ready] } }, 'Ready')).toBe(ready)
    expect(conditionOf({ kind: 'Node' }, 'Ready')).toBeUndefined()
    expect(conditionOf(undefined, 'Ready')).toBeUndefined()
  })

  it('names the team of the object, else of its namespace, else its owners', () => {
    const objects = deployment('api', [container('api')])
    const home = (labels: Record<string, string>): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, uid: 'uid-home', labels },
    })
    const ref = refTo('Deployment', 'api')
    expect(ownerOf(clusterView(objects), ref)).toBe('the owners of Deployment api')
    expect(ownerOf(clusterView([...objects, home({ team: 'shop' })]), ref)).toBe('team shop')
    Object.assign(objects.at(-1)!.metadata, { labels: { owner: 'checkout' } })
    expect(ownerOf(clusterView([...objects, home({ team: 'shop' })]), ref)).toBe('team checkout')
  })

  it('counts the pods that a workload wants at a time', () => {
    const wanted = (kind: 'DaemonSet' | 'Job' | 'StatefulSet', more: object) => {
      const [owner] = workload(kind, 'x', [container('x')]).slice(-1)
      return wantedPods(clusterView([{ ...owner, ...more } as KubernetesObject]), refTo(kind, 'x'))
    }
    expect(wanted('StatefulSet', { spec: { replicas: 3 } })).toBe(3)
    expect(wanted('StatefulSet', { spec: {} })).toBe(1)
    expect(wanted('DaemonSet', { status: { desiredNumberScheduled: 4 } })).toBe(4)
    expect(wanted('Job', { spec: { parallelism: 5, completions: 8 }, status: { succeeded: 6 } })).toBe(2)
    expect(wanted('Job', { spec: { parallelism: 5 } })).toBe(5)
    expect(wantedPods(clusterView([]), refTo('Deployment', 'gone'))).toBeUndefined()
  })
})
