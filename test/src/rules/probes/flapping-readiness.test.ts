import { describe, expect, it } from 'vitest'
import { flappingReadiness } from '#src/rules/probes/flapping-readiness.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { ago, clusterView, container, deployment, event, status } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

interface Story {
  count?: number
  first?: number
  last?: number
  /** Seconds since the pod became ready, and since its container started. */
  again?: number
  up?: number
  ready?: boolean
}

function judge({ count = 12, first = 2400, last = 60, again = 40, up = 7200, ready = true }: Story) {
  const spec = container('api', { readinessProbe: { httpGet: { path: '/ready', port: 8080 } } })
  const objects = deployment('web', [spec], {
    statuses: [status('api', { ready, state: { running: { startedAt: ago(up) } } })],
    podStatus: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: ago(again) }],
      containerStatuses: [status('api', { ready, state: { running: { startedAt: ago(up) } } })],
    },
  })
  const unhealthy = event(
    objects[0] as KubernetesObject,
    'Unhealthy',
    'Readiness probe failed: HTTP probe failed with statuscode: 503',
    {
      on: 'api',
      count,
      first_seen: ago(first),
      last_seen: ago(last),
    },
  )
  return flappingReadiness.find(clusterView(objects, { events: [unhealthy] }))
}

describe('src/rules/probes/flapping-readiness', () => {
  it('tells a container that loses readiness again and again, and how often', () => {
    const [found, ...others] = judge({})
    expect(others).toEqual([])
    expect(found).toMatchObject({ mechanism: 'readiness_failing', severity: 'low' })
    expect(missingFacts(found?.statement, '12 times', '39m', '18 per hour', '40s')).toEqual([])
  })

  it.each<[string, Story]>([
    ['had one outage that is over', { count: 20, first: 260, last: 60 }],
    ['failed while it started', { first: 7190 }],
    ['has been ready for long', { again: 3600, last: 3700, first: 6000 }],
    ['failed now and then without losing readiness', { again: 7000 }],
    ['failed twice', { count: 2 }],
    ['failed so often that the count is no measure', { count: 60 }],
    ['has just started', { up: 300, first: 200 }],
    ['is not ready, which is told elsewhere', { ready: false }],
  ])('is silent about one that %s', (_, story) => {
    expect(judge(story)).toEqual([])
  })
})
