import { describe, expect, it } from 'vitest'
import { undoChange } from '#src/rules/kit/undo-change.ts'
import { refOf } from '#src/domain/cluster-view.ts'
import type { KubernetesObject, PodTemplate } from '#src/domain/kubernetes/objects.ts'
import { clusterView, container, deployment, replicaSet } from '#test/helpers/build-cluster.ts'

const asking = (memory: string) => [container('api', { resources: { requests: { memory } } })]
const resources = ({ spec }: PodTemplate) => spec.containers.map((each) => each.resources)
const undo = (before: string, ready: number) => {
  const objects = deployment('web', asking('48Gi'), { revision: 2, pods: 0 })
  const owner = objects.at(-1) as KubernetesObject
  const old = replicaSet(owner, 1, asking(before), { ready })
  return undoChange(clusterView([...objects, old]), refOf(owner), resources)
}

describe('src/rules/kit/undo-change', () => {
  it('goes back to the revision that still serves and asked for something else', () => {
    expect(undo('1Gi', 2)).toMatchObject([{ kind: 'rollback', params: { to_revision: 1 } }])
  })

  it('offers nothing where the earlier revision asked for the same, or serves no more', () => {
    expect(undo('48Gi', 2)).toEqual([])
    expect(undo('1Gi', 0)).toEqual([])
  })
})
