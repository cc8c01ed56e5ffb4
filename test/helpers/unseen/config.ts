import type { Container, KubernetesObject, PodSpec } from '#src/domain/kubernetes/objects.ts'
import { configMap, container, deployment, event, secret, waiting } from '#test/helpers/build-cluster.ts'
import type { UnseenIncident } from './incident.ts'

const configError = 'CreateContainerConfigError'

function config(
  name: string,
  spec: Partial<Container>,
  told: { reason: string; message?: string; event?: [string, string] },
  right: Partial<UnseenIncident['right']>,
  more: { objects?: KubernetesObject[]; spec?: Partial<PodSpec> } = {},
): UnseenIncident {
  const objects = deployment('billing', [container('api', spec)], {
    statuses: [waiting('api', told.reason, told.message)],
    podStatus: { phase: 'Pending' },
    ...(more.spec ? { spec: more.spec } : {}),
  })
  const [first] = objects as [KubernetesObject]
  const [reason, message] = told.event ?? ['Failed', `Error: ${told.message}`]
  return {
    name,
    objects: [...objects, ...(more.objects ?? [])],
    events: [event(first, reason, message, told.event ? {} : { on: 'api' })],
    right: { outcome: 'issue', roots: ['Deployment/billing'], harmful: ['patch_resources', 'set_image'], ...right },
  }
}

/** References of a pod that lead nowhere. */
export const configIncidents: UnseenIncident[] = [
  config(
    'config map of env is missing',
    { env: [{ name: 'MODE', valueFrom: { configMapKeyRef: { name: 'billing-config', key: 'mode' } } }] },
    { reason: configError, message: 'configmap "billing-config" not found' },
    {
      mechanism: ['missing_configmap'],
      words: ['billing-config', 'not found'],
      action: ['custom_instruction', 'escalate'],
    },
  ),
  config(
    'config map of envFrom is missing',
    { envFrom: [{ configMapRef: { name: 'billing-env' } }] },
    { reason: configError, message: 'configmap "billing-env" not found' },
    { mechanism: ['missing_configmap'], words: ['billing-env', 'envFrom'], action: ['custom_instruction', 'escalate'] },
  ),
  config(
    'secret of envFrom is missing',
    { envFrom: [{ secretRef: { name: 'billing-secrets' } }] },
    { reason: configError, message: 'secret "billing-secrets" not found' },
    {
      mechanism: ['missing_secret'],
      words: ['billing-secrets', 'not found'],
      action: ['custom_instruction', 'escalate'],
    },
  ),
  config(
    'config map of a volume is missing',
    { volumeMounts: [{ name: 'conf', mountPath: '/etc/billing' }] },
    {
      reason: 'ContainerCreating',
      event: ['FailedMount', 'MountVolume.SetUp failed for volume "conf" : configmap "billing-files" not found'],
    },
    {
      mechanism: ['missing_configmap'],
      words: ['billing-files', 'not found'],
      action: ['custom_instruction', 'escalate'],
    },
    { spec: { volumes: [{ name: 'conf', configMap: { name: 'billing-files' } }] } },
  ),
  config(
    'key of a config map is missing',
    { env: [{ name: 'MODE', valueFrom: { configMapKeyRef: { name: 'billing-config', key: 'run_mode' } } }] },
    { reason: configError, message: "couldn't find key run_mode in ConfigMap shop/billing-config" },
    {
      roots: ['ConfigMap/billing-config'],
      mechanism: ['missing_configmap_key'],
      words: ['run_mode', 'billing-config'],
      action: ['patch_configmap', 'set_env'],
    },
    { objects: [configMap('billing-config', { log_level: 'info' })] },
  ),
  config(
    'key of a secret is missing in a projected volume',
    { volumeMounts: [{ name: 'all', mountPath: '/etc/all' }] },
    {
      reason: 'ContainerCreating',
      event: ['FailedMount', 'MountVolume.SetUp failed for volume "all" : references non-existent secret key: ca.crt'],
    },
    { mechanism: ['missing_secret_key'], words: ['ca.crt', 'billing-tls'] },
    {
      objects: [secret('billing-tls', ['tls.crt', 'tls.key'])],
      spec: {
        volumes: [
          {
            name: 'all',
            projected: { sources: [{ secret: { name: 'billing-tls', items: [{ key: 'ca.crt', path: 'ca.crt' }] } }] },
          },
        ],
      },
    },
  ),
  config(
    'sub path cannot be prepared',
    { volumeMounts: [{ name: 'conf', mountPath: '/etc/app.conf', subPath: 'app.conf' }] },
    { reason: configError, message: 'failed to prepare subPath for volumeMount "conf" of container "api"' },
    { words: ['subPath', 'conf'] },
    {
      objects: [configMap('billing-files', { 'app.conf': 'a' })],
      spec: { volumes: [{ name: 'conf', configMap: { name: 'billing-files' } }] },
    },
  ),
  config(
    'root refused by name of the user',
    { securityContext: { runAsNonRoot: true } },
    {
      reason: configError,
      message:
        'container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root (pod: "billing-0_shop(1)", container: api)',
    },
    { mechanism: ['run_as_non_root'], words: ['runAsNonRoot', 'root'], action: ['custom_instruction'] },
  ),
]
