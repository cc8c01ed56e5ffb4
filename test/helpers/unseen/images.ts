import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import {
  container,
  crashLoop,
  deployment,
  ended,
  event,
  secret,
  status,
  waiting,
  workload,
} from '#test/helpers/build-cluster.ts'
import type { UnseenIncident } from './incident.ts'

const image = 'registry.corp.example:5000/billing/api:3.2.0'
const pull = (message: string) =>
  `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${message}`

function refused(
  name: string,
  message: string,
  right: UnseenIncident['right'],
  more: { reason?: string; secrets?: string[]; objects?: KubernetesObject[]; image?: string; modern?: boolean } = {},
): UnseenIncident {
  const reason = more.reason ?? 'ImagePullBackOff'
  const used = more.image ?? image
  const objects = deployment('billing', [container('api', { image: used })], {
    replicas: 2,
    statuses: [
      waiting(
        'api',
        reason,
        reason === 'ImagePullBackOff' ? `Back-off pulling image "${used}": ErrImagePull: ${message}` : message,
      ),
    ],
    podStatus: { phase: 'Pending' },
    ...(more.secrets ? { spec: { imagePullSecrets: more.secrets.map((each) => ({ name: each })) } } : {}),
  })
  const [first] = objects as [KubernetesObject]
  const events: ClusterEvent[] = [
    event(first, 'Failed', `Failed to pull image "${used}": ${message}`, { on: 'api', modern: more.modern }),
    event(first, 'Failed', `Error: ${reason}`, { on: 'api' }),
  ]
  return {
    name,
    objects: [...objects, ...(more.objects ?? [])],
    events,
    right: { roots: ['Deployment/billing'], ...right },
  }
}

const human: UnseenIncident['right']['action'] = ['custom_instruction', 'escalate']

