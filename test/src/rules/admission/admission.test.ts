import { describe, expect, it } from 'vitest'
import { admission } from '#src/rules/admission/admission.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { LimitRange, ResourceQuota } from '#src/domain/kubernetes/cluster.ts'
import type { Container, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { HorizontalPodAutoscaler, ReplicaSet } from '#src/domain/kubernetes/workloads.ts'
import {
  clusterView,
  container,
  deployment,
  event,
  namespace,
  replicaSet,
  workload,
} from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const quota: ResourceQuota = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team', namespace, uid: 'quota' },
  status: { hard: { 'requests.memory': '256Mi' }, used: { 'requests.memory': '192Mi' } },
}
const memory = (request: string): Container[] => [container('api', { resources: { requests: { memory: request } } })]

/** A deployment whose newest replica set lacks pods, with the event that says why. */
function refused(
  message: string,
  options: { wanted?: number; running?: number; containers?: Container[]; modern?: boolean } = {},
) {
  const { wanted = 2, running = 0, containers = memory('96Mi'), modern } = options
  const objects = deployment('web', containers, { replicas: wanted, pods: running }).map((object) =>
    object.kind === 'ReplicaSet'
      ? ({
          ...object,
          spec: { ...(object as ReplicaSet).spec, replicas: wanted },
          status: { replicas: running },
        } as ReplicaSet)
      : object,
  )
  const set = objects.find((object) => object.kind === 'ReplicaSet') as KubernetesObject
  const words = modern ? `(combined from similar events): Error creating: ${message}` : `Error creating: ${message}`
  return { objects, set, events: [event(set, 'FailedCreate', words, { modern })] }
}
const judge = (world: ReturnType<typeof refused>, more: KubernetesObject[] = []): FindingDraft[] =>
  admission.find(clusterView([...world.objects, ...more], { events: world.events }))
const exceeded = (used = '192Mi') =>
  `pods "web-x" is forbidden: exceeded quota: team, requested: requests.memory=96Mi, used: requests.memory=${used}, limited: requests.memory=256Mi`

