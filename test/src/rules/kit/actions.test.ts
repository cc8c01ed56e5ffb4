import { describe, expect, it } from 'vitest'
import { refOf } from '#src/domain/cluster-view.ts'
import type { KubernetesObject, PodTemplate } from '#src/domain/kubernetes/objects.ts'
import { escalate, rollBack, setEnv, undoChange } from '#src/rules/kit/actions.ts'
import { clusterView, container, deployment, replicaSet } from '#test/helpers/build-cluster.ts'

interface Named {
  metadata?: object
  spec?: object
}

const target = { kind: 'Deployment', namespace: 'shop', name: 'cart' }
const asking = (memory: string) => [container('api', { resources: { requests: { memory } } })]
const resources = ({ spec }: PodTemplate) => spec.containers.map((each) => each.resources)

function changed(before: string, ready: number) {
  const objects = deployment('web', asking('48Gi'), { revision: 2, pods: 0 })
  const owner = objects.at(-1) as KubernetesObject
  const old = replicaSet(owner, 1, asking(before), { ready })
  return { view: clusterView([...objects, old]), owner: refOf(owner) }
}

function undo(before: string, ready: number) {
  const { view, owner } = changed(before, ready)
  return undoChange(view, owner, resources)
}

describe('src/rules/kit/actions', () => {
  it('takes risk and reversibility from the kind', () => {
    const remedy = setEnv(target, { container: 'api', name: 'A' }, { reason: 'A is not set.' })
    expect(remedy).toEqual({
      kind: 'set_env',
      target,
      params: { container: 'api', name: 'A' },
      risk: 'low',
      reversible: true,
      reason: 'A is not set.',
    })
  })

  it('tells the reader why a risk is another than usual', () => {
    const override = { risk: 'high' as const, because: 'Every pod restarts at once.' }
    const remedy = setEnv(target, { container: 'api', name: 'A' }, { reason: 'A is not set.', override })
    expect(remedy).toMatchObject({ risk: 'high', reversible: true })
    expect(remedy.reason).toBe('A is not set. Every pod restarts at once.')
    const part = setEnv(target, { container: 'api', name: 'A' }, { reason: 'A is not set', override })
    expect(part.reason).toBe(remedy.reason)
  })

  it.each([
    ['the object', { metadata: { labels: { team: 'carts' } } }],
    ['an annotation of the object', { metadata: { annotations: { owner: 'carts' } } }],
    ['its pods', { spec: { template: { metadata: { labels: { 'app.kubernetes.io/team': 'carts' } }, spec: {} } } }],
  ])('asks the team that %s names, else the owners', (_where, { metadata = {}, spec = {} }: Named) => {
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', spec, metadata: { ...target, uid: 'u', ...metadata } }
    const to = (objects: KubernetesObject[]) => escalate(clusterView(objects), target, 'why?', 'It fails.').params
    expect(to([object])).toEqual({ to: 'team carts', ask: 'why?' })
    expect(to([])).toEqual({ to: 'the owners of Deployment cart', ask: 'why?' })
  })

  it('goes back to the revision whose pods are ready and that asked for something else', () => {
    expect(undo('1Gi', 2)).toMatchObject([{ kind: 'rollback', params: { to_revision: 1 } }])
  })

  it('offers nothing where the earlier revision asked for the same, or has no ready pod', () => {
    expect(undo('48Gi', 2)).toEqual([])
    expect(undo('1Gi', 0)).toEqual([])
  })

  it('offers a revision that is only remembered, unless it has to be known to have worked', () => {
    const { view, owner } = changed('1Gi', 0)
    const lacksFault = () => true
    expect(rollBack(view, owner, { lacksFault })).toMatchObject({ proof: 'remembered', revision: { revision: 1 } })
    expect(rollBack(view, owner, { lacksFault, proven: true })).toBeUndefined()
  })
})
