import { describe, expect, it } from 'vitest'
import { selectMetricQuestions } from '#agents/select-metric-questions.ts'
import { clusterView, container, deployment } from '#test/helpers/build-cluster.ts'
import { findingDraft } from '#test/helpers/build-finding.ts'

describe('agents/select-metric-questions', () => {
  it('asks only about what metrics could decide', () => {
    expect(selectMetricQuestions(clusterView([]), [findingDraft({ mechanism: 'missing_secret' })])).toEqual([])
  })

  it('asks once per workload, with the limit to compare with', () => {
    const objects = deployment('api', [container('api', { resources: { limits: { memory: '128Mi' } } })])
    const oom = findingDraft({
      mechanism: 'oom_killed',
      container: 'api',
      affects: [{ kind: 'Pod', namespace: 'shop', name: 'api-1' }],
    })
    expect(selectMetricQuestions(clusterView(objects), [oom, oom])).toEqual([
      {
        namespace: 'shop',
        workload: oom.resource,
        container: 'api',
        pods: ['api-1'],
        metric: 'memory_working_set',
        limit: '128Mi',
        mechanism: 'oom_killed',
      },
    ])
  })
})
