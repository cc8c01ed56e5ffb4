import { describe, expect, it } from 'vitest'
import { selectLogTargets } from '#agents/select-log-targets.ts'
import type { ContainerStatus } from '#src/domain/kubernetes/objects.ts'
import {
  ago,
  clusterView,
  container,
  crashLoop,
  deployment,
  ended,
  status,
  waiting,
} from '#test/helpers/build-cluster.ts'
import { findingDraft } from '#test/helpers/build-finding.ts'

const view = (name: string, containerStatus: ContainerStatus, pods = 1) =>
  clusterView(deployment(name, [container('app')], { statuses: [containerStatus], pods, replicas: pods }))
const targets = (containerStatus: ContainerStatus) =>
  selectLogTargets(view('web', containerStatus), []).map((target) => target.state)

describe('agents/select-log-targets', () => {
  it.each<[string, ContainerStatus, number]>([
    ['crashes', crashLoop('app'), 1],
    ['ended with an error', status('app', { ready: false, state: ended(1) }), 1],
    [
      'was killed for memory a minute ago and runs again',
      status('app', { restartCount: 3, lastState: ended(137, 'OOMKilled', 60) }),
      1,
    ],
    ['runs and is not ready', status('app', { ready: false }), 1],
    ['is well', status('app'), 0],
    [
      'restarted hours ago and is well since',
      status('app', { restartCount: 1, lastState: ended(1, 'Error', 20_000) }),
      0,
    ],
    ['waits for its image and never ran', waiting('app', 'ImagePullBackOff'), 0],
    ['ended well', status('app', { ready: false, state: ended(0, 'Completed') }), 0],
  ])('a container that %s', (_what, containerStatus, count) => {
    expect(targets(containerStatus)).toHaveLength(count)
  })

  it('asks for the init container that never ends', () => {
    const objects = deployment('web', [container('app')], {
      spec: { initContainers: [container('wait')] },
      initStatuses: [status('wait', { ready: false, state: { running: { startedAt: ago(600) } } })],
      statuses: [waiting('app', 'PodInitializing')],
    })
    expect(selectLogTargets(clusterView(objects), [])).toMatchObject([
      { container: 'wait', state: 'running, not ready' },
    ])
  })

  it('takes two pods for each container of a workload, not all of them', () => {
    expect(selectLogTargets(view('web', crashLoop('app'), 9), [])).toHaveLength(2)
  })

  it('asks for a well container that a finding names', () => {
    const resource = { kind: 'Deployment', namespace: 'shop', name: 'web' }
    const named = [findingDraft({ resource, container: 'app', mechanism: 'liveness_killing' })]
    expect(selectLogTargets(view('web', status('app')), named)).toMatchObject([
      { workload: resource, container: 'app' },
    ])
  })
})
