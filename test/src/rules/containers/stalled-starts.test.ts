import { describe, expect, it } from 'vitest'
import { stalledStarts } from '#src/rules/containers/stalled-starts.ts'
import { ago, clusterView, container, deployment, status, waiting } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const judge = (statuses: Parameters<typeof waiting>[1][] | null, seconds = 600) =>
  stalledStarts.find(
    clusterView(
      deployment('web', [container('api'), container('side')], {
        replicas: 3,
        statuses: statuses
          ? statuses.map((reason, index) => waiting(['api', 'side'][index] ?? '', reason))
          : [status('api')],
        podMeta: { creationTimestamp: ago(seconds) },
      }),
    ),
  )

describe('src/rules/containers/stalled-starts', () => {
  it.each(['ContainerCreating', 'PodInitializing'])('tells once that all pods of a workload hang in %s', (reason) => {
    const [finding, ...rest] = judge([reason, reason])
    expect(rest).toEqual([])
    expect(finding).toMatchObject({ mechanism: 'container_not_ready', resource: { kind: 'Deployment', name: 'web' } })
    expect(finding?.container).toBeUndefined()
    expect(missingFacts(finding?.statement, '3 pods', reason, '10m')).toEqual([])
  })

  it('is silent about a start that is young, or has come further', () => {
    expect(judge(['ContainerCreating', 'ContainerCreating'], 30)).toEqual([])
    expect(judge(['ContainerCreating', 'ErrImagePull'])).toEqual([])
    expect(judge(null)).toEqual([])
  })
})
