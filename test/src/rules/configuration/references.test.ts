import { describe, expect, it } from 'vitest'
import { references } from '#src/rules/configuration/references.ts'
import type { Container, KubernetesObject, PodSpec } from '#src/domain/kubernetes/objects.ts'
import {
  clusterView,
  configMap,
  container,
  deployment,
  event,
  replicaSet,
  type SnapshotOptions,
  secret,
  waiting,
  workload,
} from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const fromSecret = (key: string, name = 'db', optional?: boolean): Partial<Container> => ({
  env: [{ name: 'DB_PASS', valueFrom: { secretKeyRef: { name, key, optional } } }],
})
const fromMap = (key: string, name = 'settings'): Partial<Container> => ({
  env: [{ name: 'MODE', valueFrom: { configMapKeyRef: { name, key } } }],
})
const held = (
  more: Partial<Container>,
  spec: Partial<PodSpec> = {},
  message?: string,
  reason = 'CreateContainerConfigError',
) => deployment('api', [container('api', more)], { spec, statuses: [waiting('api', reason, message)] })
const judge = (objects: KubernetesObject[], options: SnapshotOptions = {}) =>
  references.find(clusterView(objects, options))

describe('src/rules/configuration/references', () => {
  it.each<[string, Partial<Container>, Partial<PodSpec>, string, string]>([
    ['a Secret of a variable', fromSecret('password'), {}, 'missing_secret', 'Secret db'],
    ['a ConfigMap of a variable', fromMap('mode'), {}, 'missing_configmap', 'ConfigMap settings'],
    ['a Secret of envFrom', { envFrom: [{ secretRef: { name: 'db' } }] }, {}, 'missing_secret', 'Secret db'],
    [
      'a ConfigMap of envFrom',
      { envFrom: [{ configMapRef: { name: 'settings' } }] },
      {},
      'missing_configmap',
      'ConfigMap settings',
    ],
    [
      'a Secret volume',
      {},
      { volumes: [{ name: 'tls', secret: { secretName: 'api-tls' } }] },
      'missing_secret',
      'volume tls',
    ],
    [
      'a ConfigMap volume',
      {},
      { volumes: [{ name: 'conf', configMap: { name: 'settings' } }] },
      'missing_configmap',
      'volume conf',
    ],
    [
      'a projected source',
      {},
      { volumes: [{ name: 'all', projected: { sources: [{ configMap: { name: 'settings' } }] } }] },
      'missing_configmap',
      'volume all',
    ],
    [
      'a claim',
      {},
      { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'files' } }] },
      'missing_pvc',
      'PersistentVolumeClaim files',
    ],
  ])('names %s that does not exist', (_what, more, spec, mechanism, words) => {
    const findings = judge(held(more, spec, undefined, 'ContainerCreating'))
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({ mechanism, resource: { kind: 'Deployment', name: 'api' } })
    expect(missingFacts(findings[0]?.statement, words, 'not found')).toEqual([])
  })

  it.each(['StatefulSet', 'DaemonSet', 'Job'] as const)('says it of a %s as well, once for all its pods', (kind) => {
    const objects = workload(kind, 'api', [container('api', fromSecret('password'))], {
      pods: 4,
      statuses: [waiting('api', 'CreateContainerConfigError')],
    })
    const findings = judge(objects)
    expect(findings).toHaveLength(1)
    expect(findings[0]?.resource.kind).toBe(kind)
  })

  it.each<[string, KubernetesObject[], SnapshotOptions]>([
    ['optional', held(fromSecret('password', 'db', true)), {}],
    ['there', [...held(fromSecret('password')), secret('db', ['password'])], {}],
    ['perhaps there: the list was refused', held(fromSecret('password')), { unseen: ['Secret'] }],
    ['of a pod that runs', deployment('api', [container('api', fromSecret('password'))]), {}],
  ])('is silent about a reference that is %s', (_what, objects, options) => {
    expect(judge(objects, options)).toEqual([])
  })

  it('shows the workload for a missing key of a Secret, names the keys that are there, and takes the near one', () => {
    const [finding] = judge([...held(fromSecret('password')), secret('db', ['user', 'passwd'])])
    expect(finding).toMatchObject({ mechanism: 'missing_secret_key', resource: { kind: 'Deployment' } })
    expect(missingFacts(finding?.statement, '"password"', 'Secret db', 'user', 'passwd')).toEqual([])
    expect(finding?.remedies[0]).toMatchObject({
      kind: 'set_env',
      params: { container: 'api', name: 'DB_PASS', valueFrom: { kind: 'Secret', name: 'db', key: 'passwd' } },
    })
  })

  it('asks for the value where no key is near', () => {
    const [finding] = judge([...held(fromSecret('password')), secret('db', ['host', 'port'])])
    expect(finding?.remedies[0]).toMatchObject({ kind: 'custom_instruction', target: { kind: 'Secret', name: 'db' } })
    expect(finding?.remedies[0]?.needs?.[0]?.param).toBe('value')
  })

  it('shows the ConfigMap for a missing key of it, and that it keeps the workload down', () => {
    const volumes = [{ name: 'lang', configMap: { name: 'texts', items: [{ key: 'fr.json', path: 'fr.json' }] } }]
    const [finding] = judge([
      ...held({}, { volumes }, undefined, 'ContainerCreating'),
      configMap('texts', { 'de.json': '{}', 'en.json': '{}' }),
    ])
    expect(finding).toMatchObject({
      mechanism: 'missing_configmap_key',
      resource: { kind: 'ConfigMap', name: 'texts' },
    })
    expect(finding?.affects).toContainEqual({ kind: 'Deployment', namespace: 'shop', name: 'api' })
    expect(finding?.remedies[0]).toMatchObject({ kind: 'patch_configmap', params: { add_key: 'fr.json' } })
  })

  it.each([
    ['missing_secret', fromSecret('password'), 'secret "db" not found', 'Secret'],
    ['missing_configmap', fromMap('mode'), 'configmap "settings" not found', 'ConfigMap'],
    ['missing_secret_key', fromSecret('password'), "couldn't find key password in Secret shop/db", 'Secret'],
    ['missing_configmap_key', fromMap('mode'), "couldn't find key mode in ConfigMap shop/settings", 'ConfigMap'],
  ] as const)('takes the word of the kubelet for %s where the list was refused', (mechanism, more, message, kind) => {
    expect(judge(held(more, {}, message), { unseen: [kind] })[0]?.mechanism).toBe(mechanism)
  })

  it.each([true, false])('reads it from mount events (newer shape: %s)', (modern) => {
    const volumes = [{ name: 'lang', configMap: { name: 'texts', items: [{ key: 'fr.json', path: 'fr.json' }] } }]
    const objects = held({}, { volumes }, undefined, 'ContainerCreating')
    const message = 'MountVolume.SetUp failed for volume "lang" : configmap references non-existent config key: fr.json'
    const events = [event(objects[0] as KubernetesObject, 'FailedMount', message, { modern })]
    expect(judge(objects, { events, unseen: ['ConfigMap'] })[0]?.mechanism).toBe('missing_configmap_key')
  })

  it('does not take the event of another volume or another name for its own', () => {
    const objects = held(fromSecret('password'), {}, 'secret "db-other" not found')
    expect(judge(objects, { unseen: ['Secret'] })).toEqual([])
  })

  it('goes back first where the earlier revision serves without the reference', () => {
    const objects = deployment('api', [container('api', fromSecret('password'))], {
      statuses: [waiting('api', 'CreateContainerConfigError')],
      revision: 3,
    })
    const before = replicaSet(objects.at(-1) as KubernetesObject, 2, [container('api')], { ready: 1 })
    expect(judge([...objects, before])[0]?.remedies[0]).toMatchObject({ kind: 'rollback', params: { to_revision: 2 } })
  })

  it.each([
    ['missing_service_account', { serviceAccountName: 'robot' }, '"robot"'],
    ['missing_priority_class', { priorityClassName: 'urgent' }, '"urgent"'],
  ])('tells %s of a workload that cannot make pods', (mechanism, spec, words) => {
    const [finding] = judge(deployment('api', [container('api')], { spec, pods: 0 }))
    expect(finding?.mechanism).toBe(mechanism)
    expect(finding?.statement).toContain(words)
  })

  it('finds what an init container lacks', () => {
    const spec = { initContainers: [container('migrate', fromSecret('password'))] }
    const objects = deployment('api', [container('api')], {
      spec,
      statuses: [waiting('api', 'PodInitializing')],
      initStatuses: [waiting('migrate', 'CreateContainerConfigError')],
    })
    expect(judge(objects)[0]).toMatchObject({ mechanism: 'missing_secret', container: 'migrate' })
  })
})
