import { describe, expect, it } from 'vitest'
import { disruptionBudgets } from '#src/rules/workloads/disruption-budgets.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { PodDisruptionBudget } from '#src/domain/kubernetes/workloads.ts'
import { clusterView, container, crashLoop, deployment, namespace, node } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const budget = (spec: Partial<PodDisruptionBudget['spec']>, disruptionsAllowed = 0): PodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'web', namespace, uid: 'pdb' },
  spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  status: { disruptionsAllowed, expectedPods: 2, currentHealthy: 2 },
})
const pods = deployment('web', [container('api')], { replicas: 2 })
const judge = (objects: KubernetesObject[]) => disruptionBudgets.find(clusterView(objects))

describe('src/rules/workloads/disruption-budgets', () => {
  it('is a note while nobody drains, and a fault once a node of its pods is cordoned', () => {
    const blocking = budget({ minAvailable: 2 })
    expect(judge([blocking, ...pods, node('node-1')])[0]).toMatchObject({
      mechanism: 'pdb_blocks_eviction',
      severity: 'info',
    })
    const [found] = judge([blocking, ...pods, node('node-1', { spec: { unschedulable: true } })])
    expect(found).toMatchObject({ severity: 'medium' })
    expect(missingFacts(found?.statement, 'minAvailable 2', 'node-1', 'cordoned')).toEqual([])
  })

  it('is silent where an eviction is allowed, or where pods are not ready: then the budget does its work', () => {
    expect(judge([budget({ maxUnavailable: 1 }, 1), ...pods])).toEqual([])
    expect(
      judge([budget({ minAvailable: 1 }), ...deployment('web', [container('api')], { statuses: [crashLoop('api')] })]),
    ).toEqual([])
  })
})
