import { describe, expect, it } from 'vitest'
import { statefulSets } from '#src/rules/workloads/stateful-sets.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { StatefulSet } from '#src/domain/kubernetes/workloads.ts'
import { clusterView, container, crashLoop, workload } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const ledger = (spec: Partial<StatefulSet['spec']> = {}, broken = true): KubernetesObject[] =>
  workload('StatefulSet', 'ledger', [container('db')], {
    replicas: 3,
    pods: broken ? 1 : 3,
    ...(broken ? { statuses: [crashLoop('db')] } : {}),
  }).map((object) =>
    object.kind === 'StatefulSet' ? { ...object, spec: { ...(object as StatefulSet).spec, ...spec } } : object,
  )
const mechanisms = (objects: KubernetesObject[]) =>
  statefulSets.find(clusterView(objects)).map(({ mechanism }) => mechanism)

describe('src/rules/workloads/stateful-sets', () => {
  it('names the ordinal that the others wait for', () => {
    const found = statefulSets.find(clusterView(ledger())).find(({ mechanism }) => mechanism === 'statefulset_blocked')
    expect(missingFacts(found?.statement, '0 of 3', '1, 2', 'ledger-0')).toEqual([])
  })

  it('does not wait in a set that starts its pods in parallel', () => {
    expect(mechanisms(ledger({ podManagementPolicy: 'Parallel' }))).toEqual(['replicas_unavailable'])
  })

  it('notes a missing governing service without making a fault of it', () => {
    const [found] = statefulSets.find(clusterView(ledger({ serviceName: 'nowhere' }, false)))
    expect(found).toMatchObject({ mechanism: 'service_missing', severity: 'info' })
  })

  it.each<[string, StatefulSet['spec']['updateStrategy']]>([
    ['partition', { type: 'RollingUpdate', rollingUpdate: { partition: 2 } }],
    ['OnDelete', { type: 'OnDelete' }],
  ])('notes an update that %s holds back', (word, updateStrategy) => {
    const set = ledger({ updateStrategy }, false).map((object) =>
      object.kind === 'StatefulSet'
        ? { ...object, status: { updateRevision: 'ledger-2', currentRevision: 'ledger-1', updatedReplicas: 1 } }
        : object,
    )
    const [found] = statefulSets.find(clusterView(set))
    expect(found).toMatchObject({ mechanism: 'rollout_paused', severity: 'low' })
    expect(found?.statement).toContain(word)
  })

  it('is silent about a ready set', () => {
    expect(mechanisms(ledger({}, false))).toEqual([])
  })
})
