import { describe, expect, it } from 'vitest'
import { deployments } from '#src/rules/workloads/deployments.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { Deployment } from '#src/domain/kubernetes/workloads.ts'
import {
  ago,
  clusterView,
  container,
  crashLoop,
  deployment,
  pod,
  replicaSet,
  status,
} from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const image = (tag: string) => [container('api', { image: `registry.test/shop/api:${tag}` })]
const deadline = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }

/** Revision 2 crashes beside the ready pods of revision 1. */
function halfway(
  options: { expired?: boolean; age?: number; status?: Deployment['status']; paused?: boolean } = {},
): KubernetesObject[] {
  const objects = deployment('api', image('2.0'), { replicas: 2, pods: 1, revision: 2, statuses: [crashLoop('api')] })
  const changed = objects.map((object) => {
    if (object.kind === 'ReplicaSet')
      return { ...object, metadata: { ...object.metadata, creationTimestamp: ago(options.age ?? 300) } }
    if (object.kind !== 'Deployment') return object
    const { spec } = object as Deployment
    return {
      ...object,
      spec: { ...spec, paused: options.paused },
      status: {
        replicas: 3,
        updatedReplicas: 1,
        availableReplicas: 2,
        conditions: options.expired === false ? [] : [deadline],
        ...options.status,
      },
    }
  })
  const owner = changed.at(-1) as KubernetesObject
  const old = replicaSet(owner, 1, image('1.9'), { ready: 2 })
  return [...changed, old, ...[0, 1].map((index) => pod(`api-old-${index}`, image('1.9'), { owner: old }))]
}
const judge = (objects: KubernetesObject[]) => deployments.find(clusterView(objects))

describe('src/rules/workloads/deployments', () => {
  it('names both images and the way back while old pods still serve', () => {
    const [found, ...others] = judge(halfway())
    expect(others).toEqual([])
    expect(found).toMatchObject({ mechanism: 'rollout_stuck', severity: 'medium' })
    expect(
      missingFacts(found?.statement, 'api:1.9', 'api:2.0', 'ProgressDeadlineExceeded', '2 pods', 'revision 1'),
    ).toEqual([])
    expect(found?.remedies[0]).toMatchObject({ kind: 'rollback', params: { to_revision: 1 } })
  })

  it('speaks before the deadline once the new revision has had a minute', () => {
    expect(judge(halfway({ expired: false })).map(({ mechanism }) => mechanism)).toEqual(['rollout_stuck'])
    expect(judge(halfway({ expired: false, age: 10 }))).toEqual([])
  })

  it('does not believe a condition that outlived an undo', () => {
    expect(
      judge(halfway({ status: { replicas: 2, updatedReplicas: 2, availableReplicas: 2, conditions: [deadline] } })),
    ).toEqual([])
  })

  it('tells a pause only while a change waits behind it', () => {
    expect(judge(halfway({ paused: true }))[0]).toMatchObject({
      mechanism: 'rollout_paused',
      remedies: [{ kind: 'resume_rollout' }, {}],
    })
    const finished = deployment('ok', [container('api')]).map((object) =>
      object.kind === 'Deployment'
        ? { ...object, spec: { ...(object as Deployment).spec, paused: true }, status: { updatedReplicas: 1 } }
        : object,
    )
    expect(judge(finished)).toEqual([])
  })

  it.each([
    [0, 2],
    [1, 3],
  ])('counts %i of %i ready replicas from the pods', (ready, wanted) => {
    const failing = deployment('web', image('1'), {
      replicas: wanted,
      pods: wanted - ready,
      statuses: [crashLoop('api')],
    })
    const owner = failing.find((object) => object.kind === 'ReplicaSet')
    const serving = Array.from({ length: ready }, (_, index) => pod(`web-ok-${index}`, image('1'), { owner }))
    const [found] = judge([...failing, ...serving])
    expect(found?.mechanism).toBe('replicas_unavailable')
    expect(missingFacts(found?.statement, `${ready} of ${wanted}`)).toEqual([])
  })

  it('is silent about what is ready, has just begun, wants nothing or is being deleted', () => {
    const young = deployment('young', image('1'), { statuses: [crashLoop('api')] }).map((object) => ({
      ...object,
      metadata: { ...object.metadata, creationTimestamp: ago(5) },
    }))
    const leaving = deployment('leaving', image('1'), { pods: 0 }).map((object) => ({
      ...object,
      metadata: { ...object.metadata, deletionTimestamp: ago(5) },
    }))
    expect(
      judge([
        ...deployment('ok', image('1')),
        ...deployment('off', image('1'), { replicas: 0, pods: 0 }),
        ...young,
        ...leaving,
      ]),
    ).toEqual([])
  })

  const sole = (age: number, more: { restarts?: number; ready?: boolean } = {}) =>
    deployment('api', image('1.0'), {
      podMeta: { creationTimestamp: ago(age) },
      statuses: [status('api', { ready: more.ready ?? false, restartCount: more.restarts ?? 0 })],
    }).map((object) =>
      object.kind === 'Deployment' ? { ...object, status: { updatedReplicas: 1, availableReplicas: 1 } } : object,
    )
  it.each([
    ['seconds after its only pod was made', sole(6), []],
    ['once the pod has had time to start', sole(40), ['replicas_unavailable']],
    ['where the young pod has restarted', sole(6, { restarts: 2 }), ['replicas_unavailable']],
    ['where the pod serves', sole(6, { ready: true }), []],
  ])('judges a sole replica %s', (_, objects, expected) => {
    expect(judge(objects).map(({ mechanism }) => mechanism)).toEqual(expected)
  })

  /** Revision 3 is the ReplicaSet of revision 1 again: revision 2 was found broken and left, though pods of it are ready. */
  const undone = (age: number) =>
    halfway({ expired: false, age: 86_400 }).map((object) => {
      if (object.kind === 'Pod' && object.metadata.name === 'api-0')
        return { ...object, metadata: { ...object.metadata, creationTimestamp: ago(age) } }
      return object
    })
  it('gives an undo its time, and never leads back to the revision that it left', () => {
    expect(judge(undone(5))).toEqual([])
    const [late] = judge(undone(300))
    expect(late).toMatchObject({ mechanism: 'rollout_stuck', remedies: [] })
  })
})
