import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { ReplicaSet } from '#src/domain/kubernetes/workloads.ts'
import { event } from '#test/helpers/build-cluster.ts'
import { clusterThing, condition, nodes, pick, thing, web } from './parts.ts'
import type { UnseenCase } from './unseen-case.ts'

/** A Deployment all of whose pods the API server refuses with these words. */
function refused(name: string, message: string, more: Parameters<typeof web>[1] = {}) {
  const objects = web(name, { pods: [], ...more })
  const set = pick(objects, 'ReplicaSet') as ReplicaSet
  const text = `pods "${set.metadata.name}-4fj2x" is forbidden: ${message}`
  const words = message.startsWith('Internal error') || message.startsWith('admission webhook') ? message : text
  set.status = { replicas: 0, conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', words)] }
  return {
    objects,
    events: [
      event(set, 'FailedCreate', `Error creating: ${words}`, { count: 14 }),
      event(set, 'FailedCreate', `(combined from similar events): Error creating: ${words}`, { count: 3 }),
    ],
  }
}

function refusal(
  name: string,
  message: string,
  wanted: Pick<UnseenCase, 'roots' | 'words' | 'action'>,
  extra: KubernetesObject[] = [],
  more: Parameters<typeof web>[1] = {},
  title = '',
): UnseenCase {
  const { objects, events } = refused(name, message, more)
  return { name: title || message.slice(0, 60), objects: [...nodes(), ...objects, ...extra], events, ...wanted }
}

const quota = (name: string, hard: Record<string, string>, used: Record<string, string>): KubernetesObject =>
  thing('ResourceQuota', name, { spec: { hard }, status: { hard, used } })

const range = (limits: object): KubernetesObject => thing('LimitRange', 'bounds', { spec: { limits: [limits] } })

const hook = (kind: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration', name: string, service: string) =>
  clusterThing(kind, name, {
    webhooks: [
      {
        name: `${name}.acme.io`,
        failurePolicy: 'Fail',
        timeoutSeconds: 10,
        clientConfig: { service: { namespace: 'platform', name: service, path: '/mutate' } },
      },
    ],
  })

/** Pods that the API server refuses. */
export const admissionCases: UnseenCase[] = [
  refusal(
    'basket',
    'maximum memory usage per Container is 512Mi, but limit is 2Gi',
    {
      roots: [{ at: 'Deployment/basket', by: ['limit_range_violation'] }],
      words: ['LimitRange', '512Mi', '2Gi', 'memory', 'maximum'],
      action: { kinds: ['patch_resources'], target: 'Deployment/basket' },
    },
    [range({ type: 'Container', max: { memory: '512Mi' } })],
    { container: { resources: { requests: { memory: '256Mi' }, limits: { memory: '2Gi' } } } },
    'a limit above the maximum of a limit range',
  ),
  refusal(
    'probe-agent',
    'minimum cpu usage per Container is 100m, but request is 10m',
    {
      roots: [{ at: 'Deployment/probe-agent', by: ['limit_range_violation'] }],
      words: ['100m', '10m', 'cpu', 'minimum'],
      action: { kinds: ['patch_resources'] },
    },
    [range({ type: 'Container', min: { cpu: '100m' } })],
    { container: { resources: { requests: { cpu: '10m' } } } },
    'a request below the minimum of a limit range',
  ),
  refusal(
    'render',
    'cpu max limit to request ratio per Container is 4, but provided ratio is 20.000000',
    {
      roots: [{ at: 'Deployment/render', by: ['limit_range_violation'] }],
      words: ['ratio', '4', 'cpu'],
      action: { kinds: ['patch_resources', 'custom_instruction:patch_resources'] },
    },
    [range({ type: 'Container', maxLimitRequestRatio: { cpu: '4' } })],
    { container: { resources: { requests: { cpu: '100m' }, limits: { cpu: '2' } } } },
    'a ratio of limit to request that is too high',
  ),
  refusal(
    'mesh-job',
    '[maximum cpu usage per Pod is 2, but limit is 3, maximum memory usage per Pod is 1Gi, but limit is 2Gi]',
    {
      roots: [{ at: 'Deployment/mesh-job', by: ['limit_range_violation'] }],
      words: ['cpu', 'Pod', '2', '3'],
    },
    [range({ type: 'Pod', max: { cpu: '2', memory: '1Gi' } })],
    {},
    'two bounds per pod broken at once',
  ),
  refusal(
    'worker',
    'exceeded quota: compute, requested: limits.cpu=1, used: limits.cpu=4, limited: limits.cpu=4',
    {
      roots: [{ at: 'Deployment/worker', by: ['quota_exceeded'] }],
      words: ['quota', 'compute', 'limits.cpu', '4'],
      action: { kinds: ['custom_instruction:patch_quota', 'patch_resources', 'escalate'] },
    },
    [quota('compute', { 'limits.cpu': '4' }, { 'limits.cpu': '4' })],
    {},
    'a quota on cpu limits that is used up',
  ),
  refusal(
    'importer',
    'exceeded quota: counts, requested: pods=1, used: pods=20, limited: pods=20',
    {
      roots: [{ at: 'Deployment/importer', by: ['quota_exceeded'] }],
      words: ['counts', 'pods', '20'],
      action: { kinds: ['custom_instruction:patch_quota', 'escalate'] },
    },
    [quota('counts', { pods: '20' }, { pods: '20' })],
    {},
    'a quota on the count of pods',
  ),
  refusal(
    'mailer',
    'failed quota: memory-limits: must specify limits.memory for: mailer',
    {
      roots: [{ at: 'Deployment/mailer', by: ['quota_exceeded'] }],
      words: ['memory-limits', 'must specify', 'limits.memory'],
      action: { kinds: ['patch_resources', 'custom_instruction:patch_resources'] },
    },
    [quota('memory-limits', { 'limits.memory': '8Gi' }, { 'limits.memory': '1Gi' })],
    { container: { resources: {} } },
    'a quota that demands limits',
  ),
  refusal(
    'netprobe',
    'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "netprobe" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "netprobe" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "netprobe" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "netprobe" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    {
      roots: [{ at: 'Deployment/netprobe', by: ['pod_security_violation'] }],
      words: ['PodSecurity', 'restricted', 'allowPrivilegeEscalation'],
      action: { kinds: ['custom_instruction:patch_security_context'], target: 'Deployment/netprobe' },
    },
    [],
    {},
    'pod security restricted',
  ),
  refusal(
    'shell',
    'admission webhook "require-labels.acme.io" denied the request: label "cost-center" is required on pods',
    {
      roots: [{ at: 'Deployment/shell', by: ['webhook_denied'] }],
      words: ['denied', 'cost-center', 'require-labels.acme.io'],
      action: { kinds: ['escalate', 'custom_instruction:patch_labels'], target: 'Deployment/shell' },
    },
    [],
    {},
    'a policy webhook that denies',
  ),
  refusal(
    'gateway',
    'Internal error occurred: failed calling webhook "injector.acme.io": failed to call webhook: Post "https://injector.platform.svc:443/mutate?timeout=10s": context deadline exceeded',
    {
      roots: [{ at: 'MutatingWebhookConfiguration/injector', by: ['webhook_unavailable'] }],
      words: ['webhook', 'injector.acme.io', 'deadline exceeded', 'platform'],
      action: { kinds: ['escalate'] },
    },
    [hook('MutatingWebhookConfiguration', 'injector', 'injector')],
    {},
    'a mutating webhook that times out',
  ),
  refusal(
    'gateway',
    'Internal error occurred: failed calling webhook "injector.acme.io": failed to call webhook: Post "https://injector.platform.svc:443/mutate?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    {
      roots: [{ at: 'MutatingWebhookConfiguration/injector', by: ['webhook_unavailable'] }],
      words: ['x509', 'certificate', 'injector.acme.io'],
      action: { kinds: ['escalate'] },
    },
    [hook('MutatingWebhookConfiguration', 'injector', 'injector')],
    {},
    'a webhook whose certificate is not trusted',
  ),
]