describe('src/rules/admission/admission', () => {
  it.each([true, false])(
    'names quota, resource and amounts, and a request that fits all replicas (combined event: %s)',
    (modern) => {
      const [found, ...others] = judge(refused(exceeded(), { wanted: 4, running: 2, modern }), [quota])
      expect(others).toEqual([])
      expect(found).toMatchObject({ mechanism: 'quota_exceeded', resource: { kind: 'Deployment', name: 'web' } })
      expect(missingFacts(found?.statement, 'ResourceQuota team', 'requests.memory', '256Mi', '192Mi', '96Mi')).toEqual(
        [],
      )
      expect(found?.remedies.map(({ kind }) => kind)).toEqual(['patch_resources', 'scale', 'custom_instruction'])
      expect(found?.remedies[0]?.params).toEqual({ container: 'api', requests: { memory: '64Mi' } })
      expect(found?.remedies[1]?.params).toEqual({ replicas: 2 })
    },
  )

  it('asks for each figure that a quota demands, container by container', () => {
    const [found] = judge(refused('failed quota: team: must specify limits.memory for: api; requests.memory for: api'))
    expect(found?.remedies[0]).toMatchObject({
      kind: 'patch_resources',
      params: { container: 'api' },
      needs: [{ param: 'limits.memory' }, { param: 'requests.memory' }],
    })
  })

  it("lowers an autoscaler's minimum instead of replicas that it would set again", () => {
    const hpa: HorizontalPodAutoscaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web', namespace, uid: 'hpa' },
      spec: { minReplicas: 12, maxReplicas: 20, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
    }
    const [found] = judge(refused(exceeded(), { wanted: 12, running: 2 }), [hpa])
    expect(found?.remedies.map(({ kind }) => kind)).toEqual(['patch_hpa', 'custom_instruction'])
    expect(found?.remedies[0]?.params).toEqual({ minReplicas: 2 })
  })

  it('does not shrink a request to less than half', () => {
    const [found] = judge(refused(exceeded(), { wanted: 12, running: 2 }))
    expect(found?.remedies.map(({ kind }) => kind)).toEqual(['scale', 'custom_instruction'])
  })

  it('sees that only the surge pod of a rollout does not fit', () => {
    const world = refused(exceeded('256Mi'))
    const owner = world.objects.find((object) => object.kind === 'Deployment') as KubernetesObject
    const old = { ...replicaSet(owner, 0, memory('96Mi'), { ready: 2 }), status: { replicas: 2, readyReplicas: 2 } }
    const [found] = judge(world, [old])
    expect(missingFacts(found?.statement, 'maxSurge 25%', 'maxUnavailable 25%')).toEqual([])
    expect(found?.remedies[0]?.params).toMatchObject({ change: 'patch_strategy' })
  })

  it.each([
    [
      'pods "x" is forbidden: maximum memory usage per Container is 64Mi, but limit is 96Mi',
      { limits: { memory: '96Mi' }, requests: { memory: '80Mi' } },
      { container: 'api', limits: { memory: '64Mi' }, requests: { memory: '64Mi' } },
    ],
    [
      'pods "x" is forbidden: minimum cpu usage per Container is 100m, but request is 10m',
      { requests: { cpu: '10m' } },
      { container: 'api', requests: { cpu: '100m' } },
    ],
  ])('brings figures to the bound of a limit range: %s', (message, resources, params) => {
    const [found] = judge(refused(message, { containers: [container('api', { resources })] }))
    expect(found).toMatchObject({ mechanism: 'limit_range_violation' })
    expect(found?.remedies[0]).toMatchObject({ kind: 'patch_resources', params })
  })

  it('never proposes to relax pod security', () => {
    const [found] = judge(
      refused(
        'pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (container "api" must set it)',
      ),
    )
    expect(found).toMatchObject({ mechanism: 'pod_security_violation' })
    expect(missingFacts(found?.statement, 'restricted:latest', 'runAsNonRoot')).toEqual([])
    expect(found?.remedies.every((remedy) => remedy.target.kind === 'Deployment')).toBe(true)
  })

  const call =
    'Internal error occurred: failed calling webhook "pods.guard.io": failed to call webhook: Post "https://guard.policy.svc:443/v?timeout=5s": no endpoints available for service "guard"'
  const configuration: KubernetesObject & Record<string, unknown> = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'guard-config', uid: 'hook' },
    webhooks: [
      {
        name: 'pods.guard.io',
        failurePolicy: 'Fail',
        clientConfig: { service: { name: 'guard', namespace: 'policy' } },
      },
    ],
  }

  it('names the webhook, its service and policy, on the configuration where that is seen', () => {
    const [found] = judge(refused(call), [configuration])
    expect(found).toMatchObject({
      mechanism: 'webhook_unavailable',
      resource: { kind: 'ValidatingWebhookConfiguration', name: 'guard-config' },
      affects: [
        { kind: 'Deployment', name: 'web' },
        { kind: 'Service', namespace: 'policy', name: 'guard' },
      ],
    })
    expect(missingFacts(found?.statement, 'pods.guard.io', 'failurePolicy Fail', 'Service guard', 'policy')).toEqual([])
    expect(found?.remedies[0]?.kind).toBe('escalate')
    expect(judge(refused(call))[0]?.resource).toMatchObject({ kind: 'Deployment' })
  })

  it('repeats why a webhook denies', () => {
    const [found] = judge(refused('admission webhook "policy.acme.io" denied the request: label team is required'))
    expect(found).toMatchObject({ mechanism: 'webhook_denied' })
    expect(found?.statement).toContain('label team is required')
  })

  it('repeats any other refusal, and leaves missing service accounts to the rules about references', () => {
    expect(judge(refused('pods "x" is forbidden: ValidatingAdmissionPolicy denied'))[0]?.mechanism).toBe(
      'creation_refused',
    )
    expect(
      judge(refused('pods "x" is forbidden: error looking up service account shop/x: serviceaccount "x" not found')),
    ).toEqual([])
  })

  it('is silent once the pods are there', () => {
    expect(judge(refused(exceeded(), { wanted: 2, running: 2 }))).toEqual([])
  })

  it('judges a job that cannot create its pods', () => {
    const objects = workload('Job', 'settle', memory('96Mi'), { pods: 0 })
    const job = objects.at(-1) as KubernetesObject
    const [found] = admission.find(
      clusterView(objects, { events: [event(job, 'FailedCreate', `Error creating: ${exceeded()}`)] }),
    )
    expect(found).toMatchObject({ mechanism: 'quota_exceeded', resource: { kind: 'Job', name: 'settle' } })
  })

  it.each<['StatefulSet' | 'DaemonSet', object, object]>([
    ['StatefulSet', { spec: { replicas: 4 } }, { kind: 'patch_resources', params: { requests: { memory: '64Mi' } } }],
    [
      'DaemonSet',
      { status: { desiredNumberScheduled: 4 } },
      { kind: 'patch_resources', params: { requests: { memory: '64Mi' } } },
    ],
    [
      'DaemonSet',
      { status: { desiredNumberScheduled: 40 } },
      { kind: 'custom_instruction', params: { change: 'patch_quota' } },
    ],
  ])('reckons with the pods that a %s wants (%j)', (kind, change, wanted) => {
    const objects = workload(kind, 'agent', memory('96Mi'), { pods: 2 })
    const owner = objects.at(-1) as KubernetesObject & { spec: object }
    Object.assign(owner, change, { spec: { ...owner.spec, ...(change as { spec?: object }).spec } })
    const events = [event(owner, 'FailedCreate', `Error creating: ${exceeded()}`)]
    const found = admission.find(clusterView([...objects, quota], { events }))[0]
    expect(found?.remedies[0]).toMatchObject(wanted)
  })

  it('lets a job be made anew for a smaller request only after the quota was asked about', () => {
    const objects = workload('Job', 'settle', memory('96Mi'), { pods: 0 })
    const job = objects.at(-1) as KubernetesObject & { spec: object }
    Object.assign(job.spec, { parallelism: 4, completions: 9 })
    const full = { ...quota, status: { hard: { 'requests.memory': '256Mi' }, used: { 'requests.memory': '0' } } }
    const events = [event(job, 'FailedCreate', `Error creating: ${exceeded('0')}`)]
    const found = admission.find(clusterView([...objects, full], { events }))[0]
    expect(found?.remedies.map(({ params }) => 'change' in params && params.change)).toEqual([
      'patch_quota',
      'recreate_with_resources',
    ])
    expect(found?.remedies[1]?.params).toMatchObject({ instruction: expect.stringContaining('64Mi') })
  })

  const range = (limit: string): LimitRange => ({
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'defaults', namespace, uid: 'range' },
    spec: { limits: [{ type: 'Container', default: { memory: limit } }] },
  })
  const invalid =
    'Pod "web-x" is invalid: spec.containers[0].resources.requests: Invalid value: "1Gi": must be less than or equal to memory limit of 512Mi'
  it('names the default limit of a limit range that lies below the request', () => {
    const world = refused(invalid, { containers: memory('1Gi') })
    const [found] = judge(world, [range('512Mi')])
    expect(found).toMatchObject({ mechanism: 'limit_range_violation' })
    expect(missingFacts(found?.statement, 'LimitRange defaults', 'container api', '512Mi', '1Gi')).toEqual([])
    expect(found?.remedies[0]).toMatchObject({ kind: 'patch_resources', params: { limits: { memory: '1Gi' } } })
  })

  it.each<[string, Container[], KubernetesObject[]]>([
    ['no limit range gives a default', memory('1Gi'), []],
    ['the default is large enough', memory('1Gi'), [range('2Gi')]],
    [
      'the template writes the limit itself',
      [container('api', { resources: { requests: { memory: '1Gi' }, limits: { memory: '512Mi' } } })],
      [range('512Mi')],
    ],
  ])('does not blame a limit range where %s', (_, containers, more) => {
    expect(judge(refused(invalid, { containers }), more)[0]?.mechanism).toBe('creation_refused')
  })
})