/** Images that cannot be had. */
export const imageIncidents: UnseenIncident[] = [
  refused(
    '401 without a pull secret',
    pull(
      'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
    ),
    {
      outcome: 'issue',
      mechanism: ['image_auth_failed'],
      words: ['billing/api', 'registry.corp.example:5000'],
      action: human,
    },
  ),
  refused(
    '401 with a pull secret that is there',
    pull(
      'unexpected status from HEAD request to https://registry.corp.example:5000/v2/billing/api/manifests/3.2.0: 401 Unauthorized',
    ),
    {
      outcome: 'issue',
      mechanism: ['image_auth_failed'],
      words: ['401', 'corp-pull'],
      action: human,
    },
    {
      secrets: ['corp-pull'],
      objects: [Object.assign(secret('corp-pull', ['.dockerconfigjson']), { type: 'kubernetes.io/dockerconfigjson' })],
    },
  ),
  refused(
    '403 Forbidden',
    pull(
      'failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://registry.corp.example:5000/token: 403 Forbidden',
    ),
    {
      outcome: 'issue',
      mechanism: ['image_auth_failed'],
      words: ['403'],
      action: human,
    },
    { modern: true },
  ),
  refused(
    'docker hub rate limit',
    'failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/redis/manifests/sha256:aa: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit.',
    {
      outcome: 'issue',
      mechanism: ['image_pull_failed'],
      words: ['429', 'rate limit'],
      action: human,
    },
    { image: 'redis:7.4' },
  ),
  refused(
    'registry with an unknown certificate authority',
    pull(
      'failed to do request: Head "https://registry.corp.example:5000/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ),
    {
      outcome: 'issue',
      words: ['x509', 'certificate'],
      action: human,
    },
  ),
  refused(
    'never pull',
    `Container image "${image}" is not present with pull policy of Never`,
    {
      outcome: 'issue',
      mechanism: ['image_never_pull'],
      words: ['ErrImageNeverPull', 'Never', 'imagePullPolicy'],
      action: ['set_image', 'custom_instruction'],
    },
    { reason: 'ErrImageNeverPull' },
  ),
  refused(
    'name that cannot be parsed',
    'Failed to apply default image tag "Registry.corp/Billing/API:3.2.0": couldn\'t parse image name "Registry.corp/Billing/API:3.2.0": invalid reference format: repository name (Billing/API) must be lowercase',
    {
      outcome: 'issue',
      mechanism: ['image_name_invalid'],
      words: ['InvalidImageName', 'lowercase', 'Registry.corp/Billing/API:3.2.0'],
      action: ['set_image'],
    },
    { reason: 'InvalidImageName', image: 'Registry.corp/Billing/API:3.2.0' },
  ),
  refused(
    'no variant for the platform',
    'failed to pull and unpack image: no match for platform in manifest: not found',
    {
      outcome: 'issue',
      mechanism: ['image_platform_mismatch'],
      words: ['platform', 'amd64'],
      action: ['set_image'],
    },
  ),
  refused(
    'digest that is gone',
    pull(
      'registry.corp.example:5000/billing/api@sha256:1111111111111111111111111111111111111111111111111111111111111111: not found',
    ),
    {
      outcome: 'issue',
      mechanism: ['image_not_found'],
      words: ['not found'],
      action: ['set_image'],
    },
    {
      image:
        'registry.corp.example:5000/billing/api@sha256:1111111111111111111111111111111111111111111111111111111111111111',
    },
  ),
  platform('exec format error told by the runtime', {
    statuses: [
      {
        ...crashLoop('api', 128, 'StartError'),
        lastState: {
          terminated: {
            exitCode: 128,
            reason: 'StartError',
            message:
              'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec /app/billing: exec format error',
            startedAt: '1970-01-01T00:00:00Z',
            finishedAt: ended(1).terminated?.finishedAt,
          },
        },
      },
    ],
  }),
  platform(
    'exec format error told by the log',
    { statuses: [crashLoop('api', 255)] },
    { 'billing-0/api': ['exec /app/billing: exec format error'] },
  ),
  daemonImage(),
]

function platform(
  name: string,
  options: Parameters<typeof deployment>[2],
  logs?: Record<string, string[]>,
): UnseenIncident {
  return {
    name,
    objects: deployment('billing', [container('api', { image })], options),
    ...(logs ? { logs } : {}),
    right: {
      outcome: 'issue',
      roots: ['Deployment/billing'],
      mechanism: ['image_platform_mismatch'],
      words: ['exec format error', 'platform'],
      action: ['set_image', ...(logs ? (['escalate'] as const) : [])],
    },
  }
}

function daemonImage(): UnseenIncident {
  const used = 'registry.corp.example:5000/platform/node-agent:9.9'
  const objects = workload('DaemonSet', 'node-agent', [container('agent', { image: used })], {
    pods: 3,
    podStatus: { phase: 'Pending' },
    statuses: [
      waiting(
        'agent',
        'ErrImagePull',
        `rpc error: code = NotFound desc = failed to pull and unpack image "${used}": ${used}: not found`,
      ),
    ],
  })
  return {
    name: 'daemon set with an image that is not there',
    objects,
    right: {
      outcome: 'issue',
      roots: ['DaemonSet/node-agent'],
      mechanism: ['image_not_found'],
      words: ['9.9', 'not found'],
      action: ['set_image'],
    },
  }
}

/** An image that another workload runs under another tag: it exists, but nobody said that it is meant. */
export const borrowedTag: UnseenIncident = refused(
  'a tag that another workload runs',
  pull('registry.corp.example:5000/billing/api:3.2.0: not found'),
  {
    outcome: 'issue',
    mechanism: ['image_not_found'],
    words: ['3.2.0', 'not found'],
    action: ['set_image'],
  },
  {
    objects: deployment(
      'billing-worker',
      [container('worker', { image: 'registry.corp.example:5000/billing/api:3.1.9' })],
      { statuses: [status('worker', { imageID: 'sha256:1' })] },
    ),
  },
)
