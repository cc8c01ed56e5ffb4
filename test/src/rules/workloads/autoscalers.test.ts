import { describe, expect, it } from 'vitest'
import { autoscalers } from '#src/rules/workloads/autoscalers.ts'
import type { Condition } from '#src/domain/kubernetes/objects.ts'
import type { HorizontalPodAutoscaler } from '#src/domain/kubernetes/workloads.ts'
import { ago, clusterView, container, deployment, namespace } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const scaler = (
  conditions: Condition[],
  more: Partial<HorizontalPodAutoscaler['status']> = {},
  age = 600,
): HorizontalPodAutoscaler => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace, uid: 'hpa', creationTimestamp: ago(age) },
  spec: { minReplicas: 2, maxReplicas: 6, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
  status: { currentReplicas: 2, conditions, ...more },
})
const inactive = (message: string, reason = 'FailedGetResourceMetric') => [
  { type: 'ScalingActive', status: 'False', reason, message },
]
const judge = (hpa: HorizontalPodAutoscaler, withTarget = true, missing: string[] = []) =>
  autoscalers.find(
    clusterView([hpa, ...(withTarget ? deployment('web', [container('api')]) : [])], {
      more: { missing_apis: missing },
    }),
  )

describe('src/rules/workloads/autoscalers', () => {
  it.each([
    [
      'the words',
      'unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
      [],
    ],
    ['the missing API', 'unable to get metrics for resource cpu', ['metrics.k8s.io']],
  ])('names the metrics API that is not there, by %s', (_, message, missing) => {
    const [found] = judge(scaler(inactive(message)), true, missing)
    expect(found).toMatchObject({ mechanism: 'hpa_metrics_unavailable' })
    expect(missingFacts(found?.statement, 'metrics.k8s.io', 'metrics-server')).toEqual([])
    expect(found?.remedies[0]).toMatchObject({ target: { kind: 'Addon', name: 'metrics-server' } })
  })

  it('asks for a request where utilization has nothing to be held against', () => {
    const [found] = judge(
      scaler(inactive('failed to get cpu utilization: missing request for cpu in container api of Pod web-0')),
    )
    expect(found?.statement).toContain('missing request for cpu')
    expect(found?.remedies[0]).toMatchObject({
      kind: 'patch_resources',
      target: { kind: 'Deployment', name: 'web' },
      params: { container: 'api' },
      needs: [{ param: 'requests.cpu' }],
    })
  })

  it('names the workload that the target was most likely meant to be', () => {
    const hpa = scaler([])
    const slip = { ...hpa, spec: { ...hpa.spec, scaleTargetRef: { kind: 'Deployment', name: 'webs' } } }
    const [found] = judge(slip)
    expect(missingFacts(found?.statement, 'Deployment webs', 'Deployment web')).toEqual([])
    expect(found?.remedies[0]?.params).toMatchObject({ instruction: expect.stringMatching(/Deployment web\b/) })
  })

  it('tells a target that is proved missing', () => {
    expect(judge(scaler([]), false)[0]).toMatchObject({ mechanism: 'hpa_target_missing' })
  })

  it('tells a maximum that holds it back, as a note', () => {
    const limited = [{ type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas' }]
    expect(judge(scaler(limited, { currentReplicas: 6 }))[0]).toMatchObject({
      mechanism: 'hpa_at_maximum',
      severity: 'low',
    })
  })

  it('is silent at zero replicas, in its first minute, and when it works', () => {
    expect(judge(scaler(inactive('', 'ScalingDisabled')))).toEqual([])
    expect(judge(scaler(inactive('no metrics'), {}, 20))).toEqual([])
    expect(judge(scaler([{ type: 'ScalingActive', status: 'True' }]))).toEqual([])
  })
})
