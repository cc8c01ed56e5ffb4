import { describe, expect, it } from 'vitest'
import { ClusterView } from '#src/domain/cluster-view.ts'
import { matchesMap } from '#src/domain/kubernetes/label-selector.ts'
import type { Service } from '#src/domain/kubernetes/network.ts'
import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import { snapshot } from '#test/helpers/build-view.ts'

type Labels = Record<string, string>

function pod(name: string, namespace: string, labels: Labels | undefined, owner?: string): Pod {
  const ownerReferences = owner ? [{ kind: 'ReplicaSet', name: owner, uid: `uid-${owner}`, controller: true }] : []
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid: `uid-${namespace}-${name}`, labels, ownerReferences },
    spec: { containers: [] },
  }
}

function service(name: string, namespace: string, selector: Labels | undefined): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, uid: `uid-s-${name}` }, spec: { selector } }
}

function replicaSet(name: string): KubernetesObject {
  const ownerReferences = [{ kind: 'Deployment', name: `of-${name}`, uid: 'unseen', controller: true }]
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'a', uid: `uid-${name}`, ownerReferences },
  }
}

const values = ['x', 'y', 'x=y', '']
const labelSets: (Labels | undefined)[] = [
  undefined,
  {},
  ...values.flatMap((app) => [
    { app },
    ...values.map((tier) => ({ app, tier })),
    ...values.map((tier) => ({ tier, app })),
  ]),
]
const pods = ['a', 'b'].flatMap((space) => labelSets.map((labels, index) => pod(`p${index}`, space, labels)))
const services = ['a', 'b'].flatMap((space) =>
  labelSets.map((labels, index) => service(`s${space}${index}`, space, labels)),
)

describe('domain/cluster-view', () => {
  const view = new ClusterView(snapshot([...pods, ...services, ...['r1', 'r2'].map(replicaSet)]))

  it('finds through its index the pods that a look at each of them would find, in the order of the picture', () => {
    for (const each of services) {
      const { namespace } = each.metadata
      const wanted = pods.filter(
        ({ metadata }) => metadata.namespace === namespace && matchesMap(each.spec.selector, metadata.labels),
      )
      expect(view.podsOfService(each)).toEqual(wanted)
      expect(view.podsOfService(each)).toBe(view.podsOfService(each))
    }
  })

  it('finds the services that a look at each of them would find, in the order of the picture', () => {
    for (const namespace of ['a', 'b', undefined])
      for (const labels of labelSets) {
        const wanted = services.filter(
          ({ metadata, spec }) => metadata.namespace === namespace && matchesMap(spec.selector, labels),
        )
        expect(view.servicesSelecting(namespace, labels)).toEqual(wanted)
      }
  })

  it('knows the pods of a workload also where the workload itself was not seen', () => {
    const owned = [pod('p1', 'a', {}, 'r1'), pod('p2', 'a', {}, 'r2'), pod('p3', 'a', {}, 'r1')]
    const seen = new ClusterView(snapshot([replicaSet('r1'), replicaSet('r2'), ...owned]))
    const found = seen.podsOfWorkload({ kind: 'Deployment', namespace: 'a', name: 'of-r1' })
    expect(found.map(({ metadata }) => metadata.name)).toEqual(['p1', 'p3'])
    expect(seen.podsOfWorkload({ kind: 'Deployment', namespace: 'a', name: 'none' })).toEqual([])
  })
})
